package captcha

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
)

// someRows are rows that the deflate must do well or find hard.
func someRows() []sampleRows {
	rng := rand.New(rand.NewPCG(1, 1))
	noise := make([]byte, 3000)
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	//nolint:prealloc // a literal reads better
	list := []sampleRows{
		{"OneByte", []byte{7}, 1},
		{"TwoBytes", []byte{7, 7}, 61},
		{"ThreeBytes", []byte{7, 7, 7}, 61},
		{"SingleRow", []byte("a single row of no great length"), 31},
		{"SingleRowOfOneByte", bytes.Repeat([]byte{5}, 61), 61},
		{"AllZero", make([]byte, 61*80), 61},
		{"AllOnes", bytes.Repeat([]byte{0xff}, 61*80), 61},
		{"RowsAlike", bytes.Repeat(noise[:61], 80), 61},
		{"RowsAlikeInPairs", bytes.Repeat(slices.Concat(noise[:61], noise[:61], noise[61:122], noise[61:122]), 20), 61},
		{"Incompressible", noise, 61},
		{"RowIncomplete", noise[:100], 61},
		{"RowOfOneByte", bytes.Repeat([]byte{1, 1, 1, 1, 2}, 40), 1},
		{"WideRows", append(bytes.Repeat(noise[:257], 3), noise[:100]...), 257},
	}
	// The lengths about the longest match, and about the words that are compared.
	for _, n := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 255, 256, 257, 258, 259, 260, 261, 262, 515, 516, 517, 518} {
		list = append(list, sampleRows{fmt.Sprintf("RunOf%d", n), slices.Concat([]byte{1}, bytes.Repeat([]byte{9}, n), []byte{1}), 400})
		list = append(list, sampleRows{fmt.Sprintf("RunOf%dAtTheEnd", n), slices.Concat([]byte{1}, bytes.Repeat([]byte{9}, n)), 400})
	}
	return list
}

type sampleRows struct {
	name   string
	rows   []byte
	stride int
}

// withSlack returns a copy of rows with room behind its end that tempts to read
// on: more of the last byte.
func withSlack(rows []byte) []byte {
	last := rows[len(rows)-1:]
	return slices.Concat(rows, bytes.Repeat(last, slack))[:len(rows)]
}

// Whatever the rows, their tokens say what they are.
func TestTokens(t *testing.T) {
	for _, test := range someRows() {
		t.Run(test.name, func(t *testing.T) {
			list := appendTokens(nil, withSlack(test.rows), test.stride)
			if got := spell(t, list, test.stride); !bytes.Equal(got, test.rows) {
				t.Errorf("tokens spell\n%x, want\n%x", got, test.rows)
			}
		})
	}
}

// spell returns the rows that tokens stand for.
func spell(t *testing.T, list []token, stride int) []byte {
	t.Helper()
	var rows []byte
	for _, next := range list {
		if next < run {
			rows = append(rows, byte(next))
			continue
		}
		back := 1
		if next >= above {
			back = stride
		}
		if back > len(rows) {
			t.Fatalf("token %#x after %d bytes reaches back %d", next, len(rows), back)
		}
		for range int(next%256) + minMatch {
			rows = append(rows, rows[len(rows)-back])
		}
	}
	return rows
}

// A run is a token for each 258 bytes, whatever its length, and so are rows that
// are like the row above. What is alike at the very start of a picture may cost a
// few bytes more.
func TestTokensAreFew(t *testing.T) {
	const atStart = 6
	for n := minMatch; n < 3*maxMatch; n++ {
		rows := withSlack(append([]byte{1}, bytes.Repeat([]byte{9}, n)...))
		// The first byte, the first of the run, and up to two that are left over.
		if got, most := len(appendTokens(nil, rows, 1000)), 2+(n-1)/maxMatch+2+atStart; got > most {
			t.Errorf("a run of %d bytes is %d tokens, want at most %d", n, got, most)
		}
	}
	row := []byte("no two neighbours are alike; no run is here")
	rows := withSlack(bytes.Repeat(row, 100))
	if got, most := len(appendTokens(nil, rows, len(row))), len(row)+100*len(row)/maxMatch+3+atStart; got > most {
		t.Errorf("equal rows are %d tokens, want at most %d", got, most)
	}
}

// Tokens are appended: what was in the list before stays.
func TestTokensAppend(t *testing.T) {
	list := appendTokens([]token{1, 2, 3}, withSlack([]byte{4, 5}), 61)
	if want := []token{1, 2, 3, 4, 5}; !slices.Equal(list, want) {
		t.Errorf("tokens = %v, want %v", list, want)
	}
}

// A zlib stream decodes to exactly the rows, whether the codes were made for
// them or for others.
func TestZipper(t *testing.T) {
	for _, test := range someRows() {
		rows := withSlack(test.rows)
		own := appendTokens(nil, rows, test.stride)
		for _, trained := range []struct {
			on   string
			list []token
		}{
			{"Itself", own},
			{"Nothing", nil},
			{"Zeros", appendTokens(nil, make([]byte, 5000, 5000+slack), test.stride)},
		} {
			t.Run(test.name+"/TrainedOn"+trained.on, func(t *testing.T) {
				got := unzip(t, train(trained.list, test.stride).append(nil, own, rows))
				if !bytes.Equal(got, test.rows) {
					t.Errorf("stream decodes to\n%x, want\n%x", got, test.rows)
				}
			})
		}
	}
}

// Buffers that held other pictures make no difference, and the stream is
// appended to what is there.
func TestZipperReusesBuffers(t *testing.T) {
	dirty := bytes.Repeat([]byte{0xaa}, 1<<16)
	dirtyTokens := slices.Repeat([]token{0x155}, 1<<13)
	for _, test := range someRows() {
		rows := withSlack(test.rows)
		list := appendTokens(nil, rows, test.stride)
		z := train(list, test.stride)
		want := append([]byte("before"), z.append(nil, list, rows)...)
		got := z.append(append(dirty[:0], "before"...), appendTokens(dirtyTokens[:0], rows, test.stride), rows)
		if !bytes.Equal(got, want) {
			t.Errorf("%s: stream in used buffers differs", test.name)
		}
		dirty = got
	}
}

// Any rows come back, with codes trained on any others.
func FuzzDeflate(f *testing.F) {
	for _, test := range someRows() {
		f.Add(test.rows, uint16(test.stride), []byte("other rows"))
	}
	f.Add([]byte("abcabcabc"), uint16(3), bytes.Repeat([]byte{3}, 1000))
	f.Fuzz(func(t *testing.T, rows []byte, stride uint16, others []byte) {
		if len(rows) == 0 || len(rows) > 1<<16 || len(others) > 1<<16 {
			return
		}
		width := 1 + int(stride)%(1<<15)
		z := train(appendTokens(nil, withSlack(append(others, 0)), width), width)
		rows = withSlack(rows)
		list := appendTokens(nil, rows, width)
		if got := spell(t, list, width); !bytes.Equal(got, rows) {
			t.Fatalf("tokens spell\n%x, want\n%x", got, rows)
		}
		if got := unzip(t, z.append(nil, list, rows)); !bytes.Equal(got, rows) {
			t.Fatalf("stream decodes to\n%x, want\n%x", got, rows)
		}
	})
}

// train returns a zipper for tokens like these.
func train(list []token, stride int) *zipper {
	var counts [tokens]int
	for _, next := range list {
		counts[next]++
	}
	return newZipper(&counts, stride)
}

// unzip decodes a zlib stream that has nothing behind it.
func unzip(t *testing.T, stream []byte) []byte {
	t.Helper()
	in := bytes.NewReader(stream)
	r, err := zlib.NewReader(in)
	if err != nil {
		t.Fatalf("read zlib header: %v", err)
	}
	rows, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("read zlib stream of %d bytes: %v", len(stream), err)
	}
	if in.Len() > 0 {
		t.Errorf("%d bytes follow the stream", in.Len())
	}
	return rows
}
