package captcha

import (
	"math/bits"
	"slices"
)

// Symbols of the deflate format, RFC 1951.
const (
	endOfBlock   = 256
	firstLength  = 257
	literals     = 286 // and the end and lengths
	distances    = 30
	maxCodeBits  = 15
	maxTableBits = 7 // of the code that the tables themselves are written in
)

// newZipper returns a zipper whose codes suit tokens that come up as often as
// counts says. Each token gets a code, also one that did not come up.
func newZipper(counts *[tokens]int, stride int) *zipper {
	var literal [literals]int
	var distance [distances]int
	literal[endOfBlock] = 1
	far, farExtra := distanceSymbol(stride)
	for t, count := range counts {
		count++
		if t := token(t); t < run {
			literal[t] += count
			continue
		}
		symbol, _ := lengthSymbol(t%256 + minMatch)
		literal[symbol] += count
		if token(t) < above {
			distance[0] += count
		} else {
			distance[far] += count
		}
	}
	literalBits := codeLengths(literal[:], maxCodeBits)
	distanceBits := codeLengths(distance[:], maxCodeBits)
	literalCodes, distanceCodes := codesOf(literalBits), codesOf(distanceBits)

	z := &zipper{stride: stride, end: literalCodes[endOfBlock]}
	for t := range z.codes {
		if token(t) < run {
			z.codes[t] = literalCodes[t]
			continue
		}
		symbol, extra := lengthSymbol(t%256 + minMatch)
		z.codes[t] = literalCodes[symbol].then(extra)
		if token(t) < above {
			z.codes[t] = z.codes[t].then(distanceCodes[0])
		} else {
			z.codes[t] = z.codes[t].then(distanceCodes[far]).then(farExtra)
		}
	}
	z.writeHead(literalBits, distanceBits)
	return z
}

// writeHead writes all that comes before the first token.
func (z *zipper) writeHead(literalBits, distanceBits []uint8) {
	w := bitWriter{b: []byte{0x78, 0x01}}   // zlib: deflate, window of 32 kB, fastest
	w.write(code{1, 1}.then(code{0b10, 2})) // the last block, with codes of its own

	for len(distanceBits) > 1 && distanceBits[len(distanceBits)-1] == 0 {
		distanceBits = distanceBits[:len(distanceBits)-1]
	}
	table := packLengths(append(slices.Clone(literalBits), distanceBits...))
	var counts [19]int
	for _, entry := range table {
		counts[entry.symbol]++
	}
	tableBits := codeLengths(counts[:], maxTableBits)
	tableCodes := codesOf(tableBits)
	w.write(code{literals - 257, 5}.then(code{uint64(len(distanceBits) - 1), 5}).then(code{15, 4})) //nolint:gosec // at least one
	for _, symbol := range [19]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15} {
		w.write(code{uint64(tableBits[symbol]), 3})
	}
	for _, entry := range table {
		w.write(tableCodes[entry.symbol].then(entry.extra))
	}
	z.head, z.last = w.b, w.pending
}

// tableEntry is a symbol of the description of code lengths.
type tableEntry struct {
	symbol int
	extra  code
}

// packLengths describes code lengths: 0 to 15 as they are, 16 for the last one
// again three to six times, 17 and 18 for three to ten and more zeros.
func packLengths(lengths []uint8) []tableEntry {
	var table []tableEntry
	for i := 0; i < len(lengths); {
		n := 1
		for i+n < len(lengths) && lengths[i+n] == lengths[i] {
			n++
		}
		switch {
		case lengths[i] == 0 && n >= 11:
			n = min(n, 138)
			table = append(table, tableEntry{18, code{uint64(n - 11), 7}})
		case lengths[i] == 0 && n >= 3:
			table = append(table, tableEntry{17, code{uint64(n - 3), 3}})
		case i > 0 && lengths[i] == lengths[i-1] && n >= 3:
			n = min(n, 6)
			table = append(table, tableEntry{16, code{uint64(n - 3), 2}})
		default:
			n = 1
			table = append(table, tableEntry{int(lengths[i]), code{}})
		}
		i += n
	}
	return table
}

// lengthSymbol returns the symbol of a match's length and its extra bits.
func lengthSymbol(length int) (symbol int, extra code) {
	if length == maxMatch {
		return literals - 1, code{}
	}
	symbol, extra = logSymbol(length-minMatch, 4)
	return firstLength + symbol, extra
}

// distanceSymbol returns the symbol of a match's distance and its extra bits.
func distanceSymbol(distance int) (symbol int, extra code) {
	return logSymbol(distance-1, 2)
}

// logSymbol returns n's place on the format's scale, which has steps symbols for
// each doubling, and what is left of n as extra bits.
func logSymbol(n, steps int) (symbol int, extra code) {
	if n < 2*steps {
		return n, code{}
	}
	shift := bits.Len(uint(n)) - bits.Len(uint(steps))
	return shift*steps + n>>shift, code{uint64(n & (1<<shift - 1)), uint(shift)} //nolint:gosec // n is not negative
}

// codeLengths returns the lengths of an optimal prefix code for symbols that
// come up so often, most bits each at most; zero for one that never does.
func codeLengths(counts []int, most uint8) []uint8 {
	type node struct {
		count       int
		symbol      int // or -1
		left, right *node
	}
	lengths := make([]uint8, len(counts))
	counts = slices.Clone(counts)
	for {
		var nodes []*node
		for symbol, count := range counts {
			if count > 0 {
				nodes = append(nodes, &node{count: count, symbol: symbol})
			}
		}
		byCount := func(a, b *node) int { return a.count - b.count }
		slices.SortStableFunc(nodes, byCount)
		for len(nodes) > 1 {
			pair := &node{nodes[0].count + nodes[1].count, -1, nodes[0], nodes[1]}
			nodes = nodes[2:]
			at, _ := slices.BinarySearchFunc(nodes, pair, byCount)
			nodes = slices.Insert(nodes, at, pair)
		}
		var longest uint8
		var walk func(n *node, depth uint8)
		walk = func(n *node, depth uint8) {
			if n.symbol < 0 {
				walk(n.left, depth+1)
				walk(n.right, depth+1)
				return
			}
			lengths[n.symbol] = max(depth, 1)
			longest = max(longest, depth)
		}
		walk(nodes[0], 0)
		if longest <= most {
			return lengths
		}
		// Flatter counts give a flatter tree.
		for symbol, count := range counts {
			if count > 0 {
				counts[symbol] = count/2 + 1
			}
		}
	}
}

// codesOf returns the canonical codes of the given lengths, first bit lowest.
func codesOf(lengths []uint8) []code {
	codes := make([]code, len(lengths))
	next := uint16(0)
	for n := uint8(1); n <= maxCodeBits; n++ {
		for symbol, length := range lengths {
			if length == n {
				codes[symbol] = code{uint64(bits.Reverse16(next) >> (16 - n)), uint(n)}
				next++
			}
		}
		next <<= 1
	}
	return codes
}
