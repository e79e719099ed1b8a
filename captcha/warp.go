package captcha

import "math/rand/v2"

// wave bends the whole word: up and down along its width, to and fro along its
// height. The slopes stay gentle, for each adds to the turn of a glyph.
func (c *canvas) wave(rng *rand.Rand) {
	const round = 2 * pi
	heave := between(rng, 0.06, 0.12)
	heaveFreq := round / between(rng, 2.2, 4.2)
	heavePhase := between(rng, 0, round)
	sway := between(rng, 0.02, 0.06)
	swayFreq := round / between(rng, 1.2, 2.2)
	swayPhase := between(rng, 0, round)
	for i, p := range c.points {
		c.points[i] = point{
			p.x + sway*sin(swayFreq*p.y+swayPhase),
			p.y + heave*sin(heaveFreq*p.x+heavePhase),
		}
	}
}

// fit scales the outlines to fill the picture, within the margins and without
// making the word much wider or taller than it was, and sets them down
// somewhere in the room that is left.
func (c *canvas) fit(rng *rand.Rand) {
	const maxStretch = 1.25
	lo, hi := c.points[0], c.points[0]
	for _, p := range c.points {
		lo = point{min(lo.x, p.x), min(lo.y, p.y)}
		hi = point{max(hi.x, p.x), max(hi.y, p.y)}
	}
	size := c.ink.Rect.Size()
	margin := max(2, float32(min(size.X, size.Y))/20)
	w, h := float32(size.X)-2*margin, float32(size.Y)-2*margin
	sx, sy := w/(hi.x-lo.x), h/(hi.y-lo.y)
	sx, sy = min(sx, sy*maxStretch), min(sy, sx*maxStretch)
	dx := margin + (w-sx*(hi.x-lo.x))*rng.Float32() - sx*lo.x
	dy := margin + (h-sy*(hi.y-lo.y))*rng.Float32() - sy*lo.y
	for i, p := range c.points {
		c.points[i] = point{sx*p.x + dx, sy*p.y + dy}
	}
}
