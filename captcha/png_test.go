package captcha_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// A PNG decodes to the picture that the JPEG of the same answer and source
// shows, at every width and at the bounds of what a style may ask for.
func TestPNGDecodes(t *testing.T) {
	for _, size := range []image.Point{
		{64, 24}, {65, 25}, {66, 26}, {67, 27}, {151, 50}, {239, 80}, {241, 81}, {64, 512}, {1024, 24}, {1021, 30}, {1024, 512},
	} {
		t.Run(fmt.Sprintf("%dx%d", size.X, size.Y), func(t *testing.T) {
			painter := newPainter(t, captcha.Style{Width: size.X, Height: size.Y, Length: 4})
			got, err := png.Decode(bytes.NewReader(draw(t, painter, "AEF3", source(1), captcha.PNG)))
			if err != nil {
				t.Fatal(err)
			}
			if got.Bounds() != (image.Rectangle{Max: size}) {
				t.Fatalf("picture is %v, want %v", got.Bounds(), size)
			}
			want := decode(t, draw(t, painter, "AEF3", source(1), captcha.JPEG))
			// JPEG blurs edges; another picture differs by a third of all light.
			const most = 20
			if differ := meanDifference(got, want); differ > most {
				t.Errorf("picture differs from its JPEG by %d of 255 on average, want at most %d", differ, most)
			}
		})
	}
}

// meanDifference returns how far the green of two pictures is apart on average.
func meanDifference(a, b image.Image) int {
	sum, n, size := 0, 0, a.Bounds().Size()
	for y := 0; y < size.Y; y += 1 + size.Y/100 { // a hundred rows are enough
		for x := range size.X {
			_, p, _, _ := a.At(x, y).RGBA()
			_, q, _, _ := b.At(x, y).RGBA()
			d := int(p>>8) - int(q>>8)
			sum, n = sum+max(d, -d), n+1
		}
	}
	return sum / n
}

// A PNG has the chunks that it needs, in order, with right checksums and nothing
// behind them.
func TestPNGChunks(t *testing.T) {
	b := draw(t, newPainter(t, captcha.Style{}), "AEF37", source(1), captcha.PNG)
	rest, found := bytes.CutPrefix(b, []byte("\x89PNG\r\n\x1a\n"))
	if !found {
		t.Fatalf("file begins with %x, which is no PNG", b[:8])
	}
	var names []string
	for len(rest) >= 12 {
		n := int(binary.BigEndian.Uint32(rest))
		if n > len(rest)-12 {
			t.Fatalf("chunk %q has %d bytes, but %d are left", rest[4:8], n, len(rest)-12)
		}
		names = append(names, string(rest[4:8]))
		if got, want := binary.BigEndian.Uint32(rest[8+n:]), crc32.ChecksumIEEE(rest[4:8+n]); got != want {
			t.Errorf("checksum of %q = %#x, want %#x", rest[4:8], got, want)
		}
		rest = rest[12+n:]
	}
	if diff := cmp.Diff("IHDR PLTE IDAT IEND", strings.Join(names, " ")); diff != "" || len(rest) > 0 {
		t.Errorf("chunks differ (-want +got):\n%s%d bytes follow", diff, len(rest))
	}
}

// The palette has four colours, from paper to ink in even steps, and pictures
// use both ends of it.
func TestPNGPalette(t *testing.T) {
	for name, style := range map[string]captcha.Style{
		"Light": {Ink: color.RGBA{0, 0, 0x33, 0xff}, Paper: color.RGBA{0xff, 0xf3, 0xff, 0xff}},
		"Dark":  dark,
	} {
		t.Run(name, func(t *testing.T) {
			picture, ok := decode(t, draw(t, newPainter(t, style), "AEF37", source(1), captcha.PNG)).(*image.Paletted)
			if !ok {
				t.Fatal("picture has no palette")
			}
			if n := len(picture.Palette); n != 4 {
				t.Fatalf("palette has %d colours, want 4", n)
			}
			for i, colour := range picture.Palette {
				got := colour.(color.RGBA)
				mix := func(from, to uint8) int { return (int(from)*(3-i) + int(to)*i) / 3 }
				paper, ink := style.Paper, style.Ink
				for _, d := range []int{int(got.R) - mix(paper.R, ink.R), int(got.G) - mix(paper.G, ink.G), int(got.B) - mix(paper.B, ink.B)} {
					if d < 0 || d > 1 { // rounded either way
						t.Errorf("colour %d is %v, want %d/3 of the way from %v to %v", i, got, i, paper, ink)
					}
				}
			}
			if picture.Palette[0] != style.Paper || picture.Palette[3] != style.Ink {
				t.Errorf("palette goes from %v to %v, want %v to %v", picture.Palette[0], picture.Palette[3], style.Paper, style.Ink)
			}
			for _, end := range []byte{0, 3} {
				if !bytes.Contains(picture.Pix, []byte{end}) {
					t.Errorf("no pixel has colour %d", end)
				}
			}
		})
	}
}

// Pictures of five letters stay within two kilobytes on average, small ones
// within 0.9.
func TestPNGSize(t *testing.T) {
	const pictures = 200
	for _, test := range []struct {
		style captcha.Style
		most  int // bytes
	}{
		{captcha.Style{Length: 5}, 2000},
		{captcha.Style{Width: 120, Height: 40, Length: 5}, 900},
	} {
		t.Run(fmt.Sprintf("%dx%d", test.style.Width, test.style.Height), func(t *testing.T) {
			painter, src, sum := newPainter(t, test.style), source(1), 0
			for range pictures {
				sum += len(draw(t, painter, question(t, painter, src).Text, src, captcha.PNG))
			}
			if mean := sum / pictures; mean > test.most {
				t.Errorf("pictures have %d bytes on average, want at most %d", mean, test.most)
			}
		})
	}
}
