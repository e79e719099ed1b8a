package captcha

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// wall is a picture's worth of ink, in levels, row by row.
type wall [][]int

// expose rasterises polygons and develops them.
func expose(c *canvas, polygons ...[]point) wall {
	for _, polygon := range polygons {
		c.raster.polygon(polygon)
	}
	c.develop()
	stride := rowBytes(c.raster.width)
	ink := make(wall, c.raster.height)
	for y := range ink {
		ink[y] = make([]int, c.raster.width)
		for x := range ink[y] {
			packed := c.rows[y*stride+1+x/pixelsPerByte]
			ink[y][x] = int(packed >> (8 - levelBits*(1+x%pixelsPerByte)) & (levels - 1))
		}
	}
	return ink
}

// reference says what polygons come to when each pixel is looked at in many
// places of the rows in which the raster samples it.
type reference struct {
	evenOdd wall  // the share of places with an odd winding
	mean    wall  // the mean winding, up to full ink and down again
	edges   wall  // how many edges are near
	winding []int // of a row, where it changes
}

const placesPerPixel = 64

func survey(width, height int, polygons ...[]point) *reference {
	ref := &reference{winding: make([]int, width*placesPerPixel+1)}
	for y := range height {
		odd, sum, near := make([]float64, width), make([]float64, width), make([]int, width)
		for k := range grain {
			clear(ref.winding)
			at := float64(y) + (float64(k)+0.5)/grain
			for _, polygon := range polygons {
				ref.cross(polygon, at)
			}
			now := 0
			for i := range width * placesPerPixel {
				now += ref.winding[i]
				sum[i/placesPerPixel] += float64(now) / (placesPerPixel * grain)
				if now%2 != 0 {
					odd[i/placesPerPixel] += 1. / (placesPerPixel * grain)
				}
			}
		}
		for _, polygon := range polygons {
			countEdges(near, polygon, float64(y))
		}
		evenOdd, mean := make([]int, width), make([]int, width)
		for x := range width {
			evenOdd[x] = int(math.Round(odd[x] * (levels - 1)))
			folded := math.Mod(math.Abs(sum[x]), 2)
			mean[x] = int(math.Round(min(folded, 2-folded) * (levels - 1)))
		}
		ref.evenOdd, ref.mean, ref.edges = append(ref.evenOdd, evenOdd), append(ref.mean, mean), append(ref.edges, near)
	}
	return ref
}

// cross notes where the edges of a polygon cross a row of places.
func (ref *reference) cross(polygon []point, at float64) {
	last := polygon[len(polygon)-1]
	for _, p := range polygon {
		ax, ay, bx, by := float64(last.x), float64(last.y), float64(p.x), float64(p.y)
		last = p
		if (ay <= at) == (by <= at) {
			continue
		}
		x := (ax + (at-ay)/(by-ay)*(bx-ax)) * placesPerPixel
		i := int(math.Ceil(min(max(x-0.5, 0), float64(len(ref.winding)-1))))
		if ay < by {
			ref.winding[i]++
		} else {
			ref.winding[i]--
		}
	}
}

// countEdges counts the edges that come near each pixel of a row: within half a
// pixel above and below.
func countEdges(near []int, polygon []point, y float64) {
	last := polygon[len(polygon)-1]
	for _, p := range polygon {
		a, b := last, p
		last = p
		if a.y > b.y {
			a, b = b, a
		}
		top, bottom := y-0.5, y+1.5
		if float64(b.y) < top || float64(a.y) > bottom {
			continue
		}
		// The part of the edge that lies in these rows.
		from, to := float64(a.x), float64(b.x)
		if b.y > a.y {
			slope := (to - from) / float64(b.y-a.y)
			from, to = from+slope*max(0, top-float64(a.y)), to-slope*max(0, float64(b.y)-bottom)
		}
		for x := max(0, int(min(from, to)-0.5)); x < len(near) && float64(x) <= max(from, to)+0.5; x++ {
			near[x]++
		}
	}
}

// worst returns where two pictures differ most among the pixels that count, and
// by how many levels.
func worst(got, want wall, counts func(x, y int) bool) (x, y, by int) {
	for i := range got {
		for j := range got[i] {
			if d := max(got[i][j]-want[i][j], want[i][j]-got[i][j]); d > by && counts(j, i) {
				x, y, by = j, i, d
			}
		}
	}
	return x, y, by
}

func everywhere(int, int) bool { return true }

// Shapes cover what they cover, within one level, wherever they reach out of the
// picture.
func TestRasterShapes(t *testing.T) {
	const width, height = 37, 25
	rectangle := func(left, top, right, bottom float32) []point {
		return []point{{left, top}, {right, top}, {right, bottom}, {left, bottom}}
	}
	for _, test := range []struct {
		name    string
		polygon []point
	}{
		{"Inside", rectangle(5.3, 4.4, 20.7, 15.1)},
		{"OnPixels", rectangle(5, 4, 20, 15)},
		{"WholePicture", rectangle(0, 0, width, height)},
		{"PastAllSides", rectangle(-10, -10, width+10, height+10)},
		{"PastLeft", rectangle(-10, 4, 20, 15)},
		{"PastRight", rectangle(10, 4, width+20, 15)},
		{"PastTop", rectangle(10, -40, 20, 15)},
		{"PastBottom", rectangle(10, 4, 20, height+40)},
		{"Left", rectangle(-20, 4, -10, 15)},
		{"Right", rectangle(width+1, 4, width+10, 15)},
		{"Above", rectangle(5, -10, 20, -1)},
		{"Below", rectangle(5, height+1, 20, height+10)},
		{"Thin", rectangle(5.25, -1, 5.75, height+1)},
		{"Triangle", []point{{3, 2}, {30.5, 8.25}, {11, 23.75}}},
		{"TrianglePastAllSides", []point{{-20, -3}, {width + 30, height / 2}, {-7, height + 30}}},
		{"Diamond", []point{{width / 2, -9}, {width + 9, height / 2}, {width / 2, height + 9}, {-9, height / 2}}},
		{"Flat", []point{{-5, 12}, {width + 5, 12.1}, {width + 5, 12.9}, {-5, 12.7}}},
		{"Steep", []point{{12, -5}, {12.1, height + 5}, {12.9, height + 5}, {12.7, -5}}},
	} {
		backwards := slices.Clone(test.polygon)
		slices.Reverse(backwards)
		for name, polygon := range map[string][]point{test.name: test.polygon, test.name + "Backwards": backwards} {
			t.Run(name, func(t *testing.T) {
				got := expose(newCanvas(width, height), polygon)
				if x, y, by := worst(got, survey(width, height, polygon).evenOdd, everywhere); by > 1 {
					t.Errorf("ink at %d, %d is off by %d levels", x, y, by)
				}
			})
		}
	}
}

// A point or a line has no ink.
func TestRasterNothing(t *testing.T) {
	c := newCanvas(64, 24)
	for _, polygon := range [][]point{{{5, 5}}, {{5, 5}, {40, 20}}, {{5, 5}, {60, 5}, {30, 5}}, {{5, 5}, {5, 20}, {5, 11}}} {
		if n := total(expose(c, polygon)); n != 0 {
			t.Errorf("%v has %d levels of ink, want none", polygon, n)
		}
	}
}

func total(ink wall) (levels int) {
	for _, row := range ink {
		for _, level := range row {
			levels += level
		}
	}
	return levels
}

// scatter returns polygons with corners in and around a picture, some of them on
// the very edges of pixels and rows.
func scatter(rng *rand.Rand, width, height int) [][]point {
	polygons := make([][]point, 1+rng.IntN(4))
	for i := range polygons {
		polygons[i] = make([]point, 3+rng.IntN(5))
		for j := range polygons[i] {
			p := point{between(rng, -0.4, 1.4) * float32(width), between(rng, -0.4, 1.4) * float32(height)}
			if rng.IntN(3) == 0 {
				p = point{float32(math.Round(float64(p.x))), float32(math.Round(4*float64(p.y))) / 4}
			}
			polygons[i][j] = p
		}
	}
	return polygons
}

// Any polygons, over one another and over themselves, have ink where their
// winding is odd, within one level. Where several edges share a pixel, its
// windings are averaged first.
func TestRasterEvenOdd(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	alone := 0
	for i := range 100 {
		width, height := 20+rng.IntN(30), 10+rng.IntN(20)
		polygons := scatter(rng, width, height)
		got, want := expose(newCanvas(width, height), polygons...), survey(width, height, polygons...)
		if x, y, by := worst(got, want.mean, everywhere); by > 1 {
			t.Fatalf("polygons %d: ink at %d, %d is off by %d levels: %v", i, x, y, by, polygons)
		}
		single := func(x, y int) bool { return want.edges[y][x] <= 1 }
		for _, row := range want.edges {
			for _, edges := range row {
				if edges == 1 {
					alone++
				}
			}
		}
		if x, y, by := worst(got, want.evenOdd, single); by > 1 {
			t.Fatalf("polygons %d: ink at %d, %d is off by %d levels from even-odd: %v", i, x, y, by, polygons)
		}
	}
	if alone == 0 {
		t.Error("no pixel has a single edge: nothing was compared with even-odd")
	}
}

// Polygons that are drawn twice cancel: exactly when the second one runs the
// other way, and but for their outlines when it runs the same way.
func TestRasterCancels(t *testing.T) {
	const width, height = 50, 30
	rng := rand.New(rand.NewPCG(2, 1))
	for range 40 {
		polygons := scatter(rng, width, height)
		c := newCanvas(width, height)
		same := expose(c, append(slices.Clone(polygons), polygons...)...)
		none := make(wall, height)
		for y := range none {
			none[y] = make([]int, width)
		}
		edges := survey(width, height, polygons...).edges
		if x, y, by := worst(same, none, func(x, y int) bool { return edges[y][x] == 0 }); by > 0 {
			t.Fatalf("ink at %d, %d is %d levels, want none far from edges: %v", x, y, by, polygons)
		}
		both := slices.Clone(polygons)
		for _, polygon := range polygons {
			backwards := slices.Clone(polygon)
			slices.Reverse(backwards)
			both = append(both, backwards)
		}
		if n := total(expose(c, both...)); n != 0 {
			t.Fatalf("%d levels of ink are left, want none: %v", n, polygons)
		}
	}
}

// Coordinates far off neither panic nor leave ink where none belongs.
func TestRasterFarAway(t *testing.T) {
	const width, height, far = 40, 20, 3000
	c := newCanvas(width, height)
	for _, beside := range [][]point{
		{{-far, -far}, {-1, -far}, {-1, far}, {-far, far}},
		{{width + 1, -far}, {far, -far}, {far, far}, {width + 1, far}},
		{{-far, -far}, {far, -far}, {far, -1}, {-far, -1}},
		{{-far, height + 1}, {far, height + 1}, {far, far}, {-far, far}},
		{{-far, far}, {far, far}, {far, far - 0.001}},
	} {
		if n := total(expose(c, beside)); n != 0 {
			t.Errorf("%v leaves %d levels of ink in the picture", beside, n)
		}
	}
	around := []point{{-far, -far}, {far, -far}, {far, far}, {-far, far}}
	if n := total(expose(c, around)); n != (levels-1)*width*height {
		t.Errorf("%v leaves %d levels of ink, want all %d", around, n, (levels-1)*width*height)
	}
	rng := rand.New(rand.NewPCG(3, 1))
	for range 100 {
		polygons := make([][]point, 1+rng.IntN(3))
		for i := range polygons {
			for range 3 + rng.IntN(4) {
				polygons[i] = append(polygons[i], point{between(rng, -far, far), between(rng, -far, far)})
			}
		}
		got, want := expose(c, polygons...), survey(width, height, polygons...)
		if x, y, by := worst(got, want.mean, everywhere); by > 1 {
			t.Fatalf("ink at %d, %d is off by %d levels: %v", x, y, by, polygons)
		}
	}
}

// A picture leaves nothing behind for the next, nor in the bits that pad its
// rows.
func TestRasterIsLeftEmpty(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	for _, width := range []int{64, 65, 66, 67} {
		c := newCanvas(width, 24)
		for range 20 {
			expose(c, scatter(rng, width, 24)...)
			for i, b := range c.raster.cells {
				if b != 0 {
					t.Fatalf("width %d: cell byte %d is %d after a picture, want 0", width, i, b)
				}
			}
			if n := total(expose(c)); n != 0 {
				t.Fatalf("width %d: an empty picture has %d levels of ink", width, n)
			}
		}
	}
}
