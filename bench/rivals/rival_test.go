package rivals_test

import (
	"bytes"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/cattlegrid/cattlegrid/bench/rivals"
)

// Each rival draws a picture of the size that was asked for, in the format that it
// is listed with, and its answer has as many characters as were asked for.
func TestPictures(t *testing.T) {
	for _, size := range []rivals.Size{{Width: 240, Height: 80, Length: 5}, {Width: 120, Height: 40, Length: 5}, {Width: 240, Height: 80, Length: 4}} {
		for _, rival := range rivals.Pictures() {
			t.Run(rival.Name, func(t *testing.T) {
				generator := newGenerator(t, rival, size)
				var picture bytes.Buffer
				answer, err := generator.Draw(&picture)
				if err != nil {
					t.Fatal(err)
				}
				config, format, err := image.DecodeConfig(bytes.NewReader(picture.Bytes()))
				if err != nil {
					t.Fatal(err)
				}
				if _, _, err := image.Decode(&picture); err != nil {
					t.Fatal(err)
				}
				if config.Width != size.Width || config.Height != size.Height || format != rival.Format {
					t.Errorf("got %s of %dx%d, want %s of %dx%d", format, config.Width, config.Height, rival.Format, size.Width, size.Height)
				}
				checkAnswer(t, answer, size.Length)
			})
		}
	}
}

// Each rival that speaks writes a WAV file that is as long as its header says.
func TestSounds(t *testing.T) {
	for _, rival := range rivals.Sounds() {
		t.Run(rival.Name, func(t *testing.T) {
			var sound bytes.Buffer
			answer, err := newGenerator(t, rival, rivals.Size{Width: 240, Height: 80, Length: 5}).Draw(&sound)
			if err != nil {
				t.Fatal(err)
			}
			data := sound.Bytes()
			if len(data) < 12 || string(data[:4]) != "RIFF" || string(data[8:12]) != "WAVE" {
				t.Fatalf("got %d bytes that are no WAV file", len(data))
			}
			checkAnswer(t, answer, 5)
		})
	}
}

// No two challenges are alike, and drawing them at the same time does no harm.
func TestDrawConcurrently(t *testing.T) {
	for _, rival := range rivals.Pictures() {
		t.Run(rival.Name, func(t *testing.T) {
			generator := newGenerator(t, rival, rivals.Size{Width: 240, Height: 80, Length: 5})
			var pictures [4]bytes.Buffer
			var group sync.WaitGroup
			for i := range pictures {
				group.Go(func() {
					if _, err := generator.Draw(&pictures[i]); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			seen := map[string]bool{}
			for i := range pictures {
				seen[pictures[i].String()] = true
			}
			if len(seen) != len(pictures) {
				t.Errorf("%d of %d pictures differ", len(seen), len(pictures))
			}
		})
	}
}

// A size out of bounds is refused with the figure that is wrong.
func TestNewErrSize(t *testing.T) {
	for want, size := range map[string]rivals.Size{
		"dchest: width 79 is not between":   {Width: 79, Height: 80, Length: 5},
		"dchest: height 29 is not between":  {Width: 240, Height: 29, Length: 5},
		"dchest: length 9 is not between":   {Width: 240, Height: 80, Length: 9},
		"dchest: width 4096 is not between": {Width: 4096, Height: 80, Length: 5},
	} {
		rival, err := rivals.Find("dchest")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rival.New(size); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("New(%+v): got error %v, want %s…", size, err, want)
		}
	}
}

// A module that panics where its digits do not fit makes an error of it.
func TestDrawErrPanic(t *testing.T) {
	rival, err := rivals.Find("base64captcha-digits")
	if err != nil {
		t.Fatal(err)
	}
	generator := newGenerator(t, rival, rivals.Size{Width: 240, Height: 30, Length: 5})
	if _, err := generator.Draw(io.Discard); err == nil || !strings.Contains(err.Error(), "panicked") {
		t.Errorf("got error %v, want one of a panic", err)
	}
}

// Each name finds its rival, whose generator has the same name; no other name does.
func TestFind(t *testing.T) {
	for _, rival := range append(rivals.Pictures(), rivals.Sounds()...) {
		found, err := rivals.Find(rival.Name)
		if err != nil {
			t.Fatal(err)
		}
		generator := newGenerator(t, found, rivals.Size{Width: 240, Height: 80, Length: 5})
		if got := generator.Name(); got != rival.Name {
			t.Errorf("the generator of %s says that it is %s", rival.Name, got)
		}
	}
	if _, err := rivals.Find("nobody"); err == nil || !strings.Contains(err.Error(), "dchest, gocaptcha") {
		t.Errorf("got error %v, want one that lists the names", err)
	}
}

func newGenerator(t *testing.T, rival rivals.Rival, size rivals.Size) rivals.Generator {
	t.Helper()
	generator, err := rival.New(size)
	if err != nil {
		t.Fatal(err)
	}
	return generator
}

func checkAnswer(t *testing.T, answer string, length int) {
	t.Helper()
	if got := utf8.RuneCountInString(answer); got != length {
		t.Errorf("got answer %q of %d characters, want %d", answer, got, length)
	}
}
