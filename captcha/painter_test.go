package captcha_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg"
	_ "image/png"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/cattlegrid/cattlegrid/captcha"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

var (
	formats = []captcha.Format{captcha.PNG, captcha.JPEG}
	dark    = captcha.Style{Ink: color.RGBA{0xe8, 0xea, 0xf0, 0xff}, Paper: color.RGBA{0x16, 0x1b, 0x26, 0xff}}
)

// A picture stays what it was from release to release, in each kind, level and
// format. Colours are compared, not bytes, and a few pixels may differ: encoders
// change with their versions, and floating point rounds differently from one
// processor to the next.
func TestDrawGolden(t *testing.T) {
	styles := map[string]captcha.Style{
		"small": {Width: 120, Height: 40, Length: 5},
		"dark":  dark,
		"keyed": {Key: "a site's own"},
	}
	for _, kind := range []captcha.Kind{captcha.Letters, captcha.Digits, captcha.Arithmetic, captcha.Chinese} {
		for _, level := range []captcha.Level{captcha.Easy, captcha.Normal, captcha.Hard} {
			styles[fmt.Sprintf("%v-%v", kind, level)] = captcha.Style{Kind: kind, Level: level}
		}
	}
	for name, style := range styles {
		for _, format := range formats {
			name := fmt.Sprintf("%s.%v", name, format)
			t.Run(name, func(t *testing.T) {
				painter := newPainter(t, style)
				src := source(1)
				got := draw(t, painter, question(t, painter, src).Text, src, format)
				file := filepath.Join("testdata", name)
				if *update {
					if err := os.WriteFile(file, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if share := difference(t, decode(t, got), decode(t, want)); share > 0.01 {
					t.Errorf("%.1f %% of the pixels differ from %s, want at most 1 %%; look at both, then run with -update", 100*share, file)
				}
			})
		}
	}
}

// The same answer, style, format and source give the same bytes, whatever the
// painter has drawn before.
func TestDrawRepeats(t *testing.T) {
	painter := newPainter(t, captcha.Style{})
	for _, format := range formats {
		t.Run(format.String(), func(t *testing.T) {
			first := draw(t, painter, "AEF37", source(7), format)
			draw(t, painter, "WWMM", source(8), format)
			if again := draw(t, painter, "AEF37", source(7), format); !bytes.Equal(first, again) {
				t.Error("second picture differs from the first")
			}
			if other := draw(t, newPainter(t, captcha.Style{}), "AEF37", source(7), format); !bytes.Equal(first, other) {
				t.Error("another painter's picture differs")
			}
		})
	}
}

// One answer never looks the same twice.
func TestDrawVaries(t *testing.T) {
	painter := newPainter(t, captcha.Style{})
	seen := map[string]bool{}
	src := source(3)
	for range 100 {
		seen[string(draw(t, painter, "HHHH", src, captcha.PNG))] = true
	}
	if len(seen) != 100 {
		t.Errorf("100 pictures of one answer look %d different ways, want 100", len(seen))
	}
}

// A painter serves many goroutines, and none sees another's picture.
func TestDrawConcurrently(t *testing.T) {
	painter := newPainter(t, captcha.Style{})
	var want [16][]byte
	for i := range want {
		want[i] = draw(t, painter, "KLMN", source(byte(i)), formats[i%2])
	}
	var wg sync.WaitGroup
	for i := range want {
		wg.Go(func() {
			for range 10 {
				got, err := painter.Draw("KLMN", source(byte(i)), formats[i%2])
				if err != nil || !bytes.Equal(got, want[i]) {
					t.Errorf("picture %d differs when drawn among others (error %v)", i, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// Nothing is cut off: the outermost pixels are paper. And nothing is tiny: the
// word fills the picture in one direction at least.
func TestDrawFits(t *testing.T) {
	for _, style := range []captcha.Style{
		{},
		{Kind: captcha.Chinese},
		{Kind: captcha.Arithmetic},
		{Width: 120, Height: 40},
		{Width: 300, Height: 60, Length: 8, Alphabet: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
		{Width: 64, Height: 512, Length: 4},
		{Width: 1024, Height: 24},
	} {
		style.Level = captcha.Easy // where nothing else lies over the word
		t.Run(fmt.Sprintf("%v %dx%d", style.Kind, style.Width, style.Height), func(t *testing.T) {
			painter := newPainter(t, style)
			src := source(5)
			for range 60 {
				picture := decode(t, draw(t, painter, question(t, painter, src).Text, src, captcha.PNG))
				paper, whole := picture.At(0, 0), picture.Bounds()
				var inked image.Rectangle
				for y := range whole.Dy() {
					for x := range whole.Dx() {
						if picture.At(x, y) != paper {
							inked = inked.Union(image.Rect(x, y, x+1, y+1))
						}
					}
				}
				if !inked.In(whole.Inset(1)) {
					t.Fatalf("ink covers %v and touches the edge of %v", inked, whole)
				}
				if 100*inked.Dx() < 85*whole.Dx() && 100*inked.Dy() < 80*whole.Dy() {
					t.Fatalf("ink covers %v only of %v", inked, whole)
				}
			}
		})
	}
}

// A picture has the style's size and colours, and is what its media type says.
func TestDrawEncodes(t *testing.T) {
	style := dark
	style.Width, style.Height = 151, 50 // an odd number of pixels does not fill its last byte
	painter := newPainter(t, style)
	for _, format := range formats {
		t.Run(format.String(), func(t *testing.T) {
			encoded := draw(t, painter, "AEF37", source(2), format)
			if got, want := http.DetectContentType(encoded), format.MediaType(); got != want {
				t.Errorf("bytes look like %s, want %s", got, want)
			}
			picture := decode(t, encoded)
			if got, want := picture.Bounds(), image.Rect(0, 0, 151, 50); got != want {
				t.Errorf("picture is %v, want %v", got, want)
			}
			lightest, darkest := 0, 255
			for y := range 50 {
				for x := range 151 {
					r, _, _, _ := picture.At(x, y).RGBA()
					lightest, darkest = max(lightest, int(r>>8)), min(darkest, int(r>>8))
				}
			}
			const near = 24 // JPEG rings at edges
			if ink, paper := int(style.Ink.R), int(style.Paper.R); lightest < ink-near || darkest > paper+near {
				t.Errorf("red goes from %d to %d, want paper %d and ink %d", darkest, lightest, paper, ink)
			}
		})
	}
}

// Any source gives a picture, even one that is stuck.
func TestDrawStuckSource(t *testing.T) {
	painter := newPainter(t, captcha.Style{})
	for _, stuck := range []constant{0, 1, 1 << 63, 1<<64 - 1} {
		decode(t, draw(t, painter, "AEF37", stuck, captcha.PNG))
	}
}

// Draw refuses what it cannot draw, and its error does not tell the answer.
func TestDrawRefuses(t *testing.T) {
	painter := newPainter(t, captcha.Style{})
	for _, test := range []struct {
		name, answer string
		format       captcha.Format
		want         string
	}{
		{"Empty", "", captcha.PNG, "0 characters"},
		{"TooLong", "AEFHJKL", captcha.PNG, "7 characters"},
		{"LowerCase", "AEFHj", captcha.PNG, "byte 5"},
		{"NotInFonts", "AE牛", captcha.PNG, "byte 3"},
		{"NotText", "AE\xff", captcha.PNG, "byte 3"},
		{"UnknownFormat", "AEFHJ", captcha.Format(9), "format 9"},
	} {
		t.Run(test.name, func(t *testing.T) {
			picture, err := painter.Draw(test.answer, source(1), test.format)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("Draw(%q) error = %v, want one with %q", test.answer, err, test.want)
			}
			if picture != nil {
				t.Errorf("Draw(%q) returned a picture beside its error", test.answer)
			}
			if test.answer != "" && strings.Contains(err.Error(), test.answer) {
				t.Errorf("error tells the answer: %v", err)
			}
		})
	}
}

// constant is a random source that is stuck.
type constant uint64

func (c constant) Uint64() uint64 { return uint64(c) }

func source(seed byte) *rand.ChaCha8 {
	return rand.NewChaCha8([32]byte{seed})
}

func newPainter(tb testing.TB, style captcha.Style) *captcha.Painter {
	tb.Helper()
	painter, err := captcha.New(style)
	if err != nil {
		tb.Fatalf("New(%+v): %v", style, err)
	}
	return painter
}

func question(tb testing.TB, painter *captcha.Painter, random *rand.ChaCha8) captcha.Question {
	tb.Helper()
	q, err := painter.Question(random)
	if err != nil {
		tb.Fatalf("Question: %v", err)
	}
	return q
}

func draw(tb testing.TB, painter *captcha.Painter, answer string, src rand.Source, format captcha.Format) []byte {
	tb.Helper()
	picture, err := painter.Draw(answer, src, format)
	if err != nil {
		tb.Fatalf("Draw(%q): %v", answer, err)
	}
	return picture
}

func decode(tb testing.TB, encoded []byte) image.Image {
	tb.Helper()
	picture, _, err := image.Decode(bytes.NewReader(encoded))
	if err != nil {
		tb.Fatalf("decode picture: %v", err)
	}
	return picture
}

// difference returns the share of pixels whose colours can be told apart.
func difference(tb testing.TB, a, b image.Image) float64 {
	tb.Helper()
	if a.Bounds() != b.Bounds() {
		tb.Fatalf("sizes differ: %v and %v", a.Bounds(), b.Bounds())
	}
	const near = 40 // of a channel's 255
	size := a.Bounds().Size()
	differ := 0
	for y := range size.Y {
		for x := range size.X {
			ar, ag, ab, _ := a.At(x, y).RGBA()
			br, bg, bb, _ := b.At(x, y).RGBA()
			worst := 0
			for _, d := range []int{int(ar>>8) - int(br>>8), int(ag>>8) - int(bg>>8), int(ab>>8) - int(bb>>8)} {
				worst = max(worst, d, -d)
			}
			if worst > near {
				differ++
			}
		}
	}
	return float64(differ) / float64(size.X*size.Y)
}
