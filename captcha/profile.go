package captcha

import "math"

const (
	// floors is the number of rows in which neighbours are compared.
	floors = 20
	// floorsTop is where the first row starts; turned capitals reach no higher.
	floorsTop = -1.0
	// floorHeight is the height of a row.
	floorHeight = 2 * -floorsTop / floors
)

// profile is a glyph's silhouette: how far it reaches to the left and to the
// right in each row.
type profile struct{ left, right [floors]float32 }

// trace returns an outline's silhouette.
func trace(o *outline) *profile {
	var p profile
	for i := range floors {
		p.left[i], p.right[i] = math.MaxFloat32, -math.MaxFloat32
	}
	o.each(func(polygon []point) {
		last := polygon[len(polygon)-1]
		for _, at := range polygon {
			// Touching the rows beside the edge too keeps diagonals apart.
			lo, hi := floor(min(last.y, at.y))-1, floor(max(last.y, at.y))+1
			for row := max(lo, 0); row <= min(hi, floors-1); row++ {
				p.left[row] = min(p.left[row], last.x, at.x)
				p.right[row] = max(p.right[row], last.x, at.x)
			}
			last = at
		}
	})
	return &p
}

func floor(y float32) int {
	return min(max(int((y-floorsTop)/floorHeight), 0), floors-1)
}

// bend returns the silhouette of the glyph when it is made wider and each row is
// pushed aside by its height. That it also rises or grows a little is within
// what trace allows for.
func (p *profile) bend(widen, push float32) (bent profile) {
	for i := range floors {
		aside := push * (floorsTop + (float32(i)+0.5)*floorHeight)
		bent.left[i] = widen*p.left[i] + aside
		bent.right[i] = widen*p.right[i] + aside
	}
	return bent
}

// reach returns how far a glyph must move to the right to touch the one before
// it without tucking its box too far into the other's.
func (p *profile) reach(before *profile) float32 {
	const far = math.MaxFloat32 / 8 // beyond, a row is empty
	var touch, box, left float32 = -far, -far, far
	for i := range floors {
		touch = max(touch, before.right[i]-p.left[i])
		box = max(box, before.right[i])
		left = min(left, p.left[i])
	}
	return max(touch, box-left-maxTuck)
}

// move shifts the silhouette to the right.
func (p *profile) move(dx float32) {
	for i := range floors {
		p.left[i] += dx
		p.right[i] += dx
	}
}
