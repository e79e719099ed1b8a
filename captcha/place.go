package captcha

import "math/rand/v2"

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
	relief   = 0.08 // how far the copy of an embossed glyph lies beside and below it
)

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
