package main

import (
	"context"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// samples is what the command sample was asked for.
type samples struct {
	number    int
	sheet     string // file
	blind     bool   // keep the answers off the sheet
	directory string
	audio     bool
	lang      string // of audio
	format    captcha.Format
	style     captcha.Style
	random    io.Reader // of questions, pictures and recordings
}

const (
	maxSamples  = 1_000_000
	sheetFile   = "sheet.png"
	progressGap = time.Second
)

// sample makes challenges to look at or listen to, or to measure solvers with.
func (p *program) sample(ctx context.Context, args []string) error {
	o, err := readSamples(args)
	if err != nil {
		return err
	}
	m, err := o.maker()
	if err != nil {
		return err
	}
	if o.directory != "" {
		return p.fill(ctx, m, o)
	}
	return p.drawSheet(ctx, m, o)
}

// maker makes challenges.
type maker struct {
	painter *captcha.Painter
	form    func(captcha.Question, mathrand.Source) ([]byte, error)
}

// maker returns what draws the samples, or speaks them. One seed asks the same questions either way.
func (o *samples) maker() (maker, error) {
	painter, err := captcha.New(o.style)
	if err != nil {
		return maker{}, usageError{fmt.Errorf("sample: %w", err)}
	}
	m := maker{painter: painter}
	if !o.audio {
		m.form = func(q captcha.Question, src mathrand.Source) ([]byte, error) {
			return painter.Draw(q.Text, src, o.format)
		}
		return m, nil
	}
	speaker, err := captcha.NewSpeaker()
	if err != nil {
		return maker{}, fmt.Errorf("sample: %w", err)
	}
	if languages := speaker.Languages(); !slices.Contains(languages, o.lang) {
		want := strings.Join(languages, " or ")
		return maker{}, usageError{fmt.Errorf("sample: -lang %s is not spoken here: want %s", quote(o.lang), want)}
	}
	m.form = func(q captcha.Question, src mathrand.Source) ([]byte, error) {
		return speaker.Speak(q.Answer, o.lang, src)
	}
	return m, nil
}

// challenge makes one.
func (m maker) challenge(random io.Reader) (answer string, content []byte, err error) {
	question, err := m.painter.Question(random)
	if err != nil {
		return "", nil, err
	}
	var seed [32]byte
	if _, err = io.ReadFull(random, seed[:]); err != nil {
		return "", nil, fmt.Errorf("seed a challenge: %w", err)
	}
	content, err = m.form(question, mathrand.NewChaCha8(seed))
	return question.Answer, content, err
}

// each makes all samples and hands them to keep in order. It says how far it is if it takes long.
func (p *program) each(ctx context.Context, m maker, o samples, keep func(i int, answer string, content []byte) error) error {
	said := p.Clock()
	for i := range o.number {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("sample: stopped after %d of %d: %w", i, o.number, err)
		}
		answer, content, err := m.challenge(o.random)
		if err != nil {
			return fmt.Errorf("sample: %w", err)
		}
		if err := keep(i, answer, content); err != nil {
			return err
		}
		if now := p.Clock(); now.Sub(said) >= progressGap {
			said = now
			fmt.Fprintf(p.Stderr, "%d of %d\n", i+1, o.number)
		}
	}
	return nil
}
