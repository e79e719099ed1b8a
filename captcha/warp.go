package captcha

import "math/rand/v2"

// wave bends the whole word up and down along its width. The slopes stay gentle,
// for each adds to the turn of a glyph.
func (c *canvas) wave(f *family, rng *rand.Rand) {
	amplitude := f.amplitude.draw(rng)
	turns := 2 * pi / f.length.draw(rng)
	phase := between(rng, 0, 2*pi)
	for i, p := range c.points {
		c.points[i].y += amplitude * sin(turns*p.x+phase)
	}
}

// fit scales the outlines to fill the picture, within the margins and without
// making the word much wider or taller than it was, and sets them down
// somewhere in the room that is left. It returns the height of a capital in
// pixels.
func (c *canvas) fit(rng *rand.Rand) (scale float32) {
	const maxStretch = 1.25
	lo, hi := c.points[0], c.points[0]
	for _, p := range c.points {
		lo = point{min(lo.x, p.x), min(lo.y, p.y)}
		hi = point{max(hi.x, p.x), max(hi.y, p.y)}
	}
	width, height := c.size()
	margin := max(2, min(width, height)/20)
	w, h := width-2*margin, height-2*margin
	sx, sy := w/(hi.x-lo.x), h/(hi.y-lo.y)
	sx, sy = min(sx, sy*maxStretch), min(sy, sx*maxStretch)
	dx := margin + (w-sx*(hi.x-lo.x))*rng.Float32() - sx*lo.x
	dy := margin + (h-sy*(hi.y-lo.y))*rng.Float32() - sy*lo.y
	for i, p := range c.points {
		c.points[i] = point{sx*p.x + dx, sy*p.y + dy}
	}
	return sy
}
