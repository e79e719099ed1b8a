package captcha

import (
	"bytes"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What makes a picture legible by construction, whatever the family. The bounds
// hold for every glyph of every picture, those that say most for 99 in 100.
const (
	legibleMargin     = 2   // pixels between the word and the picture's edge: nothing is cut off
	legibleFill       = 0.8 // of the picture's width or height that a word takes: nothing is tiny
	legibleHeight     = 0.2 // of the picture's height: a flat letter in one of two rows
	legibleMostHeight = 0.28
	legibleWidth      = 0.04 // of the picture's width: a narrow letter between wide ones
	legibleMostWidth  = 0.08
	// legibleCover is the share of a glyph's ink that others may cancel, and
	// legibleMostCover what most lose at most: a glyph is recognised by the rest.
	legibleCover     = 0.4
	legibleMostCover = 0.2
	// legibleMostOverlap is the share of the smaller of two glyphs' boxes that lies in
	// the other's for most: a slanted letter reaches under its neighbour's arm.
	legibleMostOverlap = 0.45
	// legibleLeastInk and legibleMostInk bound the ink of a picture, so that neither ink
	// nor paper is a background alone.
	legibleLeastInk, legibleMostInk = 0.1, 0.85
)

// The pictures of 60 keys at all levels and of all kinds stay within what people
// can read.
func TestFamilyIsLegible(t *testing.T) {
	const keys, words = 60, 3
	var most legibility
	for i := range keys {
		style := Style{Kind: Kind(i % 4), Level: Level(i/4%3) - 1, Key: fmt.Sprint("key ", i)}
		t.Run(fmt.Sprintf("%v/%v/%s", style.Kind, style.Level, style.Key), func(t *testing.T) {
			s, f := markedFamily(t, style)
			c, alone := newCanvas(s.Width, s.Height), newCanvas(s.Width, s.Height)
			rng := rand.New(rand.NewPCG(uint64(i), 1))
			for range words {
				text := distinctText(s, rng)
				c.compose(text, f, rng)
				c.develop()
				if ink := float64(inkOf(c).pixels()) / float64(s.Width*s.Height); ink < legibleLeastInk || ink > legibleMostInk {
					t.Errorf("%q has ink in %.2f of its picture, want %.2f to %.2f", text, ink, legibleLeastInk, legibleMostInk)
				}
				most.check(t, s, text, glyphsOf(t, c, s, text), alone)
			}
		})
	}
	for _, test := range []struct {
		what   string
		shares []float64
		least  float64
	}{
		{"height of the picture's", most.heights, legibleMostHeight},
		{"width of the picture's", most.widths, legibleMostWidth},
		{"ink that is left", most.left, 1 - legibleMostCover},
		{"box that is its own", most.apart, 1 - legibleMostOverlap},
	} {
		slices.Sort(test.shares)
		if got := test.shares[len(test.shares)/100]; got < test.least {
			t.Errorf("one glyph in 100 has a %s of less than %.2f, want %.2f", test.what, got, test.least)
		}
	}
}

// legibility collects measures of glyphs, each of which is the better the larger.
type legibility struct{ heights, widths, left, apart []float64 }

// check measures a word's glyphs.
func (most *legibility) check(t *testing.T, s *Style, text string, glyphs []placed, alone *canvas) {
	t.Helper()
	width, height := float64(s.Width), float64(s.Height)
	word := glyphs[0].box
	for i, r := range []rune(text) {
		g := &glyphs[i]
		g.ink = g.draw(alone)
		word = box{min(word.left, g.left), min(word.top, g.top), max(word.right, g.right), max(word.bottom, g.bottom)}
		if strings.ContainsRune("+-=", r) {
			continue // signs are small
		}
		h, w := (g.bottom-g.top)/height, (g.right-g.left)/width
		if h < legibleHeight || w < legibleWidth {
			t.Errorf("%q of %q is %.2f of the picture's height and %.2f of its width, want %.2f and %.2f", r, text, h, w, legibleHeight, legibleWidth)
		}
		most.heights, most.widths = append(most.heights, h), append(most.widths, w)
	}
	for i := range glyphs {
		var others []ink
		apart := 1.
		for j := range glyphs {
			if i != j {
				others = append(others, glyphs[j].ink)
				apart = min(apart, 1-overlap(glyphs[i].box, glyphs[j].box))
			}
		}
		left := 1 - glyphs[i].ink.lost(others)
		if left < 1-legibleCover {
			t.Errorf("%q of %q keeps %.2f of its ink, want %.2f", []rune(text)[i], text, left, 1-legibleCover)
		}
		most.left, most.apart = append(most.left, left), append(most.apart, apart)
	}
	const rounding = 0.01
	edge := legibleMargin - rounding
	if word.left < edge || word.top < edge || word.right > width-edge || word.bottom > height-edge {
		t.Errorf("%q reaches from %.1f, %.1f to %.1f, %.1f: past the margin of %d", text, word.left, word.top, word.right, word.bottom, legibleMargin)
	}
	if w, h := (word.right-word.left)/width, (word.bottom-word.top)/height; w < legibleFill && h < legibleFill {
		t.Errorf("%q takes %.2f of the picture's width and %.2f of its height, want %.2f of either", text, w, h, legibleFill)
	}
}

// ink has a bit for each pixel that has more ink than paper, in packed rows.
type ink []byte

func inkOf(c *canvas) ink {
	const dark = 0b10101010 // the upper bit of each pixel's level
	list := make(ink, len(c.rows))
	for i, packed := range c.rows {
		list[i] = packed & dark
	}
	return list
}

// pixels returns the number of pixels with ink.
func (list ink) pixels() (n int) {
	for _, packed := range list {
		n += bits.OnesCount8(packed)
	}
	return n
}

// lost returns how much of the ink lies where one of the others has ink too.
func (list ink) lost(others []ink) float64 {
	shared := make(ink, len(list))
	for _, other := range others {
		for i, packed := range list {
			shared[i] |= packed & other[i]
		}
	}
	return float64(shared.pixels()) / float64(max(list.pixels(), 1))
}

// placed is a glyph in a picture.
type placed struct {
	box
	polygons [][]point
	ink      ink
}

// draw returns the glyph's ink without its neighbours'.
func (g *placed) draw(c *canvas) ink {
	for _, polygon := range g.polygons {
		c.raster.polygon(polygon)
	}
	c.develop()
	return inkOf(c)
}

// box is where a glyph is in its picture.
type box struct{ left, top, right, bottom float64 }

// overlap returns the share of the smaller box that lies in the other one.
func overlap(a, b box) float64 {
	width, height := min(a.right, b.right)-max(a.left, b.left), min(a.bottom, b.bottom)-max(a.top, b.top)
	area := func(b box) float64 { return (b.right - b.left) * (b.bottom - b.top) }
	return max(width, 0) * max(height, 0) / min(area(a), area(b))
}

// markedFamily returns a family of which each glyph begins with a polygon
// without ink, as many times the same point as says which character it is.
func markedFamily(t *testing.T, style Style) (*Style, *family) {
	t.Helper()
	s, err := style.filled()
	if err != nil {
		t.Fatal(err)
	}
	f, err := newFamily(&s)
	if err != nil {
		t.Fatal(err)
	}
	for _, face := range f.faces {
		for _, glyphs := range []map[rune]*glyph{face.glyphs, face.small} {
			for r, g := range glyphs {
				marked := *g
				n := 1 + slices.Index([]rune(drawable(&s)), r)
				marked.solid.points = slices.Concat(slices.Repeat(g.solid.points[:1], n), g.solid.points)
				marked.solid.ends = []int{n}
				for _, end := range g.solid.ends {
					marked.solid.ends = append(marked.solid.ends, n+end)
				}
				glyphs[r] = &marked
			}
		}
	}
	return &s, f
}

// distinctText returns a text of a style's kind without the same character
// twice.
func distinctText(s *Style, rng *rand.Rand) string {
	shortest, longest := s.lengths()
	runes := []rune(DefaultAlphabet)
	switch s.Kind {
	case Arithmetic:
		d := rng.Perm(10)
		return fmt.Sprintf("%d%d%c%d=?", d[0], d[1], "+-"[rng.IntN(2)], d[2])
	case Digits:
		runes = []rune(digits)
	case Chinese:
		runes = []rune(ChineseAlphabet)
	case Letters:
	}
	rng.Shuffle(len(runes), func(i, j int) { runes[i], runes[j] = runes[j], runes[i] })
	return string(runes[:shortest+rng.IntN(longest-shortest+1)])
}

// glyphsOf returns where each glyph of a text is on the canvas.
func glyphsOf(t *testing.T, c *canvas, s *Style, text string) []placed {
	t.Helper()
	found := map[rune]*placed{}
	var now *placed
	start := 0
	for _, end := range c.ends {
		polygon := c.points[start:end]
		start = end
		if !slices.ContainsFunc(polygon, func(p point) bool { return p != polygon[0] }) {
			r := []rune(drawable(s))[len(polygon)-1]
			if found[r] == nil {
				found[r] = &placed{box: box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}}
			}
			now = found[r]
			continue
		}
		now.polygons = append(now.polygons, polygon)
		for _, p := range polygon {
			x, y := float64(p.x), float64(p.y)
			now.box = box{min(now.left, x), min(now.top, y), max(now.right, x), max(now.bottom, y)}
		}
	}
	list := make([]placed, 0, len(text))
	for _, r := range text {
		if found[r] == nil {
			t.Fatalf("%q of %q is not in the picture", r, text)
		}
		list = append(list, *found[r])
	}
	return list
}

// A key chooses its family, and no other: typefaces and layers are the same for
// the same key, and differ between most keys.
func TestFamilyKey(t *testing.T) {
	const keys = 24
	families, same := map[string]int{}, 0
	for i := range keys {
		one := traits(t, strconv.Itoa(i))
		same += families[one]
		families[one]++
	}
	if one, again := traits(t, "key"), traits(t, "key"); one != again {
		t.Errorf("one key gives two families:\n%s\n%s", one, again)
	}
	if pairs := keys * (keys - 1) / 2; 20*same > pairs {
		t.Errorf("%d of %d pairs of keys have the same typefaces and layers, want at most one in 20", same, pairs)
	}
}

// traits describes what a solver would have to learn of a family.
func traits(t *testing.T, key string) string {
	t.Helper()
	s, err := Style{Key: key}.filled()
	if err != nil {
		t.Fatal(err)
	}
	f, err := newFamily(&s)
	if err != nil {
		t.Fatal(err)
	}
	list := make([]string, 0, len(f.faces)+len(f.layers))
	for _, face := range f.faces {
		list = append(list, fmt.Sprint(face.glyphs['A'].solid.points[:3]))
	}
	for _, layer := range f.layers {
		list = append(list, fmt.Sprintf("%v", layer))
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// At the easy level nothing lies over the word; at the others, something does.
func TestFamilyLayers(t *testing.T) {
	for _, kind := range []Kind{Letters, Digits, Arithmetic, Chinese} {
		for _, level := range []Level{Easy, Normal, Hard} {
			t.Run(fmt.Sprintf("%v/%v", kind, level), func(t *testing.T) {
				s, f := markedFamily(t, Style{Kind: kind, Level: level})
				c, word := newCanvas(s.Width, s.Height), newCanvas(s.Width, s.Height)
				rng := rand.New(rand.NewPCG(1, 1))
				for range 10 {
					c.compose(distinctText(s, rng), f, rng)
					c.develop()
					start := 0
					for _, end := range c.ends {
						word.raster.polygon(c.points[start:end])
						start = end
					}
					word.develop()
					if alone := bytes.Equal(c.rows, word.rows); alone != (level == Easy) {
						t.Fatalf("the word is alone in its picture: %v, want %v", alone, level == Easy)
					}
				}
			})
		}
	}
}
