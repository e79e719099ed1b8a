package captcha

import "math"

const (
	// bands is the number of rows in which neighbours are compared.
	bands = 20
	// bandsTop is where the first row starts; turned capitals reach no higher.
	bandsTop = -1.0
	// bandHeight is the height of a row.
	bandHeight = 2 * -bandsTop / bands
)

// profile is a glyph's silhouette: how far it reaches to the left and to the
// right in each row.
type profile struct{ left, right [bands]float32 }

// trace returns the silhouette of polygons.
func trace(points []point, ends []int) profile {
	var p profile
	for i := range bands {
		p.left[i], p.right[i] = math.MaxFloat32, -math.MaxFloat32
	}
	start := 0
	for _, end := range ends {
		last := points[end-1]
		for _, at := range points[start:end] {
			// Touching the rows beside the edge too keeps diagonals apart.
			lo, hi := band(min(last.y, at.y))-1, band(max(last.y, at.y))+1
			for row := max(lo, 0); row <= min(hi, bands-1); row++ {
				p.left[row] = min(p.left[row], last.x, at.x)
				p.right[row] = max(p.right[row], last.x, at.x)
			}
			last = at
		}
		start = end
	}
	return p
}

func band(y float32) int {
	return min(max(int((y-bandsTop)/bandHeight), 0), bands-1)
}

// reach returns how far a glyph must move to the right to touch the one before
// it without tucking its box too far into the other's.
func (p *profile) reach(before *profile) float32 {
	var touch, box, left float32 = -math.MaxFloat32, -math.MaxFloat32, math.MaxFloat32
	for i := range bands {
		touch = max(touch, before.right[i]-p.left[i])
		box = max(box, before.right[i])
		left = min(left, p.left[i])
	}
	return max(touch, box-left-maxTuck)
}

// move shifts the silhouette to the right.
func (p *profile) move(dx float32) {
	for i := range bands {
		p.left[i] += dx
		p.right[i] += dx
	}
}
