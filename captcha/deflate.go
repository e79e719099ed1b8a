package captcha

import (
	"encoding/binary"
	"hash/adler32"
	"math/bits"
	"slices"
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

// slack is the room that rows need behind their end, so that eight bytes can be
// read at every place of them.
const slack = 8

// appendTokens splits rows of stride bytes into tokens. It looks at eight bytes
// at a time: which are like the one before, and which like the one above.
func appendTokens(list []token, rows []byte, stride int) []token {
	end := len(rows)
	rows = rows[:end+slack]
	n := len(list)
	list = slices.Grow(list, end+slack)[:n+end+slack]
	for i := 0; i < end; {
		here := binary.LittleEndian.Uint64(rows[i:])
		left, up := ^uint64(0), ^uint64(0)
		if i > 0 {
			left = here ^ binary.LittleEndian.Uint64(rows[i-1:])
		}
		if i >= stride {
			up = here ^ binary.LittleEndian.Uint64(rows[i-stride:])
		}
		fromLeft, fromUp := zeros(left), zeros(up)
		starts := fromLeft&(fromLeft>>8)&(fromLeft>>16) | fromUp&(fromUp>>8)&(fromUp>>16)
		plain := bits.TrailingZeros64(starts|1<<55) / 8
		if plain > 0 {
			// No match of three begins at these bytes; six can be told.
			out := (*[8]token)(list[n:])
			for k := range out {
				out[k] = token(here >> (8 * k) & 0xff)
			}
			plain = min(plain, end-i)
			n += plain
			i += plain
			continue
		}
		nLeft, nUp := bits.TrailingZeros64(left)/8, bits.TrailingZeros64(up)/8
		most := min(end-i, maxMatch)
		if nLeft == 8 {
			nLeft = match(rows, i, i-1, most)
		}
		if nUp == 8 {
			nUp = match(rows, i, i-stride, most)
		}
		kind := run
		if nUp > nLeft {
			kind = above
		}
		length := min(max(nLeft, nUp), most)
		if length < minMatch { // at the very end
			list[n] = token(rows[i])
			n++
			i++
			continue
		}
		list[n] = kind + token(length-minMatch)
		n++
		i += length
	}
	return list[:n]
}

// zeros returns a word with the top bit of each byte set where x has a zero.
func zeros(x uint64) uint64 {
	const low = 0x7f7f_7f7f_7f7f_7f7f
	return ^((x&low + low) | x | low)
}

// match returns how many bytes from i on are the same as those from j on, most
// at most, of which the first eight are known.
func match(rows []byte, i, j, most int) int {
	for n := 8; n < most; n += 8 {
		differ := binary.LittleEndian.Uint64(rows[i+n:]) ^ binary.LittleEndian.Uint64(rows[j+n:])
		if differ != 0 {
			return n + bits.TrailingZeros64(differ)/8
		}
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
	return code{c.bits | next.bits<<(c.n%64), c.n + next.n}
}

// put writes the code to the first eight bytes of b, and returns how many of them
// are whole and the bits of the one that is not.
func (c code) put(b []byte) (whole int, rest code) {
	binary.LittleEndian.PutUint64(b, c.bits)
	return int(c.n / 8), code{c.bits >> (c.n &^ 7 % 64), c.n % 8}
}

// append writes rows, of which list are the tokens.
func (z *zipper) append(b []byte, list []token, rows []byte) []byte {
	b = append(b, z.head...)
	n := len(b)
	const most = 7 // bytes of a code
	b = slices.Grow(b, most*len(list)+64)[:n+most*len(list)+64]
	// Whole words are written, of which the next overwrites what is not yet
	// known: no branch depends on the lengths of codes.
	pending := z.last
	for _, t := range list {
		pending = pending.then(z.codes[t])
		var whole int
		whole, pending = pending.put(b[n:])
		n += whole
	}
	pending = pending.then(z.end)
	binary.LittleEndian.PutUint64(b[n:], pending.bits)
	n += int(pending.n+7) / 8
	return binary.BigEndian.AppendUint32(b[:n], adler32.Checksum(rows))
}

// bitWriter packs codes into bytes.
type bitWriter struct {
	b       []byte
	pending code // fewer than eight bits between writes
}

func (w *bitWriter) write(c code) {
	n := len(w.b)
	w.b = append(w.b, make([]byte, 8)...)
	whole, rest := w.pending.then(c).put(w.b[n:])
	w.b, w.pending = w.b[:n+whole], rest
}
