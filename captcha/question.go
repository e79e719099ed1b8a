package captcha

import (
	"fmt"
	"io"
	"strconv"
)

// Question is what a picture shows and what must come back.
type Question struct {
	Text   string // for [Painter.Draw]
	Answer string // what a visitor types: the text itself, or what it comes to
}

// Question returns a fresh question. Each of its random choices is drawn without
// bias from random, in production crypto/rand.Reader. It fails only when random
// does.
func (p *Painter) Question(random io.Reader) (Question, error) {
	d := dice{random: random}
	ask := d.copy
	if p.style.Kind == Arithmetic {
		ask = d.sum
	}
	q, err := ask(&p.style)
	if err != nil {
		return Question{}, fmt.Errorf("choose a question: %w", err)
	}
	return q, nil
}

// copy asks for characters of the alphabet.
func (d *dice) copy(s *Style) (Question, error) {
	shortest, longest := s.lengths()
	n, err := d.roll(longest - shortest + 1)
	if err != nil {
		return Question{}, err
	}
	alphabet := []rune(s.Alphabet)
	text := make([]rune, shortest+n)
	for i := range text {
		n, err := d.roll(len(alphabet))
		if err != nil {
			return Question{}, err
		}
		text[i] = alphabet[n]
	}
	return Question{string(text), string(text)}, nil
}

// The bounds of arithmetic. Each result from 1 to maxResult is as likely as any
// other, so a blind guess is right once in fifty times.
const (
	maxResult  = 50
	maxOperand = 9 // the second one: what people add in their heads
)

// sum asks for a sum or a difference. The result is drawn first, so that its
// odds do not depend on how it can be come by.
func (d *dice) sum(*Style) (Question, error) {
	var rolls [3]int
	for i, sides := range [...]int{maxResult, maxOperand, 2} {
		var err error
		if rolls[i], err = d.roll(sides); err != nil {
			return Question{}, err
		}
	}
	result, b, sign := rolls[0]+1, rolls[1]+1, rolls[2]
	text := strconv.Itoa(result+b) + "-" + strconv.Itoa(b)
	if sign == 0 && result > b {
		text = strconv.Itoa(result-b) + "+" + strconv.Itoa(b)
	}
	return Question{text + "=?", strconv.Itoa(result)}, nil
}
