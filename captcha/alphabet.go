package captcha

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strings"
)

// DefaultAlphabet holds the letters and digits that questions are made of unless
// a [Style] says otherwise: those that stay themselves when they are turned, bent
// and crossed. A family uses [familyCharacters] of them, and of each of
// [lookAlikes] one, so that a solver that knows another family's has no names for
// the rest.
const DefaultAlphabet = "ACDEFGHJKLMNPRTUVWXY2346789"

// lookAlikes are characters of DefaultAlphabet that may be taken for each other.
var lookAlikes = []string{"A4", "CG6", "38", "EF", "JT", "UV", "XY"}

// familyCharacters is the number of characters in a family's alphabet. Five of
// sixteen are guessed once in a million times.
const familyCharacters = 16

// newAlphabet draws a family's part of DefaultAlphabet.
func newAlphabet(rng *rand.Rand) string {
	var chosen strings.Builder
	rest := DefaultAlphabet
	for _, group := range lookAlikes {
		chosen.WriteByte(group[pick(rng, len(group))])
		rest = strings.Map(func(r rune) rune {
			if strings.ContainsRune(group, r) {
				return -1
			}
			return r
		}, rest)
	}
	for _, i := range rng.Perm(len(rest))[:familyCharacters-len(lookAlikes)] {
		chosen.WriteByte(rest[i])
	}
	return chosen.String()
}

const (
	digits  = "0123456789"
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// smallForms are the letters that may be drawn as small ones: those that look
// like no other character then. Answers have capitals only.
const smallForms = "AEHKMRTU"

//go:embed fonts/han/characters.txt
var hanCharacters string

// ChineseAlphabet holds the characters of Chinese questions: common ones of few
// strokes, of which no two look alike.
var ChineseAlphabet = strings.Join(strings.Fields(hanCharacters), "")

// alphabets has each kind's characters.
var alphabets = [...]string{Digits: digits, Arithmetic: digits + "+-=?", Chinese: ChineseAlphabet}

func (s Style) checkAlphabet() error {
	drawable, least := digits+letters, minAlphabet
	switch s.Kind {
	case Letters:
	case Chinese:
		drawable, least = ChineseAlphabet, minHanAlphabet
	default:
		if s.Alphabet != "" {
			return fmt.Errorf("alphabet is set, but %v has its own: leave it empty", s.Kind)
		}
	}
	seen := map[rune]bool{}
	for _, r := range s.Alphabet {
		switch {
		case !strings.ContainsRune(drawable, r):
			if s.Kind == Chinese {
				return fmt.Errorf("alphabet has %q, which is not one of ChineseAlphabet", r)
			}
			return fmt.Errorf("alphabet has %q, which the fonts cannot draw: use A-Z and 0-9", r)
		case seen[r]:
			return fmt.Errorf("alphabet has %q more than once", r)
		}
		seen[r] = true
	}
	if len(seen) > 0 && len(seen) < least {
		return fmt.Errorf("alphabet has %d characters, at least %d are needed", len(seen), least)
	}
	return nil
}
