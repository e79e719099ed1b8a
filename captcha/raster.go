package captcha

// grain is the number of rows in which each row of pixels is sampled, and full
// the ink of a pixel that is covered in all of them.
const (
	grain = 4
	full  = 256
	step  = full / grain
)

// raster turns polygons into ink by the even-odd rule, in one pass for all of
// them. A cell holds how much the ink of its pixel differs from that of the one
// to its left, so an edge costs two additions a row whatever lies beside it,
// and summing up a row gives the windings of its pixels. Winding one is ink, two
// is paper again.
type raster struct {
	width, height int
	stride        int     // cells a row: a multiple of four, with room behind the last pixel
	cells         []int16 // zero between pictures
}

func newRaster(width, height int) raster {
	stride := (width+3)&^3 + 4
	return raster{width: width, height: height, stride: stride, cells: make([]int16, stride*height)}
}

// polygon adds a closed polygon.
func (r *raster) polygon(points []point) {
	last := points[len(points)-1]
	for _, p := range points {
		r.edge(last, p)
		last = p
	}
}

// edge adds the edge from a to b. What lies left or right of the picture counts
// where the picture begins or ends.
func (r *raster) edge(a, b point) {
	winding := int16(1)
	if a.y > b.y {
		a, b, winding = b, a, -1
	}
	// Rows of samples lie half a step off the pixel's edge.
	top, bottom := a.y*grain-0.5, b.y*grain-0.5
	from, to := max(ceil(top), 0), min(ceil(bottom), r.height*grain)
	if from >= to {
		return
	}
	slope := (b.x - a.x) / (bottom - top)
	const one = 1 << 16
	x := int32((a.x + (float32(from)-top)*slope) * one)
	dx := int32(slope * one)
	end := int32(r.width) * one //nolint:gosec // at most maxWidth
	if min(a.x, b.x) >= 0 && max(a.x, b.x) <= float32(r.width) {
		x = min(max(x, 0), end) // rounding may have led outside
		for row := from; row < to; row++ {
			r.cross(row, x, winding)
			x += dx
		}
		return
	}
	for row := from; row < to; row++ {
		r.cross(row, min(max(x, 0), end), winding)
		x += dx
	}
}

// cross notes that ink begins or ends at x, in 1/65536 pixels, in a row of
// samples.
func (r *raster) cross(row int, x int32, winding int16) {
	cells := r.cells[row/grain*r.stride+int(x>>16):]
	part := int16(x >> 10 & (step - 1))
	cells[0] += winding * (step - part)
	cells[1] += winding * part
}

func ceil(x float32) int {
	i := int(x)
	if x > float32(i) {
		i++
	}
	return i
}
