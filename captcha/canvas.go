package captcha

import (
	"bytes"
	"encoding/binary"
	"image"
	"math/rand/v2"
)

// canvas holds all that one picture needs while it is made, kept for the next.
type canvas struct {
	points []point // the outlines of the word
	ends   []int   // where each polygon ends in points
	shape  []point // of one layer
	rng    rand.Rand
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
		rows:   make([]byte, 0, even(height)*rowBytes(width)+slack),
	}
}

// rowBytes returns the size of a packed row.
func rowBytes(width int) int { return 1 + (width+pixelsPerByte-1)/pixelsPerByte }

// compose draws a whole picture: the word, bent and fitted, and what lies over it.
func (c *canvas) compose(text string, f *family, src rand.Source) {
	c.rng = *rand.New(src) //nolint:gosec // shapes are no secrets
	rng := &c.rng
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

// develop turns the ink into rows, and leaves the raster empty. It takes four
// pixels at a time, in the four lanes of a word, without a branch: whether there
// is an edge among them cannot be foretold, but whether there is one among
// sixteen mostly can. Two rows go side by side, since each word waits for the one
// before it in its row.
func (c *canvas) develop() {
	r := &c.raster
	stride := rowBytes(r.width)
	c.rows = c.rows[:even(r.height)*stride]
	for y := 0; y < r.height; y += 2 {
		upper, lower := c.rows[y*stride:][:stride], c.rows[(y+1)*stride:][:stride]
		upper[0], lower[0] = 0, 0
		upper, lower = upper[1:], lower[1:]
		n := min(len(upper), len(lower))
		above, below := r.cells[y*r.stride:][:8*n], r.cells[(y+1)*r.stride:][:8*n]
		var a, b uint64 // windings so far
		for i := 0; i < n; {
			end := min(i+4, n)
			if end == i+4 && isPlain(above[8*i:]) && isPlain(below[8*i:]) {
				binary.LittleEndian.PutUint32(upper[i:], uint32(shades(a*each))*0x01010101)
				binary.LittleEndian.PutUint32(lower[i:], uint32(shades(b*each))*0x01010101)
				i = end
				continue
			}
			for ; i < end; i++ {
				wa := windings(binary.LittleEndian.Uint64(above[8*i:]), a)
				wb := windings(binary.LittleEndian.Uint64(below[8*i:]), b)
				a, b = wa>>48&ring, wb>>48&ring
				upper[i], lower[i] = shades(wa), shades(wb)
			}
		}
	}
	clear(r.cells)
	c.rows = c.rows[:r.height*stride]
}

// isPlain reports whether no edge is among the first sixteen cells.
func isPlain(cells []byte) bool {
	cells = cells[:32]
	return binary.LittleEndian.Uint64(cells)|binary.LittleEndian.Uint64(cells[8:])|
		binary.LittleEndian.Uint64(cells[16:])|binary.LittleEndian.Uint64(cells[24:]) == 0
}

const (
	each = 0x0001_0001_0001_0001 // one in each lane
	ring = 2*full - 1            // sums go round in a ring: up to full ink and down again
)

// windings returns the sum of windings up to each of four cells, before being
// that of the cell in front of them. Multiplying sums up the lanes below each.
func windings(cells, before uint64) uint64 { return (cells&(ring*each) + before) * each }

// shades returns four pixels of two bits, the first one highest, from their
// windings.
func shades(windings uint64) byte {
	// gather brings two bits of each lane together at the top.
	const gather = 1<<54 | 1<<36 | 1<<18 | 1
	// Where the ninth bit is set, the other eight are turned over.
	down := windings >> 8 & each
	ink := (windings ^ down*(full-1)) & ((full - 1) * each)
	return byte((ink*(levels-1) + full/2*each) >> 8 & ((levels - 1) * each) * gather >> 48) //nolint:gosec // the lowest eight of sixteen bits
}

// even rounds up to an even number.
func even(n int) int { return n + n&1 }
