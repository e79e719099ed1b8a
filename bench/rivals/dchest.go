package rivals

import (
	"fmt"
	"io"
	"strconv"
	"sync/atomic"

	"github.com/dchest/captcha"
)

const dchestModule = "github.com/dchest/captcha"

// dchest draws digits. The module derives all chance of a picture from its id, a
// key of the process and the digits; a counter makes each id new.
type dchest struct {
	size Size
	ids  atomic.Uint64
}

func newDchest(s Size) (Generator, error) { return &dchest{size: s}, nil }

func (*dchest) Name() string { return "dchest" }

func (g *dchest) Draw(w io.Writer) (string, error) {
	digits := captcha.RandomDigits(g.size.Length)
	picture := captcha.NewImage(strconv.FormatUint(g.ids.Add(1), 10), digits, g.size.Width, g.size.Height)
	if _, err := picture.WriteTo(w); err != nil {
		return "", fmt.Errorf("write: %w", err)
	}
	return spell(digits), nil
}

// dchestAudio speaks digits.
type dchestAudio struct {
	language string
	length   int
	ids      atomic.Uint64
}

func newDchestAudio(language string) func(Size) (Generator, error) {
	return func(s Size) (Generator, error) { return &dchestAudio{language: language, length: s.Length}, nil }
}

func (g *dchestAudio) Name() string { return "dchest-audio-" + g.language }

func (g *dchestAudio) Draw(w io.Writer) (string, error) {
	digits := captcha.RandomDigits(g.length)
	sound := captcha.NewAudio(strconv.FormatUint(g.ids.Add(1), 10), digits, g.language)
	if _, err := sound.WriteTo(w); err != nil {
		return "", fmt.Errorf("write: %w", err)
	}
	return spell(digits), nil
}

// spell writes the values 0 to 9 as digits.
func spell(digits []byte) string {
	text := make([]byte, len(digits))
	for i, d := range digits {
		text[i] = '0' + d
	}
	return string(text)
}
