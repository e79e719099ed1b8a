package captcha

import (
	"errors"
	"math/rand/v2"
	"strings"
)

// candidates is how many characters are shown to pick an answer in Chinese from:
// three of them in order are guessed once in 1320 times, four once in 11880.
const candidates = 12

// Candidates returns characters to pick an answer from, on devices where typing
// Chinese is tiresome: those of the answer and others, in a random order drawn
// from src. Show one answer's candidates in one way only, with src seeded by a
// keyed hash of the challenge: what two ways have in common is the answer. Other
// kinds are typed; for them there are none.
func (p *Painter) Candidates(answer string, src rand.Source) ([]string, error) {
	if p.style.Kind != Chinese {
		return nil, nil
	}
	if err := p.check(answer, PNG); err != nil {
		return nil, errors.New("candidates: the answer is none of this style")
	}
	rng := rand.New(src) //nolint:gosec // whoever knows src knows the answer
	alphabet := []rune(p.style.Alphabet)
	rng.Shuffle(len(alphabet), func(i, j int) { alphabet[i], alphabet[j] = alphabet[j], alphabet[i] })
	// An answer may have a character twice; it is shown once, and picked twice.
	var shown []string
	for _, r := range answer {
		if !contains(shown, r) {
			shown = append(shown, string(r))
		}
	}
	for _, r := range alphabet {
		if len(shown) == candidates {
			break
		}
		if !contains(shown, r) {
			shown = append(shown, string(r))
		}
	}
	rng.Shuffle(len(shown), func(i, j int) { shown[i], shown[j] = shown[j], shown[i] })
	return shown, nil
}

func contains(list []string, r rune) bool {
	return strings.ContainsRune(strings.Join(list, ""), r)
}
