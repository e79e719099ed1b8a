package captcha

import (
	"crypto/sha256"
	"math/rand/v2"
)

// family is what the pictures of one key and level have in common; each picture
// draws the rest at random.
type family struct {
	alphabet string

	faces  []*face
	small  float32 // share of letters that are drawn as small ones
	solid  float32 // share of glyphs that are filled
	stack  bool    // whether words are in two rows
	layers []layer // those of which one lies over the word; none if empty

	gap               span // between neighbours; where they overlap, ink cancels out
	leading           span // from the middle of one row to that of the next
	amplitude, length span // of the wave that goes through the word
}

// span is a range to draw from, in cap heights.
type span [2]float32

func (s span) draw(rng *rand.Rand) float32 { return between(rng, s[0], s[1]) }

const (
	familyFaces  = 11 // typefaces in a family
	familyLayers = 3  // kinds of layers in a family
)

// familyLabel tells these hashes from others. Its number is one with which
// the family of the empty key, which everybody sees first, is as it should be.
const familyLabel = "cattlegrid captcha family 37 "

// newFamily draws a family's traits from its key. Each of them stays within
// bounds that people can read, whatever the key.
func newFamily(s *Style) (*family, error) {
	rng := rand.New(rand.NewChaCha8(sha256.Sum256([]byte(familyLabel + s.Key)))) //nolint:gosec // the key is the secret
	f := &family{
		small: between(rng, 0.4, 0.6),
		solid: between(rng, 0.6, 0.8),

		gap:       span{-0.09, 0.05},
		leading:   span{1.12, 1.2},
		amplitude: span{0.05, between(rng, 0.08, 0.14)},
		length:    around(rng, 2.2, 4.2),
	}
	for _, i := range rng.Perm(len(allLayers))[:familyLayers] {
		f.layers = append(f.layers, allLayers[i])
	}
	f.alphabet = alphabets[s.Kind]
	if s.Kind == Letters {
		f.alphabet = newAlphabet(rng)
	}
	f.relent(s)
	names, err := faceNames(s.Kind)
	if err != nil {
		return nil, err
	}
	for _, i := range rng.Perm(len(names))[:min(familyFaces, len(names))] {
		face, err := loadFace(names[i], drawable(s), f.detail(s))
		if err != nil {
			return nil, err
		}
		f.faces = append(f.faces, face)
	}
	return f, nil
}

// detail says what outlines are needed and how finely, for a picture in which
// capitals are about half as high as the whole.
func (f *family) detail(s *Style) detail {
	pixel := 2 / float32(s.Height)
	d := detail{flatness: max(pixel/4, 0.002)}
	if f.solid < 1 {
		d.rim, d.line = max(1.4*pixel, 0.05), max(2*pixel, 0.07)
	}
	return d
}

// relent takes back what would cost people more than machines.
func (f *family) relent(s *Style) {
	switch s.Level {
	case Easy:
		f.solid, f.gap, f.layers = 1, span{-0.01, 0.06}, nil
	case Normal:
	case Hard:
		f.gap, f.leading = span{-0.16, 0.01}, span{1.03, 1.1}
	}
	switch s.Kind {
	case Arithmetic: // a formula is one line, and its signs must stay apart
		f.gap = span{0.03, 0.1}
	case Chinese: // characters of many fine strokes
		f.solid, f.gap = 1, span{-0.06, 0.02}
	default:
		f.stack = s.Level > Easy && s.Height >= minStack
	}
}

// minStack is the height in pixels below which two rows are too small to read.
const minStack = 60

// around returns the part of a range, half of it, that is a family's own.
func around(rng *rand.Rand, lo, hi float32) span {
	half := (hi - lo) / 2
	from := between(rng, lo, lo+half)
	return span{from, from + half}
}
