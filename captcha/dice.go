package captcha

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// dice reads random bytes in small batches, so that an answer costs one read.
type dice struct {
	random io.Reader
	batch  [32]byte
	unread []byte
}

// maxRolls bounds the tries for one number. A fair source is refused half the
// time at worst, so only a broken one gets there.
const maxRolls = 128

// roll returns a number from 0 to sides-1, from two bytes. What lies past the
// last multiple of sides is thrown away, for it would favour the low numbers.
func (d *dice) roll(sides int) (int, error) {
	const all = 1 << 16
	fair := all - all%sides
	for range maxRolls {
		if len(d.unread) == 0 {
			if _, err := io.ReadFull(d.random, d.batch[:]); err != nil {
				return 0, fmt.Errorf("read random bytes: %w", err)
			}
			d.unread = d.batch[:]
		}
		n := int(binary.LittleEndian.Uint16(d.unread))
		d.unread = d.unread[2:]
		if n < fair {
			return n % sides, nil
		}
	}
	return 0, errors.New("random source repeats itself")
}
