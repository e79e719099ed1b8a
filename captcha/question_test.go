package captcha_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// Each length and each character comes up as often as any other. The bounds are
// those that a fair source passes 999 times in 1000; the source is seeded, so
// the test gives one verdict for ever. Taking bytes modulo the alphabet would
// overshoot them many times.
func TestQuestionIsFair(t *testing.T) {
	for _, test := range []struct {
		alphabet          string
		characters, sizes float64 // chi-square bounds
	}{
		{captcha.DefaultAlphabet, 45.31, 13.82}, // 20 and 2 degrees of freedom
		{"0123456789", 27.88, 13.82},            // 9 and 2
	} {
		t.Run(test.alphabet, func(t *testing.T) {
			painter := newPainter(t, captcha.Style{Alphabet: test.alphabet})
			characters, sizes := map[rune]int{}, map[int]int{}
			src := source(1)
			for range 40_000 {
				answer := question(t, painter, src).Answer
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
			if got := chiSquare(characters, len(test.alphabet)); got > test.characters {
				t.Errorf("chi-square of characters = %.1f, want at most %.1f", got, test.characters)
			}
			if sizes[4] == 0 || sizes[5] == 0 || sizes[6] == 0 || len(sizes) != 3 {
				t.Errorf("lengths = %v, want 4, 5 and 6", sizes)
			}
			if got := chiSquare(sizes, 3); got > test.sizes {
				t.Errorf("chi-square of lengths = %.1f, want at most %.1f", got, test.sizes)
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

// A length that the style sets is kept.
func TestQuestionLength(t *testing.T) {
	for _, length := range []int{4, 6, 8} {
		painter := newPainter(t, captcha.Style{Length: length})
		if got := question(t, painter, source(1)).Answer; len(got) != length {
			t.Errorf("Length %d gives an answer of %d characters", length, len(got))
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
		if q, err := painter.Question(bytes.NewReader(bytes.Repeat([]byte{0xff}, 4096))); err == nil || q != (captcha.Question{}) {
			t.Errorf("Question = %v, %v, want none and an error", q, err)
		}
	})
}
