package ours

import (
	"crypto/rand"
	"fmt"
	"io"

	"github.com/cattlegrid/cattlegrid/bench/rivals"
	"github.com/cattlegrid/cattlegrid/captcha"
)

// Sound speaks digits, as the rivals do.
type Sound struct {
	painter  *captcha.Painter // asks
	speaker  *captcha.Speaker
	language string
}

var _ rivals.Generator = (*Sound)(nil)

// NewSound returns a generator that speaks the language, en or zh.
func NewSound(size rivals.Size, language string) (*Sound, error) {
	painter, err := captcha.New(captcha.Style{Kind: captcha.Digits, Length: size.Length})
	if err != nil {
		return nil, fmt.Errorf("cattlegrid: %w", err)
	}
	speaker, err := captcha.NewSpeaker()
	if err != nil {
		return nil, fmt.Errorf("cattlegrid: %w", err)
	}
	return &Sound{painter: painter, speaker: speaker, language: language}, nil
}

// Name is cattlegrid-audio-en or cattlegrid-audio-zh.
func (s *Sound) Name() string { return "cattlegrid-audio-" + s.language }

// Draw writes one new sound and returns its answer.
func (s *Sound) Draw(w io.Writer) (string, error) {
	question, err := s.painter.Question(rand.Reader)
	if err != nil {
		return "", fmt.Errorf("ask: %w", err)
	}
	src, err := newSource()
	if err != nil {
		return "", err
	}
	sound, err := s.speaker.Speak(question.Answer, s.language, src)
	if err != nil {
		return "", fmt.Errorf("speak: %w", err)
	}
	if _, err := w.Write(sound); err != nil {
		return "", fmt.Errorf("write: %w", err)
	}
	return question.Answer, nil
}
