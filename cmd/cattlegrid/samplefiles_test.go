package main

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// Each file of a directory is the challenge that its label says, in the style that the flags say.
func TestSampleFiles(t *testing.T) {
	speaker, err := captcha.NewSpeaker()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args  string
		style captcha.Style
		form  func(*captcha.Painter, captcha.Question, rand.Source) ([]byte, error)
	}{
		"Letters": {
			args:  "-level easy -alphabet ABCDEFGHIJ -length 4 -width 180",
			style: captcha.Style{Level: captcha.Easy, Alphabet: "ABCDEFGHIJ", Length: 4, Width: 180},
			form:  drawPNG,
		},
		"Digits":     {args: "-kind digits -key weekly", style: captcha.Style{Kind: captcha.Digits, Key: "weekly"}, form: drawPNG},
		"Arithmetic": {args: "-kind arithmetic -level hard", style: captcha.Style{Kind: captcha.Arithmetic, Level: captcha.Hard}, form: drawPNG},
		"Chinese":    {args: "-kind chinese -height 90", style: captcha.Style{Kind: captcha.Chinese, Height: 90}, form: drawPNG},
		"JPEG": {
			args: "-format jpeg",
			form: func(p *captcha.Painter, q captcha.Question, src rand.Source) ([]byte, error) {
				return p.Draw(q.Text, src, captcha.JPEG)
			},
		},
		"Audio": {
			args:  "-audio -kind arithmetic",
			style: captcha.Style{Kind: captcha.Arithmetic},
			form: func(_ *captcha.Painter, q captcha.Question, src rand.Source) ([]byte, error) {
				return speaker.Speak(q.Answer, "zh", src)
			},
		},
		"English": {
			args: "-format wav -lang en",
			form: func(_ *captcha.Painter, q captcha.Question, src rand.Source) ([]byte, error) {
				return speaker.Speak(q.Answer, "en", src)
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			directory := filepath.Join(t.TempDir(), "set")
			runSample(t, test.args+" -n 3 -seed 7 -dir "+directory)
			labels := readLabels(t, filepath.Join(directory, "labels.tsv"))
			files, err := os.ReadDir(directory)
			if err != nil {
				t.Fatal(err)
			}
			if len(labels) != 3 || len(files) != 4 {
				t.Fatalf("there are %d labels and %d files, want 3 and those with the labels", len(labels), len(files))
			}
			painter, err := captcha.New(test.style)
			if err != nil {
				t.Fatal(err)
			}
			random := rand.NewChaCha8([32]byte{7})
			for _, label := range labels {
				q, err := painter.Question(random)
				if err != nil {
					t.Fatal(err)
				}
				var seed [32]byte
				_, _ = random.Read(seed[:]) // It never fails.
				want, err := test.form(painter, q, rand.NewChaCha8(seed))
				if err != nil {
					t.Fatal(err)
				}
				got, err := os.ReadFile(filepath.Join(directory, label[0]))
				if err != nil {
					t.Fatal(err)
				}
				if label[1] != q.Answer || !bytes.Equal(got, want) {
					t.Errorf("%s is labelled %s, want the challenge of answer %s", label[0], label[1], q.Answer)
				}
			}
		})
	}
}

func drawPNG(p *captcha.Painter, q captcha.Question, src rand.Source) ([]byte, error) {
	return p.Draw(q.Text, src, captcha.PNG)
}

// Pictures and recordings of one seed have the same answers, so that they can be compared. Recordings are WAV files.
func TestSampleAudio(t *testing.T) {
	drawn, spoken := filepath.Join(t.TempDir(), "drawn"), filepath.Join(t.TempDir(), "spoken")
	runSample(t, "-n 5 -seed 7 -dir "+drawn)
	runSample(t, "-n 5 -seed 7 -audio -level hard -dir "+spoken)
	labels := readLabels(t, filepath.Join(drawn, "labels.tsv"))
	for i := range labels {
		labels[i][0] = strings.TrimSuffix(labels[i][0], ".png") + ".wav"
	}
	if diff := cmp.Diff(labels, readLabels(t, filepath.Join(spoken, "labels.tsv"))); diff != "" {
		t.Errorf("labels of the recordings (-want +got):\n%s", diff)
	}
	for _, label := range labels {
		recording, err := os.ReadFile(filepath.Join(spoken, label[0]))
		if err != nil {
			t.Fatal(err)
		}
		if len(recording) < 8000 || string(recording[:4]) != "RIFF" || string(recording[8:12]) != "WAVE" ||
			int(binary.LittleEndian.Uint32(recording[4:])) != len(recording)-8 {
			t.Errorf("%s has %d bytes and is no WAV of a second or more", label[0], len(recording))
		}
	}
}

// A blind sheet has a number beneath each picture and no answer; so has a Chinese one. The answers are in a file beside
// it.
func TestSampleBlind(t *testing.T) {
	for name, args := range map[string]string{"Letters": "-blind", "Chinese": "-kind chinese"} {
		t.Run(name, func(t *testing.T) {
			directory := t.TempDir()
			stdout := runSample(t, args+" -n 3 -seed 7 -o "+filepath.Join(directory, "sheet.png"))
			if want := directory + "/sheet.png\n" + directory + "/sheet.tsv\n"; stdout != want {
				t.Errorf("the command prints %q, want %q", stdout, want)
			}
			set := filepath.Join(directory, "set")
			runSample(t, strings.TrimPrefix(args, "-blind")+" -n 3 -seed 7 -dir "+set)
			labels := readLabels(t, filepath.Join(set, "labels.tsv"))

			want, err := newSheet(3, image.Pt(240, 80))
			if err != nil {
				t.Fatal(err)
			}
			for i, number := range []string{"1", "2", "3"} {
				want.add(i, number, readPNG(t, filepath.Join(set, labels[i][0])))
				labels[i][0] = number
			}
			if diff := cmp.Diff(labels, readLabels(t, filepath.Join(directory, "sheet.tsv"))); diff != "" {
				t.Errorf("answers beside the sheet (-want +got):\n%s", diff)
			}
			got := readPNG(t, filepath.Join(directory, "sheet.png"))
			drawn := image.NewRGBA(want.image.Rect)
			draw.Draw(drawn, drawn.Rect, got, image.Point{}, draw.Src)
			if got.Bounds() != want.image.Rect || !bytes.Equal(drawn.Pix, want.image.Pix) {
				t.Error("the sheet has something else on it than numbered pictures")
			}
		})
	}
}

// The file beside a sheet is never the sheet.
func TestLabelsOf(t *testing.T) {
	for sheet, want := range map[string]string{
		"sheet.png": "sheet.tsv", "a.b/S.PNG": "a.b/S.tsv", "sheet": "sheet.tsv", "sheet.tsv": "sheet.tsv.tsv", "a.b": "a.b.tsv",
	} {
		if got := labelsOf(sheet); got != want {
			t.Errorf("the labels of %s are %s, want %s", sheet, got, want)
		}
	}
}

// runSample runs the command sample, which must succeed, and returns what it prints.
func runSample(t *testing.T, args string) string {
	t.Helper()
	p := program{Args: append([]string{"sample"}, strings.Fields(args)...), Stdout: &output{}, Stderr: &output{}}
	if code := p.run(t.Context()); code != exitOK {
		t.Fatalf("sample %s: exit code %d: %v", args, code, p.Stderr)
	}
	return p.Stdout.(*output).String()
}

// readLabels reads lines of two columns.
func readLabels(t *testing.T, path string) (labels [][2]string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		name, answer, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok || answer == "" {
			t.Fatalf("%s has the line %q, want a name, a tab and an answer", path, line)
		}
		labels = append(labels, [2]string{name, answer})
	}
	return labels
}

func readPNG(t *testing.T, path string) image.Image {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return picture
}
