package captcha

import "encoding/binary"

// grain is the number of rows in which each row of pixels is sampled, and full
// the ink of a pixel that is covered in all of them.
const (
	grain     = 2
	full      = 256
	step      = full / grain
	stepBits  = 7
	cellBytes = 2
)

// raster turns polygons into ink by the even-odd rule, in one pass for all of
// them. A cell holds how much the ink of its pixel differs from that of the one
// to its left, so an edge costs two additions a row whatever lies beside it,
// and summing up a row gives the windings of its pixels. Winding one is ink, two
// is paper again.
type raster struct {
	width, height int
	stride        int    // bytes a row: of whole words of cells, with room behind the last pixel
	cells         []byte // zero between pictures
}

func newRaster(width, height int) raster {
	stride := (rowBytes(width)*pixelsPerByte + 1) * cellBytes
	return raster{width: width, height: height, stride: stride, cells: make([]byte, stride*even(height))}
}

// polygon adds a closed polygon. What lies left or right of the picture counts
// where the picture begins or ends.
func (r *raster) polygon(points []point) {
	from := r.vertex(points[len(points)-1])
	for _, p := range points {
		to := r.vertex(p)
		switch {
		case from.row < to.row:
			r.edge(from, to, 1)
		case from.row > to.row:
			r.edge(to, from, -1)
		}
		from = to
	}
}

// vertex is a corner of a polygon: its place, with heights in rows of samples,
// and the first row of samples that is not above it.
type vertex struct {
	x, y float32
	row  int
}

func (r *raster) vertex(p point) vertex {
	y := p.y*grain - 0.5 // samples lie half a step off the pixel's edge
	const low = 1 << 12  // below every picture, so that rounding is cutting off
	row := low - int(low-float64(y))
	return vertex{p.x, y, min(max(row, 0), r.height*grain)}
}

// edge adds the edge from a down to b.
func (r *raster) edge(a, b vertex, winding int) {
	const one = 1 << 16
	slope := (b.x - a.x) / (b.y - a.y)
	x := int((a.x + (float32(a.row)-a.y)*slope) * one)
	dx := int(slope * one)
	end := r.width * one
	inside := uint(x) <= uint(end) && uint(x+(b.row-a.row-1)*dx) <= uint(end)
	for row := a.row; row < b.row; row++ {
		at := x
		if !inside {
			at = min(max(x, 0), end)
		}
		part := at >> (16 - stepBits) & (step - 1)
		cells := r.cells[row/grain*r.stride+at>>16*cellBytes:][:2*cellBytes]
		add(cells[:cellBytes], winding*(step-part))
		add(cells[cellBytes:], winding*part)
		x += dx
	}
}

// add adds ink to a cell.
func add(cell []byte, ink int) {
	binary.LittleEndian.PutUint16(cell, binary.LittleEndian.Uint16(cell)+uint16(ink)) //nolint:gosec // sums go round
}
