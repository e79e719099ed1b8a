package captcha

import (
	"errors"
	"fmt"
	"io"
)

// Answer returns a fresh answer. Its length and each of its characters are
// drawn without bias from random, in production crypto/rand.Reader. It fails
// only when random does.
func (p *Painter) Answer(random io.Reader) (string, error) {
	d := dice{random: random}
	shortest, longest := p.style.lengths()
	n, err := d.roll(longest - shortest + 1)
	if err != nil {
		return "", fmt.Errorf("choose an answer: %w", err)
	}
	answer := make([]byte, shortest+n)
	for i := range answer {
		n, err := d.roll(len(p.style.Alphabet))
		if err != nil {
			return "", fmt.Errorf("choose an answer: %w", err)
		}
		answer[i] = p.style.Alphabet[n]
	}
	return string(answer), nil
}

// dice reads random bytes in small batches, so that an answer costs one read.
type dice struct {
	random io.Reader
	batch  [16]byte
	unread []byte
}

// maxRolls bounds the tries for one number. A fair source is refused half the
// time at worst, so only a broken one gets there.
const maxRolls = 128

// roll returns a number from 0 to sides-1. Bytes past the last multiple of
// sides are thrown away, for they would favour the low numbers.
func (d *dice) roll(sides int) (int, error) {
	fair := 256 - 256%sides
	for range maxRolls {
		if len(d.unread) == 0 {
			if _, err := io.ReadFull(d.random, d.batch[:]); err != nil {
				return 0, fmt.Errorf("read random bytes: %w", err)
			}
			d.unread = d.batch[:]
		}
		b := int(d.unread[0])
		d.unread = d.unread[1:]
		if b < fair {
			return b % sides, nil
		}
	}
	return 0, errors.New("random source repeats itself")
}
