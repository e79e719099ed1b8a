package captcha_test

import (
	"fmt"
	"image"
	"image/color"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// A missing width or height follows the other; both missing give 240x80.
func TestStyleSize(t *testing.T) {
	for _, test := range []struct {
		style captcha.Style
		want  image.Point
	}{
		{captcha.Style{}, image.Pt(240, 80)},
		{captcha.Style{Width: 120}, image.Pt(120, 40)},
		{captcha.Style{Height: 60}, image.Pt(180, 60)},
		{captcha.Style{Height: 512}, image.Pt(1024, 512)},
		{captcha.Style{Width: 90}, image.Pt(90, 30)},
		{captcha.Style{Width: 100, Height: 50}, image.Pt(100, 50)},
	} {
		t.Run(fmt.Sprintf("%dx%d", test.style.Width, test.style.Height), func(t *testing.T) {
			picture := decode(t, draw(t, newPainter(t, test.style), "AEF3", source(1), captcha.PNG))
			if got := picture.Bounds().Size(); got != test.want {
				t.Errorf("picture is %v, want %v", got, test.want)
			}
		})
	}
}

// New refuses what could not be read, and says which field is wrong.
func TestStyleRefused(t *testing.T) {
	white := color.RGBA{0xff, 0xff, 0xff, 0xff}
	for _, test := range []struct {
		name  string
		style captcha.Style
		want  string
	}{
		{"WidthNegative", captcha.Style{Width: -1}, "width -1"},
		{"WidthTooSmall", captcha.Style{Width: 63, Height: 40}, "width 63"},
		{"WidthTooLarge", captcha.Style{Width: 1025}, "width 1025"},
		{"WidthTooSmallForLength", captcha.Style{Width: 80, Height: 40}, "too narrow for 6 characters"},
		{"HeightNegative", captcha.Style{Width: 240, Height: -5}, "height -5"},
		{"HeightTooSmall", captcha.Style{Width: 240, Height: 23}, "height 23"},
		{"HeightTooLarge", captcha.Style{Width: 240, Height: 513}, "height 513"},
		{"LengthTooSmall", captcha.Style{Length: 3}, "length 3"},
		{"LengthTooLarge", captcha.Style{Length: 9}, "length 9"},
		{"AlphabetTooSmall", captcha.Style{Alphabet: "ACEFHJKLM"}, "alphabet has 9 characters"},
		{"AlphabetRepeats", captcha.Style{Alphabet: "AACEFHJKLMNP"}, "alphabet has 'A' more than once"},
		{"AlphabetLowerCase", captcha.Style{Alphabet: "acefhjklmnp"}, "alphabet has 'a', which the fonts cannot draw"},
		{"AlphabetNotText", captcha.Style{Alphabet: "ACEFHJKLMNP\xff"}, "which the fonts cannot draw"},
		{"KindUnknown", captcha.Style{Kind: 4}, "kind 4"},
		{"KindNegative", captcha.Style{Kind: -1}, "kind -1"},
		{"LevelTooHigh", captcha.Style{Level: 2}, "level 2"},
		{"LevelTooLow", captcha.Style{Level: -2}, "level -2"},
		{"KeyTooLong", captcha.Style{Key: strings.Repeat("k", 257)}, "key is 257 bytes long"},
		{"DigitsAlphabet", captcha.Style{Kind: captcha.Digits, Alphabet: "0123456789"}, "alphabet is set, but digits has its own"},
		{"ArithmeticAlphabet", captcha.Style{Kind: captcha.Arithmetic, Alphabet: "0123456789"}, "alphabet is set, but arithmetic has its own"},
		{"ArithmeticLength", captcha.Style{Kind: captcha.Arithmetic, Length: 5}, "length 5 is set, but arithmetic has none"},
		{"ChineseLengthTooSmall", captcha.Style{Kind: captcha.Chinese, Length: 2}, "length 2"},
		{"ChineseLengthTooLarge", captcha.Style{Kind: captcha.Chinese, Length: 7}, "length 7"},
		{"ChineseTooNarrow", captcha.Style{Kind: captcha.Chinese, Width: 143, Height: 80, Length: 6}, "too narrow for 6 characters"},
		{"ChineseAlphabetTooSmall", captcha.Style{Kind: captcha.Chinese, Alphabet: string([]rune(captcha.ChineseAlphabet)[:63])}, "alphabet has 63 characters"},
		{"ChineseAlphabetForeign", captcha.Style{Kind: captcha.Chinese, Alphabet: "龘" + captcha.ChineseAlphabet}, "alphabet has '龘', which is not one of ChineseAlphabet"},
		{"ChineseAlphabetRepeats", captcha.Style{Kind: captcha.Chinese, Alphabet: captcha.ChineseAlphabet + string([]rune(captcha.ChineseAlphabet)[:1])}, "more than once"},
		{"InkTransparent", captcha.Style{Ink: color.RGBA{R: 1, A: 0x80}}, "opaque"},
		{"PaperTransparent", captcha.Style{Paper: color.RGBA{R: 1}}, "opaque"},
		// Grey 0x77 on white has a contrast of 4.48:1, grey 0x76 of 4.54:1.
		{"ContrastTooLow", captcha.Style{Ink: color.RGBA{0x77, 0x77, 0x77, 0xff}, Paper: white}, "contrast of ink and paper is 4.48:1"},
		{"ContrastNone", captcha.Style{Ink: white, Paper: white}, "contrast of ink and paper is 1.00:1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			painter, err := captcha.New(test.style)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("New(%+v) error = %v, want one with %q", test.style, err, test.want)
			}
			if painter != nil {
				t.Error("New returned a painter beside its error")
			}
			if key := test.style.Key; key != "" && strings.Contains(err.Error(), key) {
				t.Errorf("error tells the key: %v", err)
			}
		})
	}
	t.Run("OK", func(t *testing.T) {
		newPainter(t, captcha.Style{Ink: color.RGBA{0x76, 0x76, 0x76, 0xff}, Paper: white})
		newPainter(t, captcha.Style{Ink: white, Paper: color.RGBA{A: 0xff}})
		newPainter(t, captcha.Style{Key: strings.Repeat("k", 256)})
		newPainter(t, captcha.Style{Kind: captcha.Chinese, Length: 6, Width: 144, Alphabet: string([]rune(captcha.ChineseAlphabet)[:64])})
	})
}

// The letters and digits of a key have no two that one could be read as the
// other, and enough of them; another key has others.
func TestDefaultAlphabet(t *testing.T) {
	seen := map[string]bool{}
	for i := range 12 {
		painter, src := newPainter(t, captcha.Style{Key: strings.Repeat("k", i)}), source(1)
		characters := map[rune]bool{}
		for range 100 {
			for _, r := range question(t, painter, src).Text {
				characters[r] = true
			}
		}
		alphabet := string(slices.Sorted(maps.Keys(characters)))
		seen[alphabet] = true
		for _, alike := range []string{"0OCQ", "0OQD", "1I", "2Z", "A4", "5S", "CG6", "38B", "UV"} {
			n := 0
			for _, r := range alike {
				n += strings.Count(alphabet, string(r))
			}
			if n > 1 {
				t.Errorf("alphabet %s has %d of the look-alikes %s", alphabet, n, alike)
			}
		}
		if n := len(alphabet); n < 16 {
			t.Errorf("alphabet %s has %d characters, want at least 16", alphabet, n)
		}
		if rest := strings.Trim(alphabet, captcha.DefaultAlphabet); rest != "" {
			t.Errorf("alphabet %s has %s, which is not in the default one", alphabet, rest)
		}
	}
	if len(seen) < 6 {
		t.Errorf("12 keys have %d alphabets, want at least 6", len(seen))
	}
}

// A format that does not exist has a name for logs and a safe media type.
func TestFormatUnknown(t *testing.T) {
	if got, want := captcha.Format(9).String(), "Format(9)"; got != want {
		t.Errorf("String = %q, want %q", got, want)
	}
	if got, want := captcha.Format(9).MediaType(), "application/octet-stream"; got != want {
		t.Errorf("MediaType = %q, want %q", got, want)
	}
}

// Any style either is refused in words that name a field, or draws its own
// answers, within its bounds. Any answer is either refused or drawn.
func FuzzStyle(f *testing.F) {
	f.Add(0, 0, 0, "", uint32(0), uint32(0), byte(0), "AEF3", 0, 0, "")
	f.Add(120, 40, 5, "0123456789", uint32(0x000000ff), uint32(0xffffffff), byte(1), "OQDI5", 0, -1, "k")
	f.Add(64, 512, 4, captcha.DefaultAlphabet, uint32(0xffffffff), uint32(0x112233ff), byte(2), "iiiiii", 1, 1, "key")
	f.Add(1024, 24, 8, "WMABCDEFGHIJ", uint32(0), uint32(0x777777ff), byte(3), "\x00", 3, 0, "")
	f.Add(-1, 1<<40, -8, "aa", uint32(1), uint32(2), byte(4), "", 2, -1, "\xff")
	f.Fuzz(func(t *testing.T, width, height, length int, alphabet string, ink, paper uint32, seed byte, other string, kind, level int, key string) {
		style := captcha.Style{Width: width, Height: height, Length: length, Alphabet: alphabet, Ink: rgba(ink), Paper: rgba(paper), Kind: captcha.Kind(kind), Level: captcha.Level(level), Key: key}
		painter, err := captcha.New(style)
		if err != nil {
			for _, field := range []string{"width", "height", "length", "alphabet", "ink and paper", "kind", "level", "key"} {
				if strings.Contains(err.Error(), field) {
					return
				}
			}
			t.Fatalf("New(%+v) error = %v, which names no field", style, err)
		}
		src := source(seed)
		for _, format := range formats {
			picture := decode(t, draw(t, painter, question(t, painter, src).Text, src, format))
			size := picture.Bounds().Size()
			if width != 0 && size.X != width || height != 0 && size.Y != height {
				t.Errorf("picture is %v, want %dx%d", size, width, height)
			}
			if format == captcha.PNG && style.Level == captcha.Easy {
				checkEdge(t, picture)
			}
		}
		if encoded, err := painter.Draw(other, src, captcha.PNG); err == nil && style.Level == captcha.Easy {
			checkEdge(t, decode(t, encoded))
		}
	})
}

// checkEdge fails when the outermost pixels are not all of one colour.
func checkEdge(t *testing.T, picture image.Image) {
	t.Helper()
	paper, size := picture.At(0, 0), picture.Bounds().Size()
	for x := range size.X {
		if picture.At(x, 0) != paper || picture.At(x, size.Y-1) != paper {
			t.Fatalf("ink reaches the edge at x = %d", x)
		}
	}
	for y := range size.Y {
		if picture.At(0, y) != paper || picture.At(size.X-1, y) != paper {
			t.Fatalf("ink reaches the edge at y = %d", y)
		}
	}
}

// rgba reads a colour written as 0xRRGGBBAA.
func rgba(c uint32) color.RGBA {
	return color.RGBA{R: uint8(c >> 24), G: uint8(c >> 16), B: uint8(c >> 8), A: uint8(c)}
}
