package captcha

import (
	"math/rand/v2"
	"unicode/utf8"
)

// What may vary from glyph to glyph, in radians and cap heights. The bounds
// keep every character readable whatever is drawn.
const (
	maxTurn  = 0.3 // seventeen degrees
	maxShear = 0.24
	minSize  = 0.82
	maxSize  = 1.12
	maxWiden = 1.2  // of width against height, either way
	maxRise  = 0.09 // of the baseline
	maxTuck  = 0.3  // how far a glyph's box may reach into its neighbour's
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
	minRows      = 4    // characters in a text that may be in two rows
	stackStretch = 1.75 // rows are half as high, so letters are wider in them
	maxTilt      = 0.14 // of two rows, so that they cannot be cut apart straight
)

// stack appends two rows, the lower one shifted to either side.
func (c *canvas) stack(upper, lower string, f *family, rng *rand.Rand) {
	width := c.row(upper, stackStretch, f, rng)
	start := len(c.points)
	width = max(width, c.row(lower, stackStretch, f, rng))
	by := point{side(rng) * between(rng, 0, 0.35) * width, between(rng, f.leading[0], f.leading[1])}
	for i, p := range c.points[start:] {
		c.points[start+i] = point{p.x + by.x, p.y + by.y}
	}
	tilt := between(rng, -maxTilt, maxTilt)
	for i, p := range c.points {
		c.points[i].y = p.y + tilt*p.x
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
			dx += between(rng, f.gap[0], f.gap[1])
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

// glyph returns one of the forms of a character.
func (f *family) glyph(r rune, rng *rand.Rand) *glyph {
	face := f.faces[pick(rng, len(f.faces))]
	if small := rng.Float32() < f.small; small {
		if g := face.small[r]; g != nil {
			return g
		}
	}
	return face.glyphs[r]
}

// fill is how a glyph's strokes are drawn. What a glyph is overlaid with inverts
// it, as all ink does.
type fill int

const (
	solid    fill = iota
	hollow        // its outline
	inlined       // with a light line along the middle of broad strokes
	embossed      // its edges to two sides, by itself and a copy beside it
)

// fills are those that a glyph may have which is not solid.
var fills = [...]fill{hollow, inlined, embossed}

// fill draws a character's fill. Signs are always solid: a hollow minus is an
// equals sign.
func (f *family) fill(r rune, rng *rand.Rand) fill {
	if rng.Float32() < f.solid || r == '-' || r == '+' || r == '=' {
		return solid
	}
	return fills[pick(rng, len(fills))]
}

// place appends a glyph at the origin, with a turn, shear, size and rise of its
// own, and returns its silhouette.
func (c *canvas) place(g *glyph, fill fill, stretch float32, rng *rand.Rand) profile {
	turn := between(rng, -maxTurn, maxTurn)
	shear := between(rng, -maxShear, maxShear)
	size := between(rng, minSize, maxSize)
	widen := stretch * between(rng, 1/maxWiden, maxWiden)
	rise := between(rng, -maxRise, maxRise)

	// Widen, then shear, then turn, then size.
	sn, cs := sin(turn)*size, cos(turn)*size
	xx, xy := cs*widen, -cs*shear-sn
	yx, yy := sn*widen, cs-sn*shear
	add := func(o *outline, by point) {
		first := len(c.points)
		for _, p := range o.points {
			c.points = append(c.points, point{xx*p.x + xy*p.y + by.x, yx*p.x + yy*p.y + by.y})
		}
		for _, end := range o.ends {
			c.ends = append(c.ends, first+end)
		}
	}
	add(&g.solid, point{0, rise})
	switch fill {
	case solid:
	case hollow:
		add(&g.core, point{0, rise})
	case inlined:
		add(&g.line, point{0, rise})
	case embossed:
		add(&g.solid, point{side(rng) * relief, rise + relief})
	}
	return g.silhouette.bend(xx, xy)
}

// relief is how far the copy of an embossed glyph lies beside it, to the right or
// left and below.
const relief = 0.08
