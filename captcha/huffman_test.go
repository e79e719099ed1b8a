package captcha

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each token has a code of its own, none of which begins another, and so has the
// end, however the tokens were counted.
func TestZipperCodes(t *testing.T) {
	var none, skewed, one [tokens]int
	a, b := 1, 1
	for i := range skewed {
		skewed[i] = a
		if i%10 == 0 && a < 1<<40 {
			a, b = b, a+b
		}
	}
	one[300] = 1 << 30
	for _, test := range []struct {
		name   string
		counts *[tokens]int
	}{{"None", &none}, {"Skewed", &skewed}, {"One", &one}} {
		for _, stride := range []int{17, 31, 61, 257} {
			t.Run(fmt.Sprintf("%s/%d", test.name, stride), func(t *testing.T) {
				z := newZipper(test.counts, stride)
				codes := append(z.codes[:], z.end)
				checkPrefixes(t, codes)
				for i, c := range codes {
					if c.n > 56 || c.bits>>c.n != 0 {
						t.Errorf("code %d is %b, %d bits, want at most 56", i, c.bits, c.n)
					}
				}
			})
		}
	}
}

// checkPrefixes fails when a code is empty or begins another.
func checkPrefixes(t *testing.T, codes []code) {
	t.Helper()
	for i, c := range codes {
		if c.n == 0 {
			t.Errorf("symbol %d has no code", i)
		}
		for j, other := range codes {
			if i != j && c.n <= other.n && other.bits&(1<<c.n-1) == c.bits {
				t.Fatalf("code %d, %0*b, begins code %d, %0*b (last bit first)", i, int(c.n), c.bits, j, int(other.n), other.bits)
			}
		}
	}
}

// Code lengths make a complete prefix code within the bound, however skewed the
// counts are; what never comes up has none.
func TestCodeLengths(t *testing.T) {
	fibonacci := []int{1, 1}
	for len(fibonacci) < 80 {
		fibonacci = append(fibonacci, fibonacci[len(fibonacci)-2]+fibonacci[len(fibonacci)-1])
	}
	rng := rand.New(rand.NewPCG(1, 1))
	random := make([]int, literals)
	for i := range random {
		random[i] = max(0, 1<<rng.IntN(30)-1)
	}
	backwards := slices.Clone(fibonacci)
	slices.Reverse(backwards)
	for _, test := range []struct {
		name   string
		counts []int
		most   uint8
	}{
		{"Two", []int{1, 1 << 40}, maxCodeBits},
		{"Even", slices.Repeat([]int{5}, literals), maxCodeBits},
		{"Random", random, maxCodeBits},
		{"Fibonacci", fibonacci, maxCodeBits},
		{"FibonacciBackwards", backwards, maxCodeBits},
		{"FibonacciWithGaps", slices.Concat([]int{0, 0}, fibonacci[:40], []int{0}, fibonacci[:40]), maxCodeBits},
		{"FibonacciTable", fibonacci[:19], maxTableBits},
		{"FibonacciTableTight", fibonacci[:19], 5},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := slices.Clone(test.counts)
			lengths := codeLengths(test.counts, test.most)
			if diff := cmp.Diff(before, test.counts); diff != "" {
				t.Errorf("counts were changed (-before +after):\n%s", diff)
			}
			sum := 0
			for i, n := range lengths {
				if n > test.most || (n == 0) != (test.counts[i] == 0) {
					t.Errorf("symbol %d, which came up %d times, has %d bits, want at most %d and none only if it never did", i, test.counts[i], n, test.most)
				}
				if n > 0 {
					sum += 1 << (maxCodeBits - n)
				}
			}
			if sum != 1<<maxCodeBits {
				t.Errorf("Kraft sum = %d/%d, want one", sum, 1<<maxCodeBits)
			}
			var used []code
			for _, c := range codesOf(lengths) {
				if c.n > 0 {
					used = append(used, c)
				}
			}
			checkPrefixes(t, used)
		})
	}
}

// A single symbol has a code of one bit: none cannot be written.
func TestCodeLengthsOfOne(t *testing.T) {
	if diff := cmp.Diff([]uint8{0, 1, 0}, codeLengths([]int{0, 9, 0}, maxCodeBits)); diff != "" {
		t.Errorf("lengths differ (-want +got):\n%s", diff)
	}
}

// Where the bound does not matter, a text is as short as Huffman's codes make it:
// as many bits as all pairs come up that are joined, the two rarest first.
func TestCodeLengthsAreOptimal(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		counts := make([]int, 2+rng.IntN(literals-1))
		for i := range counts {
			counts[i] = 1 + rng.IntN(1<<rng.IntN(8))
		}
		got, want := 0, 0
		for i, n := range codeLengths(counts, maxCodeBits) {
			got += counts[i] * int(n)
		}
		for len(counts) > 1 {
			slices.Sort(counts)
			counts[1] += counts[0]
			want += counts[1]
			counts = counts[1:]
		}
		if got != want {
			t.Fatalf("text is %d bits long, want %d", got, want)
		}
	}
}

// Codes are those that RFC 1951, section 3.2.2, gives for its example.
func TestCodesOf(t *testing.T) {
	want := []string{"010", "011", "100", "101", "110", "00", "1110", "1111"}
	got := make([]string, 0, len(want))
	for _, c := range codesOf([]uint8{3, 3, 3, 3, 3, 2, 4, 4}) {
		var text []byte
		for i := range c.n {
			text = append(text, '0'+byte(c.bits>>i&1))
		}
		got = append(got, string(text))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("codes differ (-want +got):\n%s", diff)
	}
}

// The tables of RFC 1951, section 3.2.5.
var (
	lengthBases    = []int{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	lengthExtras   = []uint{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	distanceBases  = []int{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577}
	distanceExtras = []uint{0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13}
)

// Each length and each distance has the format's symbol and extra bits.
func TestSymbols(t *testing.T) {
	for _, test := range []struct {
		name             string
		first, last, add int
		symbol           func(int) (int, code)
		bases            []int
		extras           []uint
	}{
		{"Length", 3, 258, 257, lengthSymbol, lengthBases, lengthExtras},
		{"Distance", 1, 32768, 0, distanceSymbol, distanceBases, distanceExtras},
	} {
		t.Run(test.name, func(t *testing.T) {
			at := 0
			for n := test.first; n <= test.last; n++ {
				if at+1 < len(test.bases) && n == test.bases[at+1] {
					at++
				}
				want := code{uint64(n - test.bases[at]), test.extras[at]}
				if symbol, extra := test.symbol(n); symbol != test.add+at || extra != want {
					t.Fatalf("symbol of %d = %d, %v, want %d, %v", n, symbol, extra, test.add+at, want)
				}
			}
			if at != len(test.bases)-1 {
				t.Errorf("only %d of %d symbols came up", at+1, len(test.bases))
			}
		})
	}
}

// Packed code lengths say what they were.
func TestPackLengths(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		lengths := []uint8{}
		for len(lengths) < literals {
			n := 1 + rng.IntN(8)
			if rng.IntN(4) == 0 {
				n = 1 + rng.IntN(200)
			}
			lengths = append(lengths, slices.Repeat([]uint8{uint8(rng.IntN(16) * rng.IntN(2))}, n)...)
		}
		if diff := cmp.Diff(lengths, unpack(t, packLengths(lengths))); diff != "" {
			t.Fatalf("lengths differ (-want +got):\n%s", diff)
		}
	}
}

// unpack returns the code lengths that entries describe.
func unpack(t *testing.T, table []tableEntry) []uint8 {
	t.Helper()
	lengths := make([]uint8, 0, literals)
	for _, entry := range table {
		n, repeated := int(entry.extra.bits), uint8(0)
		wantBits := uint(0)
		switch {
		case entry.symbol < 16:
			repeated, n = uint8(entry.symbol), 1
		case entry.symbol == 16:
			repeated, n, wantBits = lengths[len(lengths)-1], n+3, 2
		case entry.symbol == 17:
			n, wantBits = n+3, 3
		default:
			n, wantBits = n+11, 7
		}
		if entry.extra.n != wantBits || entry.extra.bits>>wantBits != 0 {
			t.Fatalf("entry %d has extra bits %v, want %d of them", entry.symbol, entry.extra, wantBits)
		}
		lengths = append(lengths, slices.Repeat([]uint8{repeated}, n)...)
	}
	return lengths
}
