package captcha

import (
	"encoding/binary"
	"hash/adler32"
	"math/bits"
)

// A token is a step of the compressed form of the rows of a picture: a byte as
// it is, or a number of bytes that are the same as the one before, or as those
// in the row above. Pictures of letters need no other kind of match, so that
// nothing has to be searched for, and length and distance share one code.
type token uint16

const (
	run    token = 1 << 8 // plus length - minMatch
	above  token = 2 << 8
	tokens       = 3 << 8

	minMatch = 3   // by the format
	maxMatch = 258 // by the format
)

// appendTokens splits rows of stride bytes into tokens.
func appendTokens(list []token, rows []byte, stride int) []token {
	// Behind the end, so that eight bytes can be read at every place.
	end := len(rows)
	rows = append(rows, make([]byte, 8)...)
	for i := 0; i < end; {
		most := min(end-i, maxMatch)
		length, kind := 0, run
		if i > 0 {
			length = match(rows, i, i-1, most)
		}
		if i >= stride && length < most {
			if n := match(rows, i, i-stride, most); n > length {
				length, kind = n, above
			}
		}
		if length < minMatch {
			list = append(list, token(rows[i]))
			i++
			continue
		}
		list = append(list, kind+token(length-minMatch)) //nolint:gosec // at most maxMatch
		i += length
	}
	return list
}

// match returns how many bytes from i on are the same as those from j on, most
// at most.
func match(rows []byte, i, j, most int) int {
	n := 0
	for n < most {
		differ := binary.LittleEndian.Uint64(rows[i+n:]) ^ binary.LittleEndian.Uint64(rows[j+n:])
		if differ != 0 {
			return min(n+bits.TrailingZeros64(differ)/8, most)
		}
		n += 8
	}
	return most
}

// zipper writes tokens as a zlib stream with one table of codes, made once from
// pictures of the same style: what a table of each picture's own would save is
// less than the time that it takes, and its description is already written.
type zipper struct {
	stride int
	codes  [tokens]code // of a token with all its extra bits
	end    code
	head   []byte // zlib header, block header and tables, but for its last bits
	last   code   // these
}

// code is up to 56 bits, the first to be written lowest, and their number.
type code struct {
	bits uint64
	n    uint
}

// then returns the code with the bits of another behind it.
func (c code) then(next code) code {
	return code{c.bits | next.bits<<c.n, c.n + next.n}
}

// append writes rows, of which list are the tokens.
func (z *zipper) append(b []byte, list []token, rows []byte) []byte {
	b = append(b, z.head...)
	w := bitWriter{b: b, pending: z.last}
	w.grow(2*len(list)*4 + 16)
	for _, t := range list {
		w.write(z.codes[t])
	}
	w.write(z.end)
	b = w.close()
	return binary.BigEndian.AppendUint32(b, adler32.Checksum(rows))
}

// bitWriter packs codes into bytes.
type bitWriter struct {
	b       []byte
	pending code // fewer than eight bits between writes
}

func (w *bitWriter) grow(n int) {
	if cap(w.b)-len(w.b) < n {
		w.b = append(make([]byte, 0, len(w.b)+n), w.b...)
	}
}

func (w *bitWriter) write(c code) {
	p := w.pending.then(c)
	w.b = binary.LittleEndian.AppendUint64(w.b, p.bits)
	w.b = w.b[:len(w.b)-8+int(p.n/8)]
	w.pending = code{p.bits >> (p.n &^ 7), p.n % 8}
}

// close writes the bits that do not fill a byte.
func (w *bitWriter) close() []byte {
	if w.pending.n > 0 {
		w.b = append(w.b, byte(w.pending.bits))
	}
	return w.b
}
