package captcha

import (
	"bytes"
	"fmt"
	"image/color"
	"math/rand/v2"
	"sync"
	"unicode/utf8"
)

// Painter asks questions and draws them in one [Style]. It is safe for concurrent
// use.
type Painter struct {
	style    Style
	family   *family
	palette  [levels]color.RGBA
	head     []byte // of every PNG
	zip      *zipper
	canvases sync.Pool // of *canvas
}

// New returns a Painter for the style, or an error that says which of its
// fields is out of bounds.
func New(style Style) (*Painter, error) {
	style, err := style.filled()
	if err != nil {
		return nil, fmt.Errorf("captcha style: %w", err)
	}
	family, err := newFamily(&style)
	if err != nil {
		return nil, fmt.Errorf("captcha fonts: %w", err)
	}
	if style.Alphabet == "" {
		style.Alphabet = family.alphabet
	}
	p := &Painter{style: style, family: family, palette: blend(style.Paper, style.Ink)}
	p.canvases.New = func() any { return newCanvas(style.Width, style.Height) }
	p.head = appendPNGHead(nil, style.Width, style.Height, &p.palette)
	p.zip = p.rehearse()
	return p, nil
}

// rehearse draws a few pictures to learn what the rows of this style are made of.
func (p *Painter) rehearse() *zipper {
	const pictures = 12
	stride := rowBytes(p.style.Width)
	random := rand.NewChaCha8([32]byte{})
	c := p.canvases.Get().(*canvas)
	defer p.canvases.Put(c)
	var counts [tokens]int
	for range pictures {
		q, err := p.Question(random)
		if err != nil {
			panic(err) // ChaCha8 reads without error
		}
		c.compose(q.Text, p.family, random)
		c.develop()
		c.tokens = appendTokens(c.tokens[:0], c.rows, stride)
		for _, t := range c.tokens {
			counts[t]++
		}
	}
	return newZipper(&counts, stride)
}

// Draw returns a picture of a text in the given format. All its random choices
// come from src: in one build, the same text, style, format and state of src
// give the same bytes. The text may have any characters of the style's kind
// (letters and digits may have any of A-Z and 0-9), but no more of them than the
// style's questions have; else Draw refuses with an error that does not tell the
// text. Draw a question once: pictures of one text can be averaged.
func (p *Painter) Draw(text string, src rand.Source, format Format) ([]byte, error) {
	if err := p.check(text, format); err != nil {
		return nil, fmt.Errorf("draw text: %w", err)
	}
	c := p.canvases.Get().(*canvas)
	defer p.canvases.Put(c)
	c.compose(text, p.family, src)
	c.develop()
	if format == JPEG {
		return c.jpeg(&p.palette)
	}
	return bytes.Clone(c.png(p.head, p.zip)), nil
}

// check returns an error that does not betray the text.
func (p *Painter) check(text string, format Format) error {
	if format != PNG && format != JPEG {
		return fmt.Errorf("unknown format %d", int(format))
	}
	_, longest := p.style.lengths()
	if n := utf8.RuneCountInString(text); n == 0 || n > longest {
		return fmt.Errorf("it has %d characters, not between 1 and %d", n, longest)
	}
	for i, r := range text {
		if p.family.faces[0].glyphs[r] == nil {
			return fmt.Errorf("the character at byte %d is not one of %v", i+1, p.style.Kind)
		}
	}
	return nil
}
