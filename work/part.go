package work

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
)

// part is one part of a task, with a buffer for its messages. It is not safe for concurrent use.
type part struct {
	message [MaxSaltLen + len(".63.") + MaxDigits]byte
	start   int // length of what stands before the nonce
	bits    int
}

// part returns the i-th part of a valid task.
func (t Task) part(i int) part {
	p := part{bits: t.Bits}
	message := append(p.message[:0], t.Salt...)
	message = append(message, '.')
	message = strconv.AppendInt(message, int64(i), 10)
	p.start = len(append(message, '.'))
	return p
}

// isDone reports whether nonce, of at most MaxDigits digits, does the part.
func (p *part) isDone(nonce string) bool {
	end := p.start + copy(p.message[p.start:], nonce)
	return p.isZero(end)
}

// tries reports the same of a number.
func (p *part) tries(nonce uint64) bool {
	return p.isZero(len(strconv.AppendUint(p.message[:p.start], nonce, 10)))
}

// isZero reports whether the hash of the message up to end begins with enough zero bits, of which there are at most 30.
func (p *part) isZero(end int) bool {
	sum := sha256.Sum256(p.message[:end])
	return binary.BigEndian.Uint32(sum[:])>>(32-p.bits) == 0
}
