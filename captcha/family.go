package captcha

import (
	"crypto/sha256"
	"math/rand/v2"
)

// family is what the pictures of one key and level have in common; each picture
// draws the rest at random.
type family struct {
	level  Level
	faces  []*face
	hollow float32 // share of glyphs that are drawn as outlines
	small  float32 // share of letters that are drawn as small ones
	layers []layer // those that may lie over the word
	heave  bend    // up and down along the width
	sway   bend    // to and fro along the height
}

// bend is a wave's range of amplitudes and lengths in cap heights.
type bend struct{ amplitude, length [2]float32 }

const (
	familyFaces  = 5 // typefaces in a family
	familyLayers = 3 // kinds of layers in a family
)

// newFamily draws a family's traits from its key. Each of them stays within
// bounds that people can read, whatever the key.
func newFamily(s *Style) (*family, error) {
	rng := rand.New(rand.NewChaCha8(sha256.Sum256([]byte("cattlegrid captcha family " + s.Key)))) //nolint:gosec // the key is the secret
	f := &family{
		level:  s.Level,
		hollow: between(rng, 0.25, 0.6),
		small:  between(rng, 0.2, 0.5),
		heave:  bend{amplitude: [2]float32{0.05, between(rng, 0.08, 0.14)}, length: around(rng, 2.2, 4.2)},
		sway:   bend{amplitude: [2]float32{0.02, between(rng, 0.04, 0.07)}, length: around(rng, 1.2, 2.2)},
	}
	names, err := faceNames(s.Kind)
	if err != nil {
		return nil, err
	}
	for _, i := range rng.Perm(len(names))[:min(familyFaces, len(names))] {
		face, err := loadFace(names[i], drawable(s))
		if err != nil {
			return nil, err
		}
		f.faces = append(f.faces, face)
	}
	for _, i := range rng.Perm(len(allLayers))[:familyLayers] {
		f.layers = append(f.layers, allLayers[i])
	}
	return f, nil
}

// around returns the part of a range, half of it, that is a family's own.
func around(rng *rand.Rand, lo, hi float32) [2]float32 {
	half := (hi - lo) / 2
	from := between(rng, lo, lo+half)
	return [2]float32{from, from + half}
}
