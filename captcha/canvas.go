package captcha

import (
	"bytes"
	"image"
	"math/rand/v2"
)

// canvas holds all that one picture needs while it is made, kept for the next.
type canvas struct {
	points []point // the outlines of the word
	ends   []int   // where each polygon ends in points
	shape  []point // of one layer
	raster raster
	rows   []byte // the pixels, packed, each row behind a zero that says it is not filtered
	tokens []token
	out    []byte
	rgba   *image.RGBA  // for JPEG; made when first needed
	buffer bytes.Buffer // likewise
}

func newCanvas(width, height int) *canvas {
	return &canvas{
		raster: newRaster(width, height),
		rows:   make([]byte, 0, height*rowBytes(width)+8), // match reads eight bytes further
	}
}

// rowBytes returns the size of a packed row.
func rowBytes(width int) int { return 1 + (width+pixelsPerByte-1)/pixelsPerByte }

// compose draws a whole picture: the word, bent and fitted, and what lies over it.
func (c *canvas) compose(text string, f *family, rng *rand.Rand) {
	c.points, c.ends = c.points[:0], c.ends[:0]
	c.write(text, f, rng)
	c.wave(f, rng)
	scale := c.fit(rng)
	start := 0
	for _, end := range c.ends {
		c.raster.polygon(c.points[start:end])
		start = end
	}
	c.cover(scale, f, rng)
}

// develop turns the ink into rows, and leaves the raster empty.
func (c *canvas) develop() {
	r := &c.raster
	rows := c.rows[:cap(c.rows)]
	at := 0
	stride := rowBytes(r.width)
	for y := range r.height {
		row := rows[at : at+stride]
		at += stride
		row[0] = 0
		cells := r.cells[y*r.stride:][:r.stride]
		winding := int16(0)
		var plain byte // four pixels of this winding
		for i := range row[1:] {
			quad := cells[4*i:][:4:4]
			if quad[0]|quad[1]|quad[2]|quad[3] == 0 {
				row[i+1] = plain
				continue
			}
			w0 := winding + quad[0]
			w1 := w0 + quad[1]
			w2 := w1 + quad[2]
			winding = w2 + quad[3]
			row[i+1] = shades[w0&ringMask]<<6 | shades[w1&ringMask]<<4 | shades[w2&ringMask]<<2 | shades[winding&ringMask]
			plain = shades[winding&ringMask] * 0b01010101
			clear(quad)
		}
		clear(cells[r.stride-4:])
	}
	c.rows = rows[:at]
}
