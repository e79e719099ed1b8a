package captcha

import (
	"fmt"
	"image/color"
	"math/rand/v2"
	"sync"
)

// Painter draws answers in one [Style]. It is safe for concurrent use.
type Painter struct {
	style    Style
	fonts    []font
	palette  [levels]color.RGBA
	canvases sync.Pool // of *canvas
}

// New returns a Painter for the style, or an error that says which of its
// fields is out of bounds.
func New(style Style) (*Painter, error) {
	style, err := style.filled()
	if err != nil {
		return nil, fmt.Errorf("captcha style: %w", err)
	}
	fonts, err := loadFonts()
	if err != nil {
		return nil, fmt.Errorf("captcha fonts: %w", err)
	}
	p := &Painter{style: style, fonts: fonts, palette: blend(style.Paper, style.Ink)}
	p.canvases.New = func() any { return newCanvas(style.Width, style.Height) }
	return p, nil
}

// Draw returns a picture of the answer in the given format. All its random
// choices come from src: in one build, the same answer, style, format and state
// of src give the same bytes. The answer may have any of A-Z and 0-9, but no
// more characters than the style's answers have; else Draw refuses with an error
// that does not tell the answer.
func (p *Painter) Draw(answer string, src rand.Source, format Format) ([]byte, error) {
	if err := p.check(answer, format); err != nil {
		return nil, fmt.Errorf("draw answer: %w", err)
	}
	c := p.canvases.Get().(*canvas)
	defer p.canvases.Put(c)
	c.compose(answer, p.fonts, rand.New(src)) //nolint:gosec // shapes are no secrets
	c.paint()
	if format == JPEG {
		return c.jpeg(&p.palette)
	}
	return c.png(&p.palette)
}

// check returns an error that does not betray the answer.
func (p *Painter) check(answer string, format Format) error {
	if format != PNG && format != JPEG {
		return fmt.Errorf("unknown format %d", int(format))
	}
	if _, longest := p.style.lengths(); len(answer) == 0 || len(answer) > longest {
		return fmt.Errorf("it is %d bytes long, not between 1 and %d", len(answer), longest)
	}
	for i, r := range answer {
		if glyphIndex(r) < 0 {
			return fmt.Errorf("byte %d is not one of A-Z and 0-9", i+1)
		}
	}
	return nil
}
