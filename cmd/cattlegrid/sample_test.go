package main

import (
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A sheet has the pictures side by side, all of them on it, about as wide as high.
func TestSheet(t *testing.T) {
	for _, test := range []struct{ number, columns, rows int }{
		{1, 1, 1}, {2, 1, 2}, {3, 2, 2}, {6, 2, 3}, {24, 4, 6}, {25, 4, 7}, {100, 7, 15},
	} {
		s, err := newSheet(test.number, image.Pt(240, 80))
		if err != nil {
			t.Fatal(err)
		}
		rows := (s.image.Rect.Dy() - gap) / s.cell.Y
		if s.columns != test.columns || rows != test.rows {
			t.Errorf("%d pictures lie in %d columns and %d rows, want %d and %d", test.number, s.columns, rows, test.columns, test.rows)
		}
	}
}

// Beneath each picture stands its answer.
func TestSheetCaptions(t *testing.T) {
	s, err := newSheet(2, image.Pt(100, 40))
	if err != nil {
		t.Fatal(err)
	}
	black := image.NewPaletted(image.Rect(0, 0, 100, 40), color.Palette{color.Black})
	s.add(0, "AB", black)
	s.add(1, "", black)
	caption := func(i int) (inked int) {
		left, top := gap+i*s.cell.X, gap+40 // two columns
		for y := top; y < top+captionHeight; y++ {
			for x := left; x < left+100; x++ {
				if s.image.RGBAAt(x, y) != (color.RGBA{0xff, 0xff, 0xff, 0xff}) {
					inked++
				}
			}
		}
		return inked
	}
	if caption(0) == 0 {
		t.Error("there is no caption beneath the first picture")
	}
	if caption(1) != 0 {
		t.Error("there is a caption beneath the second picture, which has no answer")
	}
	if got := s.image.RGBAAt(gap, gap); got != (color.RGBA{A: 0xff}) {
		t.Errorf("the first picture's corner is %v, want black", got)
	}
}

// What takes longer than a second says how far it is, and stops when told to, leaving no sheet.
func TestSampleProgress(t *testing.T) {
	now := time.Now()
	sheet := filepath.Join(t.TempDir(), "sheet.png")
	p := program{
		Args:   []string{"sample", "-n", "4", "-o", sheet},
		Stdout: &output{},
		Stderr: &output{},
		Clock: func() time.Time {
			now = now.Add(600 * time.Millisecond)
			return now
		},
	}
	ctx, cancel := context.WithCancel(t.Context())
	if code := p.run(ctx); code != exitOK {
		t.Fatalf("exit code %d: %v", code, p.Stderr)
	}
	if got, want := p.Stderr.(*output).String(), "2 of 4\n4 of 4\n"; got != want {
		t.Errorf("progress is %q, want %q", got, want)
	}
	f, err := os.Open(sheet)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := png.Decode(f); err != nil {
		t.Errorf("the sheet is no PNG: %v", err)
	}

	cancel()
	p.Args, p.Stderr = []string{"sample", "-o", sheet + "2"}, &output{}
	if code := p.run(ctx); code != exitError {
		t.Errorf("exit code %d, want 1", code)
	}
	if got, want := p.Stderr.(*output).String(), "cattlegrid: sample: stopped after 0 of 24: context canceled\n"; got != want {
		t.Errorf("the error is %q, want %q", got, want)
	}
	if _, err := os.Stat(sheet + "2"); err == nil {
		t.Error("half a sheet was written")
	}
}
