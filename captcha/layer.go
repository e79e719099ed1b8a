package captcha

import "math/rand/v2"

// A layer inverts part of the picture: within it, ink is paper and paper is ink.
// People read on across its edges as long as its parts are about as large as
// letters; a script that looks for dark strokes finds the layer's edges among
// them. Lengths are in pixels; scale is the height of a capital.
type layer func(c *canvas, scale float32, rng *rand.Rand)

// allLayers are the layers that a family may have.
var allLayers = []layer{bands, horizon, blobs, rings, shards}

// cover lays one of the family's layers over the word.
func (c *canvas) cover(scale float32, f *family, rng *rand.Rand) {
	if len(f.layers) > 0 {
		f.layers[pick(rng, len(f.layers))](c, scale, rng)
	}
}

func (c *canvas) size() (width, height float32) {
	return float32(c.raster.width), float32(c.raster.height)
}

// lay draws the shape that has been collected.
func (c *canvas) lay() {
	c.raster.polygon(c.shape)
	c.shape = c.shape[:0]
}

const layerSteps = 14 // edges of a curve through the picture

// bands are upright or slanted stripes with wavy edges.
func bands(c *canvas, scale float32, rng *rand.Rand) {
	width, height := c.size()
	slant := side(rng) * between(rng, 0.1, 0.8) * height
	amplitude := between(rng, 0.04, 0.14) * scale
	x := between(rng, -0.8, 0.4)*scale + min(0, -slant)
	for x < width+max(0, -slant) {
		right := x + between(rng, 1, 1.8)*scale
		c.downward(x, slant, amplitude, rng, false)
		c.downward(right, slant, amplitude, rng, true)
		c.lay()
		x = right + between(rng, 1, 1.8)*scale
	}
}

// downward collects a wavy line from the top edge to the bottom edge, or back.
func (c *canvas) downward(x, slant, amplitude float32, rng *rand.Rand, back bool) {
	_, height := c.size()
	phase := between(rng, 0, 2*pi)
	turns := between(rng, 1, 2) * 2 * pi
	for i := range layerSteps + 1 {
		t := float32(i) / layerSteps
		if back {
			t = 1 - t
		}
		c.shape = append(c.shape, point{x + slant*t + amplitude*sin(turns*t+phase), height * t})
	}
}

// horizon is a wavy line through the middle, with ink below.
func horizon(c *canvas, scale float32, rng *rand.Rand) {
	width, height := c.size()
	middle := height/2 + between(rng, -0.2, 0.2)*scale
	tilt := between(rng, -0.4, 0.4) * scale
	amplitude := between(rng, 0.1, 0.3) * scale
	phase := between(rng, 0, 2*pi)
	turns := width / (between(rng, 1.6, 3) * scale) * 2 * pi
	for i := range 2*layerSteps + 1 {
		t := float32(i) / (2 * layerSteps)
		c.shape = append(c.shape, point{width * t, middle + tilt*(t-0.5) + amplitude*sin(turns*t+phase)})
	}
	c.shape = append(c.shape, point{width, height}, point{0, height})
	c.lay()
}

const circleSteps = 20 // edges of a circle

var unitCircle = func() (c [circleSteps]point) {
	for i := range c {
		a := 2 * pi * float32(i) / circleSteps
		c[i] = point{cos(a), sin(a)}
	}
	return c
}()

// blobs are a few round shapes.
func blobs(c *canvas, scale float32, rng *rand.Rand) {
	width, height := c.size()
	step := between(rng, 2, 3) * scale
	for x := between(rng, 0, step); x < width; x += step * between(rng, 0.9, 1.3) {
		c.blob(point{x, height * between(rng, 0.25, 0.75)}, between(rng, 0.8, 1.2)*scale, rng)
	}
}

// blob draws a circle with dents.
func (c *canvas) blob(centre point, radius float32, rng *rand.Rand) {
	dent := between(rng, 0.05, 0.2)
	phase := between(rng, 0, 2*pi)
	turns := float32(2+pick(rng, 3)) * 2 * pi / circleSteps
	for i, p := range unitCircle {
		r := radius * (1 + dent*sin(turns*float32(i)+phase))
		c.shape = append(c.shape, point{centre.x + r*p.x, centre.y + r*p.y})
	}
	c.lay()
}

// rings lie around one centre.
func rings(c *canvas, scale float32, rng *rand.Rand) {
	width, height := c.size()
	centre := point{width * between(rng, 0.1, 0.9), height * between(rng, -0.3, 1.3)}
	far := max(centre.x, width-centre.x)
	for r := between(rng, 0.3, 0.9) * scale; r < far; r += between(rng, 0.8, 1.4) * scale {
		for _, p := range unitCircle {
			c.shape = append(c.shape, point{centre.x + r*p.x, centre.y + r*p.y})
		}
		c.lay()
	}
}

// shards are large pieces with straight edges.
func shards(c *canvas, scale float32, rng *rand.Rand) {
	width, height := c.size()
	lean := side(rng) * between(rng, 0.3, 1.2) * height
	x := between(rng, -1, 0.5)*scale - abs(lean)
	for x < width+abs(lean) {
		w := between(rng, 1.1, 2) * scale
		top, bottom := x+max(lean, 0), x+max(-lean, 0)
		c.shape = append(c.shape, point{top, 0}, point{top + w*between(rng, 0.5, 1), 0},
			point{bottom + w*between(rng, 0.5, 1.2), height}, point{bottom, height})
		c.lay()
		x += w * between(rng, 1.3, 2)
	}
}
