package captcha

import (
	_ "embed"
	"fmt"
	"strings"
)

// DefaultAlphabet holds the letters and digits to copy unless a [Style] says
// otherwise: those that stay themselves when they are turned, bent and crossed.
// Of look-alikes one is kept where it is seldom taken for the other (2 of 2 Z, A
// of 4 A, U of U V, 6 of 6 G) and else none (0 O C Q D, 1 I, 5 S, 8 B).
const DefaultAlphabet = "AEFHJKLMNPRTUWXY23679"

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
var alphabets = [...]string{Letters: DefaultAlphabet, Digits: digits, Arithmetic: digits + "+-=?", Chinese: ChineseAlphabet}

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
