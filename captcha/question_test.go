package captcha_test

import (
	"bytes"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// Each length and each character comes up as often as any other. The source is
// seeded, so the test gives one verdict for ever. Taking bytes modulo the alphabet
// would overshoot the bounds many times.
func TestQuestionIsFair(t *testing.T) {
	for _, test := range []struct {
		name     string
		style    captcha.Style
		alphabet string
		lengths  [2]int // bounds of the shortest and the longest
	}{
		{"Letters", captcha.Style{}, captcha.DefaultAlphabet, [2]int{4, 6}},
		{"LettersOfTheStyle", captcha.Style{Alphabet: "0123456789"}, "0123456789", [2]int{4, 6}},
		{"Digits", captcha.Style{Kind: captcha.Digits}, "0123456789", [2]int{4, 6}},
		{"Chinese", captcha.Style{Kind: captcha.Chinese}, captcha.ChineseAlphabet, [2]int{3, 4}},
	} {
		t.Run(test.name, func(t *testing.T) {
			painter := newPainter(t, test.style)
			characters, sizes := map[rune]int{}, map[int]int{}
			src := source(1)
			for range 20_000 {
				answer := []rune(question(t, painter, src).Answer)
				sizes[len(answer)]++
				for _, r := range answer {
					characters[r]++
				}
			}
			for r := range characters {
				if !strings.ContainsRune(test.alphabet, r) {
					t.Errorf("answers have %q, which is not in the alphabet", r)
				}
			}
			// Of the default alphabet, a key chooses a part.
			n := len([]rune(test.alphabet))
			if test.name == "Letters" && len(characters) >= 10 {
				n = len(characters)
			}
			if got := chiSquare(characters, n); got > fair(n) {
				t.Errorf("chi-square of characters = %.1f, want at most %.1f", got, fair(n))
			}
			all := slices.Sorted(maps.Keys(sizes))
			shortest, longest := all[0], all[len(all)-1]
			if shortest < test.lengths[0] || longest > test.lengths[1] || shortest == longest {
				t.Errorf("lengths = %v, want several from %d to %d", sizes, test.lengths[0], test.lengths[1])
			}
			if got, n := chiSquare(sizes, longest-shortest+1), longest-shortest+1; got > fair(n) {
				t.Errorf("chi-square of lengths %v = %.1f, want at most %.1f", sizes, got, fair(n))
			}
		})
	}
}

// chiSquare returns how far counts of n outcomes are from even.
func chiSquare[K comparable](counts map[K]int, n int) float64 {
	total := 0
	for _, count := range counts {
		total += count
	}
	even := float64(total) / float64(n)
	sum := float64(n-len(counts)) * even // outcomes that never came up
	for _, count := range counts {
		sum += (float64(count) - even) * (float64(count) - even) / even
	}
	return sum
}

// fair returns the bound of chi-square that a fair source of n outcomes passes
// 999 times in 1000, as Wilson and Hilferty come near it.
func fair(n int) float64 {
	const z = 3.09
	k := float64(n - 1)
	return k * math.Pow(1-2/(9*k)+z*math.Sqrt(2/(9*k)), 3)
}

// A length that the style sets is kept.
func TestQuestionLength(t *testing.T) {
	for _, style := range []captcha.Style{
		{Length: 4}, {Length: 6}, {Length: 8}, {Kind: captcha.Digits, Length: 7}, {Kind: captcha.Chinese, Length: 3}, {Kind: captcha.Chinese, Length: 6},
	} {
		painter, src := newPainter(t, style), source(1)
		for range 100 {
			if got := utf8.RuneCountInString(question(t, painter, src).Answer); got != style.Length {
				t.Fatalf("%v of Length %d have an answer of %d characters", style.Kind, style.Length, got)
			}
		}
	}
}

// Without randomness there is no answer: not a short one, not a repeated one.
func TestQuestionFails(t *testing.T) {
	painter := newPainter(t, captcha.Style{})
	broken := errors.New("broken")
	t.Run("ErrFromSource", func(t *testing.T) {
		q, err := painter.Question(iotest.ErrReader(broken))
		if !errors.Is(err, broken) || q != (captcha.Question{}) {
			t.Errorf("Question = %v, %v, want none and %v", q, err, broken)
		}
	})
	t.Run("SourceEnds", func(t *testing.T) {
		if q, err := painter.Question(bytes.NewReader([]byte{1, 2, 3})); err == nil || q != (captcha.Question{}) {
			t.Errorf("Question = %v, %v, want none and an error", q, err)
		}
	})
	t.Run("SourceStuck", func(t *testing.T) {
		// Where a roll cannot use every number, the highest ones are thrown away.
		painter := newPainter(t, captcha.Style{Kind: captcha.Digits})
		if q, err := painter.Question(bytes.NewReader(bytes.Repeat([]byte{0xff}, 4096))); err == nil || q != (captcha.Question{}) {
			t.Errorf("Question = %v, %v, want none and an error", q, err)
		}
	})
}
