package captcha

import "math/rand/v2"

// What may vary from glyph to glyph, in radians and cap heights. The bounds
// keep every character readable whatever is drawn.
const (
	maxTurn  = 0.19 // eleven degrees
	maxShear = 0.16
	minSize  = 0.88
	maxSize  = 1.10
	maxWiden = 1.10 // of width against height, either way
	maxRise  = 0.07 // of the baseline
	maxTuck  = 0.25 // how far a glyph's box may reach into its neighbour's
)

// gaps has how far each level lets neighbours lie from each other. Where they
// overlap, ink cancels out.
var gaps = [...][2]float32{Easy + 1: {-0.01, 0.06}, Normal + 1: {-0.12, -0.02}, Hard + 1: {-0.16, -0.06}}

// write appends the text's glyphs side by side from x = 0 on.
func (c *canvas) write(text string, f *family, rng *rand.Rand) {
	var before profile // a wall at x = 0
	gap := gaps[f.level+1]
	first := true
	for _, r := range text {
		start, firstEnd := len(c.points), len(c.ends)
		c.place(f.glyph(r, rng), f.level > Easy && rng.Float32() < f.hollow, rng)
		points := c.points[start:]
		silhouette := trace(points, c.ends[firstEnd:], start)
		dx := silhouette.reach(&before)
		if !first {
			dx += between(rng, gap[0], gap[1])
		}
		first = false
		for j := range points {
			points[j].x += dx
		}
		silhouette.move(dx)
		before = silhouette
	}
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

// place appends a glyph at the origin, with a turn, shear, size and rise of its
// own.
func (c *canvas) place(g *glyph, hollow bool, rng *rand.Rand) {
	turn := between(rng, -maxTurn, maxTurn)
	shear := between(rng, -maxShear, maxShear)
	size := between(rng, minSize, maxSize)
	widen := between(rng, 1/maxWiden, maxWiden)
	rise := between(rng, -maxRise, maxRise)

	// Widen, then shear, then turn, then size.
	sn, cs := sin(turn)*size, cos(turn)*size
	xx, xy := cs*widen, -cs*shear-sn
	yx, yy := sn*widen, cs-sn*shear
	add := func(o *outline) {
		first := len(c.points)
		for _, p := range o.points {
			c.points = append(c.points, point{xx*p.x + xy*p.y, yx*p.x + yy*p.y + rise})
		}
		for _, end := range o.ends {
			c.ends = append(c.ends, first+end)
		}
	}
	add(&g.solid)
	if hollow {
		add(&g.core)
	}
}
