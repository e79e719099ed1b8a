package captcha_test

import (
	"image/color"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/captcha"
)

const candidates = 12

// The Chinese alphabet has a few hundred characters, each once.
func TestChineseAlphabet(t *testing.T) {
	seen := map[rune]bool{}
	for _, r := range captcha.ChineseAlphabet {
		if seen[r] {
			t.Errorf("alphabet has %q more than once", r)
		}
		if r < 0x4e00 || r > 0x9fff {
			t.Errorf("alphabet has %q, which is not a Chinese character", r)
		}
		seen[r] = true
	}
	if n := len(seen); n < 256 || n > 320 {
		t.Errorf("alphabet has %d characters, want 256 to 320", n)
	}
}

// Each character can be drawn, with as much ink as a character has, and looks
// like no other.
func TestChineseAlphabetDraws(t *testing.T) {
	painter := newPainter(t, captcha.Style{Kind: captcha.Chinese, Level: captcha.Easy, Width: 96, Height: 32})
	pictures := map[string]rune{}
	for _, r := range captcha.ChineseAlphabet {
		encoded := draw(t, painter, string(r), source(1), captcha.PNG)
		if other, ok := pictures[string(encoded)]; ok {
			t.Errorf("%q looks like %q", r, other)
		}
		pictures[string(encoded)] = r
		picture := decode(t, encoded)
		paper, inked := picture.At(0, 0), 0
		for y := range picture.Bounds().Dy() {
			for x := range picture.Bounds().Dx() {
				if picture.At(x, y).(color.RGBA) != paper {
					inked++
				}
			}
		}
		// The square that it is drawn in has about 28x28 pixels.
		if inked < 28*28/10 || inked > 28*28 {
			t.Errorf("%q has ink in %d pixels, want a tenth of its square and no more than all of it", r, inked)
		}
	}
}

// A question in Chinese has characters of its alphabet, or of the style's part
// of it.
func TestChineseQuestion(t *testing.T) {
	runes := []rune(captcha.ChineseAlphabet)
	for _, alphabet := range []string{"", string(runes[100:164])} {
		painter, src := newPainter(t, captcha.Style{Kind: captcha.Chinese, Alphabet: alphabet}), source(1)
		for range 500 {
			q := question(t, painter, src)
			if n := utf8.RuneCountInString(q.Text); n < 3 || n > 4 || q.Answer != q.Text {
				t.Fatalf("question %q has %d characters and the answer %q, want 3 or 4 and the same", q.Text, n, q.Answer)
			}
			allowed := alphabet
			if allowed == "" {
				allowed = captcha.ChineseAlphabet
			}
			if rest := strings.Trim(q.Text, allowed); rest != "" {
				t.Fatalf("question %q has %q, which is not in the alphabet", q.Text, rest)
			}
		}
	}
}

// There are twelve candidates, all different, the answer's characters and others
// of the alphabet among them.
func TestCandidates(t *testing.T) {
	runes := []rune(captcha.ChineseAlphabet)
	painter := newPainter(t, captcha.Style{Kind: captcha.Chinese, Alphabet: string(runes[:64])})
	for name, answer := range map[string]string{
		"Three":       string(runes[:3]),
		"Four":        string(runes[10:14]),
		"TwiceTheOne": string([]rune{runes[5], runes[9], runes[5]}),
		"ThriceIt":    strings.Repeat(string(runes[5]), 3),
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range byte(50) {
				shown := candidatesOf(t, painter, answer, seed)
				if len(shown) != candidates || len(slices.Compact(slices.Sorted(slices.Values(shown)))) != candidates {
					t.Fatalf("candidates are %q, want %d different ones", shown, candidates)
				}
				for _, r := range answer {
					if !slices.Contains(shown, string(r)) {
						t.Errorf("candidates %q lack %q", shown, r)
					}
				}
				for _, one := range shown {
					if utf8.RuneCountInString(one) != 1 || !strings.Contains(string(runes[:64]), one) {
						t.Errorf("candidate %q is not a character of the alphabet", one)
					}
				}
			}
		})
	}
}

func candidatesOf(t *testing.T, painter *captcha.Painter, answer string, seed byte) []string {
	t.Helper()
	shown, err := painter.Candidates(answer, source(seed))
	if err != nil {
		t.Fatalf("Candidates(%q): %v", answer, err)
	}
	return shown
}

// The same source shows the same candidates in the same order, another one shows
// others.
func TestCandidatesRepeat(t *testing.T) {
	painter := newPainter(t, captcha.Style{Kind: captcha.Chinese})
	answer := question(t, painter, source(1)).Answer
	first := candidatesOf(t, painter, answer, 1)
	if diff := cmp.Diff(first, candidatesOf(t, painter, answer, 1)); diff != "" {
		t.Errorf("candidates differ (-first +second):\n%s", diff)
	}
	if other := candidatesOf(t, painter, answer, 2); slices.Equal(first, other) {
		t.Errorf("candidates of two sources are both %q", first)
	}
}

// Where a candidate stands does not tell whether it belongs to the answer, nor
// does which other ones are shown.
func TestCandidatesAreFair(t *testing.T) {
	const rounds = 4000
	painter, src := newPainter(t, captcha.Style{Kind: captcha.Chinese}), source(1)
	runes := []rune(captcha.ChineseAlphabet)
	answer := string(runes[7:10])
	var places [3]map[int]int
	for i := range places {
		places[i] = map[int]int{}
	}
	others := map[string]int{}
	for range rounds {
		shown, err := painter.Candidates(answer, src)
		if err != nil {
			t.Fatal(err)
		}
		for place, one := range shown {
			if i := strings.Index(answer, one); i >= 0 {
				places[i/len(one)][place]++
			} else {
				others[one]++
			}
		}
	}
	for i, counts := range places {
		if got, most := chiSquare(counts, candidates), fair(candidates); got > most {
			t.Errorf("chi-square of the places of character %d = %.1f, want at most %.1f: %v", i, got, most, slices.Sorted(maps.Values(counts)))
		}
	}
	if got, most := chiSquare(others, len(runes)-3), fair(len(runes)-3); got > most {
		t.Errorf("chi-square of the other candidates = %.1f, want at most %.1f", got, most)
	}
}

// Kinds that are typed have no candidates.
func TestCandidatesOfOtherKinds(t *testing.T) {
	for _, kind := range kinds[:3] {
		painter := newPainter(t, captcha.Style{Kind: kind})
		if shown := candidatesOf(t, painter, question(t, painter, source(1)).Answer, 1); len(shown) > 0 {
			t.Errorf("%v has the candidates %q, want none", kind, shown)
		}
	}
}

// An answer that is none of the style is refused without telling it.
func TestCandidatesRefuse(t *testing.T) {
	painter := newPainter(t, captcha.Style{Kind: captcha.Chinese})
	runes := []rune(captcha.ChineseAlphabet)
	for name, answer := range map[string]string{
		"Empty": "", "Letters": "AEFH", "TooLong": string(runes[:13]), "OneForeign": string(runes[:2]) + "龘", "NotText": "\xff\xfe\xfd",
	} {
		t.Run(name, func(t *testing.T) {
			shown, err := painter.Candidates(answer, source(1))
			if err == nil || shown != nil {
				t.Fatalf("Candidates(%q) = %q, %v, want an error", answer, shown, err)
			}
			for _, r := range answer {
				if r > 0x7f && strings.ContainsRune(err.Error(), r) {
					t.Errorf("error tells %q of the answer: %v", r, err)
				}
			}
			if answer != "" && strings.Contains(err.Error(), answer) {
				t.Errorf("error tells the answer %q: %v", answer, err)
			}
		})
	}
}
