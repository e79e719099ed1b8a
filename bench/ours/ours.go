// Package ours makes challenges with this repository's own captcha package,
// behind the interface that the rivals are behind, so that both are measured
// alike.
//
// What a service does for each challenge is included: the question is drawn from
// crypto/rand, and so is the seed of the picture's own randomness.
package ours

import (
	"crypto/rand"
	"fmt"
	"io"
	mathrand "math/rand/v2"

	"github.com/cattlegrid/cattlegrid/bench/rivals"
	"github.com/cattlegrid/cattlegrid/captcha"
)

// Module is the path of the module that is measured.
const Module = "github.com/cattlegrid/cattlegrid"

// Picture draws challenges of one style in one format.
type Picture struct {
	painter *captcha.Painter
	format  captcha.Format
}

var _ rivals.Generator = (*Picture)(nil)

// NewPicture returns a generator of the default style.
func NewPicture(size rivals.Size, format captcha.Format) (*Picture, error) {
	painter, err := captcha.New(captcha.Style{Width: size.Width, Height: size.Height, Length: size.Length})
	if err != nil {
		return nil, fmt.Errorf("cattlegrid: %w", err)
	}
	return &Picture{painter: painter, format: format}, nil
}

// Name is cattlegrid-png or cattlegrid-jpeg.
func (p *Picture) Name() string { return "cattlegrid-" + p.format.String() }

// Draw writes one new picture and returns its answer.
func (p *Picture) Draw(w io.Writer) (string, error) {
	question, err := p.painter.Question(rand.Reader)
	if err != nil {
		return "", fmt.Errorf("ask: %w", err)
	}
	src, err := newSource()
	if err != nil {
		return "", err
	}
	picture, err := p.painter.Draw(question.Text, src, p.format)
	if err != nil {
		return "", fmt.Errorf("draw: %w", err)
	}
	if _, err := w.Write(picture); err != nil {
		return "", fmt.Errorf("write: %w", err)
	}
	return question.Answer, nil
}

// newSource returns randomness that nobody can have again.
func newSource() (mathrand.Source, error) {
	var seed [32]byte
	if _, err := rand.Read(seed[:]); err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	return mathrand.NewChaCha8(seed), nil
}
