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
	minGap   = -0.06
	maxGap   = 0.01
	maxTuck  = 0.12 // how far a glyph's box may reach into its neighbour's
)

// write appends the answer's glyphs side by side from x = 0 on and returns the
// word's width.
func (c *canvas) write(answer string, fonts []font, rng *rand.Rand) (width float32) {
	var before profile // a wall at x = 0
	for i, r := range answer {
		glyph := &fonts[pick(rng, len(fonts))][glyphIndex(r)]
		points := c.place(glyph, rng)
		silhouette := trace(points, glyph.ends)
		dx := silhouette.reach(&before)
		if i > 0 {
			dx += between(rng, minGap, maxGap)
		}
		for j := range points {
			points[j].x += dx
			width = max(width, points[j].x)
		}
		silhouette.move(dx)
		before = silhouette
	}
	return width
}

// place appends a glyph at the origin, with a turn, shear, size and rise of its
// own, and returns its points.
func (c *canvas) place(glyph *outline, rng *rand.Rand) []point {
	turn := between(rng, -maxTurn, maxTurn)
	shear := between(rng, -maxShear, maxShear)
	size := between(rng, minSize, maxSize)
	widen := between(rng, 1/maxWiden, maxWiden)
	rise := between(rng, -maxRise, maxRise)

	// Widen, then shear, then turn, then size.
	sn, cs := sin(turn)*size, cos(turn)*size
	xx, xy := cs*widen, -cs*shear-sn
	yx, yy := sn*widen, cs-sn*shear
	first := len(c.points)
	for _, p := range glyph.points {
		c.points = append(c.points, point{xx*p.x + xy*p.y, yx*p.x + yy*p.y + rise})
	}
	for _, end := range glyph.ends {
		c.ends = append(c.ends, first+end)
	}
	return c.points[first:]
}

// ribbon appends a stroke that runs through the word from end to end. It goes
// round against the glyphs, so that it takes away the ink that it crosses.
func (c *canvas) ribbon(width float32, rng *rand.Rand) {
	const (
		steps    = 24
		overhang = 0.12
	)
	half := between(rng, 0.04, 0.06)
	// Near the middle it would hide the bars of A, E and H, further out the feet
	// of E and L; it goes from one side to the other, or bows outwards.
	from := side(rng) * between(rng, 0.08, 0.22)
	to := side(rng) * between(rng, 0.08, 0.22)
	bow := between(rng, 0.1, 0.3) * (from + to)
	middle := func(i int) point {
		t := float32(i) / steps
		return point{(width+2*overhang)*t - overhang, from + (to-from)*t + bow*sin(pi*t)}
	}
	for i := range steps + 1 {
		p := middle(i)
		c.points = append(c.points, point{p.x, p.y + half})
	}
	for i := steps; i >= 0; i-- {
		p := middle(i)
		c.points = append(c.points, point{p.x, p.y - half})
	}
	c.ends = append(c.ends, len(c.points))
}
