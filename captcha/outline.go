package captcha

import (
	"fmt"
	"math"
	"slices"
	"unicode"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// point is a place in the plane; y grows downwards. Lengths are in cap heights
// until the word is fitted to its picture, and in pixels from then on.
type point struct{ x, y float32 }

// outline is a glyph as closed polygons. Capitals are one high and every glyph
// is centred on the origin. All outlines enclose ink in the same direction,
// whatever their font's convention, so that overlapping neighbours merge.
type outline struct {
	points []point
	ends   []int // where each polygon ends in points
}

const (
	// maxEdge is the longest edge that the wave can bend without showing it.
	maxEdge = 0.25
	// hanHeight is the height of a Chinese character, which fills its square
	// less or more, against that of the square.
	hanHeight = 0.92
	// smallHeight is the height that small letters have at least.
	smallHeight = 0.88
)

// frame brings the outlines of a font to one size and place.
type frame struct {
	font   *sfnt.Font
	buf    *sfnt.Buffer
	detail detail
	height float32 // of what is to be one high, in font units
	middle float32 // its middle above the baseline, or below if positive
}

// detail is how finely outlines are followed, and what else is made of them. It
// is in heights of a capital.
type detail struct {
	flatness float32 // how far a polygon may stray from its curve
	rim      float32 // how thick the strokes of hollow glyphs are; zero if there are none
	line     float32 // how far the light line of inlined glyphs lies within, likewise
}

// newFrame measures the font by its capitals or, if it is a Chinese one, by the
// square of its characters.
func newFrame(parsed *sfnt.Font, buf *sfnt.Buffer, characters string, d detail) (frame, error) {
	reference := 'H'
	han := []rune(characters)[0] > unicode.MaxASCII
	if han {
		reference = []rune(characters)[0]
	}
	segs, err := segments(parsed, buf, reference)
	if err != nil {
		return frame{}, err
	}
	if han {
		em := float32(fixed.I(int(parsed.UnitsPerEm())))
		return frame{parsed, buf, d, hanHeight * em, -0.38 * em}, nil
	}
	bounds := segs.Bounds()
	return frame{parsed, buf, d, float32(bounds.Max.Y - bounds.Min.Y), float32(bounds.Max.Y+bounds.Min.Y) / 2}, nil
}

// glyph flattens a glyph.
func (f frame) glyph(r rune) (*glyph, error) {
	segs, err := segments(f.font, f.buf, r)
	if err != nil {
		return nil, err
	}
	bounds := segs.Bounds()
	centre := float32(bounds.Max.X+bounds.Min.X) / 2
	if unicode.IsLower(r) {
		// Small letters are made nearly as high as capitals.
		f.height = min(f.height, float32(bounds.Max.Y-bounds.Min.Y)/smallHeight)
		f.middle = float32(bounds.Max.Y+bounds.Min.Y) / 2
	}
	solid := flatten(segs, f.detail.flatness, func(p fixed.Point26_6) point {
		return point{(float32(p.X) - centre) / f.height, (float32(p.Y) - f.middle) / f.height}
	})
	g := &glyph{solid: solid, silhouette: trace(&solid)}
	if f.detail.rim > 0 {
		g.core, g.line = solid.inset(f.detail.rim), solid.inset(f.detail.line)
	}
	return g, nil
}

// segments returns a glyph's lines and curves in font units. They are valid
// until buf is used again.
func segments(parsed *sfnt.Font, buf *sfnt.Buffer, r rune) (sfnt.Segments, error) {
	i, err := parsed.GlyphIndex(buf, r)
	if err != nil {
		return nil, fmt.Errorf("find glyph %q: %w", r, err)
	}
	if i == 0 {
		return nil, fmt.Errorf("find glyph %q: not in the font", r)
	}
	segs, err := parsed.LoadGlyph(buf, i, fixed.I(int(parsed.UnitsPerEm())), nil)
	if err != nil {
		return nil, fmt.Errorf("load glyph %q: %w", r, err)
	}
	return segs, nil
}

// flatten turns lines and curves into polygons, after moving each of their
// points by place; they stray from the curves by flatness at most.
func flatten(segs sfnt.Segments, flatness float32, place func(fixed.Point26_6) point) outline {
	var o outline
	var start, pen point
	closeTo := func(p point) {
		if len(o.points) == 0 {
			return
		}
		o.line(pen, p)
		o.ends = append(o.ends, len(o.points))
	}
	for _, s := range segs {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			closeTo(start)
			start = place(s.Args[0])
			pen = start
		case sfnt.SegmentOpLineTo:
			to := place(s.Args[0])
			o.line(pen, to)
			pen = to
		case sfnt.SegmentOpQuadTo:
			// A parabola is the cubic whose handles lie two thirds out.
			c, to := place(s.Args[0]), place(s.Args[1])
			o.curve(pen, lerp(pen, c, 2./3), lerp(to, c, 2./3), to, flatness)
			pen = to
		case sfnt.SegmentOpCubeTo:
			to := place(s.Args[2])
			o.curve(pen, place(s.Args[0]), place(s.Args[1]), to, flatness)
			pen = to
		}
	}
	closeTo(start)
	o.points, o.ends = slices.Clip(o.points), slices.Clip(o.ends)
	o.orient()
	return o
}

// line appends the points that follow a on the way to b, b included.
func (o *outline) line(a, b point) {
	n := int(math.Ceil(math.Hypot(float64(b.x-a.x), float64(b.y-a.y)) / maxEdge))
	for i := 1; i <= n; i++ {
		o.points = append(o.points, lerp(a, b, float32(i)/float32(n)))
	}
}

// curve appends the points that follow a on the cubic a b c d, d included.
func (o *outline) curve(a, b, c, d point, flatness float32) {
	// The second difference bounds how far n chords stray: dev*3/4/n².
	dev := max(deviation(a, b, c), deviation(b, c, d))
	n := max(1, int(math.Ceil(math.Sqrt(0.75*dev/float64(flatness)))))
	for i := 1; i <= n; i++ {
		t := float32(i) / float32(n)
		ab, bc, cd := lerp(a, b, t), lerp(b, c, t), lerp(c, d, t)
		o.points = append(o.points, lerp(lerp(ab, bc, t), lerp(bc, cd, t), t))
	}
}

// orient reverses the polygons when they enclose less than nothing.
func (o *outline) orient() {
	var area float32
	o.each(func(polygon []point) {
		last := polygon[len(polygon)-1]
		for _, p := range polygon {
			area += last.x*p.y - p.x*last.y
			last = p
		}
	})
	if area < 0 {
		o.each(slices.Reverse[[]point])
	}
}

// each calls visit for every polygon.
func (o *outline) each(visit func(polygon []point)) {
	start := 0
	for _, end := range o.ends {
		visit(o.points[start:end])
		start = end
	}
}

// inset returns the outline drawn in by a distance on all sides. Strokes thinner
// than twice the distance turn inside out, which does no harm where the fonts
// are bold.
func (o *outline) inset(distance float32) outline {
	in := outline{points: make([]point, 0, len(o.points)), ends: o.ends}
	o.each(func(polygon []point) {
		n := len(polygon)
		for i, p := range polygon {
			before, after := direction(polygon[(i+n-1)%n], p), direction(p, polygon[(i+1)%n])
			// Along the bisector, further at a corner, but not out of a sharp one.
			across := point{-before.y - after.y, before.x + after.x}
			k := distance / max(0.5, 1+before.x*after.x+before.y*after.y)
			in.points = append(in.points, point{p.x + k*across.x, p.y + k*across.y})
		}
	})
	return in
}

// direction returns the unit vector from a to b.
func direction(a, b point) point {
	dx, dy := b.x-a.x, b.y-a.y
	length := float32(math.Hypot(float64(dx), float64(dy)))
	if length == 0 {
		return point{}
	}
	return point{dx / length, dy / length}
}

func lerp(a, b point, t float32) point {
	return point{a.x + t*(b.x-a.x), a.y + t*(b.y-a.y)}
}

func deviation(a, b, c point) float64 {
	return math.Hypot(float64(a.x-2*b.x+c.x), float64(a.y-2*b.y+c.y))
}
