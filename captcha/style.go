package captcha

import (
	"fmt"
	"image/color"
)

// The bounds of a Style.
const (
	defaultWidth, defaultHeight = 240, 80
	minWidth, maxWidth          = 64, 1024
	minHeight, maxHeight        = 24, 512
	minLength, maxLength        = 4, 8
	minHan, maxHan              = 3, 6   // length of an answer in Chinese
	minCell, minHanCell         = 14, 24 // pixels of width a character needs
	minAlphabet, minHanAlphabet = 10, 64 // fewer can be guessed
	maxKey                      = 256    // bytes
	minContrast                 = 4.5    // WCAG 2 AA
)

// Style says what questions ask and how pictures look. Its zero value is good:
// letters and digits at the normal level on 240x80 pixels, which a page shows
// smaller so that they are sharp on dense screens, dark ink on light paper.
type Style struct {
	// Kind is what questions consist of.
	Kind Kind

	// Level is how hard pictures are to read.
	Level Level

	// Width and Height are in pixels, from 64x24 to 1024x512. When both are
	// zero the picture is 240x80; when one is, it follows the other at 3:1.
	Width, Height int

	// Length is the number of characters to copy, from 4 to 8, in Chinese from
	// 3 to 6. Zero lets each question have 5 or 6, in Chinese 3 or 4. Each
	// character needs 14 pixels of width, in Chinese 24. Arithmetic has no
	// length to set.
	Length int

	// Alphabet holds the characters to copy, each once: at least ten of A-Z and
	// 0-9, or in Chinese at least 64 of [ChineseAlphabet]. Empty means sixteen
	// of [DefaultAlphabet] that the key chooses, and all of [ChineseAlphabet].
	// The other kinds have their own.
	Alphabet string

	// Ink and Paper are opaque colours with a contrast of at least 4.5:1; the
	// zero value means dark slate on near-white. A dark page may swap them.
	Ink, Paper color.RGBA

	// Key chooses the family that pictures belong to: typefaces, layers, bends.
	// It is a secret of the site, up to 256 bytes, so that who trained a solver
	// on other people's pictures meets something else here. Empty means the
	// family that everybody can draw.
	Key string
}

// filled returns the style with its defaults in place, or an error that says
// which field is wrong and what would be right.
func (s Style) filled() (Style, error) {
	switch {
	case s.Width == 0 && s.Height == 0:
		s.Width, s.Height = defaultWidth, defaultHeight
	case s.Width == 0 && s.Height > 0 && s.Height <= maxHeight:
		s.Width = min(3*s.Height, maxWidth)
	case s.Height == 0 && s.Width > 0 && s.Width <= maxWidth:
		s.Height = max(s.Width/3, minHeight)
	}
	if s.Ink == (color.RGBA{}) {
		s.Ink = color.RGBA{R: 0x1f, G: 0x2a, B: 0x3d, A: 0xff}
	}
	if s.Paper == (color.RGBA{}) {
		s.Paper = color.RGBA{R: 0xf5, G: 0xf6, B: 0xf8, A: 0xff}
	}
	if err := s.check(); err != nil {
		return s, err
	}
	return s, nil
}

func (s Style) check() error {
	switch {
	case s.Kind < 0 || int(s.Kind) >= len(kindNames):
		return fmt.Errorf("unknown kind %d", int(s.Kind))
	case s.Level < Easy || s.Level > Hard:
		return fmt.Errorf("unknown level %d", int(s.Level))
	case s.Width < minWidth || s.Width > maxWidth:
		return fmt.Errorf("width %d is not between %d and %d pixels, for example %d", s.Width, minWidth, maxWidth, defaultWidth)
	case s.Height < minHeight || s.Height > maxHeight:
		return fmt.Errorf("height %d is not between %d and %d pixels, for example %d", s.Height, minHeight, maxHeight, defaultHeight)
	case len(s.Key) > maxKey:
		return fmt.Errorf("key is %d bytes long, at most %d are used: 32 random ones do", len(s.Key), maxKey)
	}
	if err := s.checkLength(); err != nil {
		return err
	}
	if err := s.checkAlphabet(); err != nil {
		return err
	}
	return checkColours(s.Ink, s.Paper)
}

func (s Style) checkLength() error {
	least, most, cell := minLength, maxLength, minCell
	switch {
	case s.Kind == Arithmetic && s.Length != 0:
		return fmt.Errorf("length %d is set, but arithmetic has none: leave it 0", s.Length)
	case s.Kind == Chinese:
		least, most, cell = minHan, maxHan, minHanCell
	}
	if s.Length != 0 && (s.Length < least || s.Length > most) {
		return fmt.Errorf("length %d is neither 0 nor between %d and %d characters", s.Length, least, most)
	}
	if _, longest := s.lengths(); s.Width < longest*cell {
		return fmt.Errorf("width %d is too narrow for %d characters, which need at least %d pixels", s.Width, longest, longest*cell)
	}
	return nil
}

// lengths returns the bounds of a text's length in characters.
func (s Style) lengths() (shortest, longest int) {
	switch {
	case s.Length != 0:
		return s.Length, s.Length
	case s.Kind == Arithmetic:
		return len("1+1=?"), len("59-9=?")
	case s.Kind == Chinese:
		return minHan, minHan + 1
	default:
		return 5, 6
	}
}
