package captcha

import (
	"math/rand/v2"
	"unicode/utf8"
)

// write appends the text's glyphs, in one row or in two. People read the upper
// row first without being told; what reads a picture as one line, or cuts it
// into columns, finds two letters at a time.
func (c *canvas) write(text string, f *family, rng *rand.Rand) {
	runes := utf8.RuneCountInString(text)
	if !f.stack || runes < minRows {
		c.row(text, 1, f, rng)
		return
	}
	cut := runes/2 + pick(rng, 1+runes%2)
	for i := range text {
		if cut--; cut < 0 {
			c.stack(text[:i], text[i:], f, rng)
			return
		}
	}
}

const (
	minRows    = 4   // characters in a text that may be in two rows
	minStretch = 1.4 // rows are half as high, so letters are wider in them
	maxStretch = 2.0
	maxTilt    = 0.14 // of two rows, so that they cannot be cut apart straight
	maxFavour  = 0.15 // by how much one row is larger, and the other smaller
)

// stack appends two rows, the lower one shifted to either side.
func (c *canvas) stack(upper, lower string, f *family, rng *rand.Rand) {
	stretch := between(rng, minStretch, maxStretch)
	favour := between(rng, -maxFavour, maxFavour)
	width := c.row(upper, stretch, f, rng)
	start := len(c.points)
	width = max(width, c.row(lower, stretch, f, rng))
	by := point{side(rng) * between(rng, 0, 0.35) * width, f.leading.draw(rng)}
	tilt := between(rng, -maxTilt, maxTilt)
	for i, p := range c.points {
		if i < start {
			p = point{p.x * (1 + favour), p.y * (1 + favour)}
		} else {
			p = point{p.x*(1-favour) + by.x, p.y*(1-favour) + by.y}
		}
		c.points[i] = point{p.x, p.y + tilt*p.x}
	}
}

// row appends glyphs side by side from x = 0 on, and returns their width.
func (c *canvas) row(text string, stretch float32, f *family, rng *rand.Rand) (width float32) {
	var before profile // a wall at x = 0
	for i, r := range text {
		start := len(c.points)
		silhouette := c.place(f.glyph(r, rng), f.fill(r, rng), stretch, rng)
		dx := silhouette.reach(&before)
		if i > 0 {
			dx += f.gap.draw(rng)
		}
		points := c.points[start:]
		for j := range points {
			points[j].x += dx
			width = max(width, points[j].x)
		}
		silhouette.move(dx)
		before = silhouette
	}
	return width
}
