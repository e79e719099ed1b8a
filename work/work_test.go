package work_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cattlegrid/cattlegrid/work"
)

// known is a task whose solution anybody can work out, in any language: it is in the format for good.
var known = work.Task{Salt: "JBSWY3DPEHPK3PXPJBSWY3DPEH", Bits: 8, Count: 4}

func solve(t testing.TB, task work.Task) string {
	t.Helper()
	solution, err := task.Solve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return solution
}

// zeros is how many zero bits the hash of a part begins with, by the letter of the format.
func zeros(task work.Task, i int, nonce string) int {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s.%d.%s", task.Salt, i, nonce))
	n := 0
	for _, b := range sum {
		n += bits.LeadingZeros8(b)
		if b != 0 {
			break
		}
	}
	return n
}

// A task is as asked for, in JSON under the names that pages know, and unlike the one before.
func TestNew(t *testing.T) {
	a, err := work.New(rand.Reader, 14, 16)
	if err != nil {
		t.Fatal(err)
	}
	b, err := work.New(rand.Reader, 14, 16)
	if err != nil {
		t.Fatal(err)
	}
	if a.Bits != 14 || a.Count != 16 || len(a.Salt) != 26 || a.Salt == b.Salt {
		t.Errorf("got %+v and %+v, want 16 parts of 14 bits and a salt of 26 letters each", a, b)
	}
	if err := a.Validate(); err != nil {
		t.Errorf("%+v is not valid: %v", a, err)
	}
	got, err := json.Marshal(known)
	if want := `{"salt":"JBSWY3DPEHPK3PXPJBSWY3DPEH","bits":8,"count":4}`; err != nil || string(got) != want {
		t.Errorf("JSON: got %s, %v, want %s", got, err, want)
	}
}

// What cannot be done is said to be so.
func TestNewError(t *testing.T) {
	for _, test := range []struct {
		bits, count int
		want        string
	}{
		{0, 1, "a part has 0 bits, want 1 to 30"},
		{31, 1, "a part has 31 bits, want 1 to 30"},
		{1, 0, "the task has 0 parts, want 1 to 64"},
		{1, 65, "the task has 65 parts, want 1 to 64"},
	} {
		if _, err := work.New(rand.Reader, test.bits, test.count); err == nil || !strings.HasSuffix(err.Error(), test.want) {
			t.Errorf("New(%d, %d): got %v, want %s", test.bits, test.count, err, test.want)
		}
	}
	if _, err := work.New(bytes.NewReader(make([]byte, 15)), 1, 1); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a source of 15 bytes: got %v, want an unexpected end", err)
	}
	for _, salt := range []string{"", strings.Repeat("A", work.MaxSaltLen+1)} {
		task := work.Task{Salt: salt, Bits: 1, Count: 1}
		if _, err := task.Solve(t.Context()); err == nil || task.Check("0") || task.Check("1") || task.Check("2") {
			t.Errorf("a salt of %d bytes: got %v, want an error", len(salt), err)
		}
	}
}

// The format does not change: browsers solve what servers check, whichever is newer.
func TestFormat(t *testing.T) {
	const want = "25.93.260.11"
	if got := solve(t, known); got != want || !known.Check(want) {
		t.Errorf("the known task: got %s, checked %v, want %s", got, known.Check(want), want)
	}
	for i, nonce := range strings.Split(want, ".") {
		if n := zeros(known, i, nonce); n < known.Bits {
			t.Errorf("part %d: %d zero bits, want %d", i, n, known.Bits)
		}
	}
}

// What is solved is accepted, and by no task but its own. Check is right about every nonce that is written as it should be.
func TestCheckProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		task := work.Task{
			Salt:  rapid.StringMatching(`[A-Z2-7]{1,32}`).Draw(t, "salt"),
			Bits:  rapid.IntRange(1, 9).Draw(t, "bits"),
			Count: rapid.IntRange(1, work.MaxCount).Draw(t, "count"),
		}
		solution, err := task.Solve(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if !task.Check(solution) || len(solution) > work.MaxSolutionLen {
			t.Fatalf("%+v: %q is not accepted", task, solution)
		}
		nonces := strings.Split(solution, ".")
		i := rapid.IntRange(0, task.Count-1).Draw(t, "part")
		nonces[i] = strconv.FormatUint(rapid.Uint64Range(0, 999_999_999_999).Draw(t, "nonce"), 10)
		changed := strings.Join(nonces, ".")
		if got, want := task.Check(changed), zeros(task, i, nonces[i]) >= task.Bits; got != want {
			t.Errorf("%+v: %q is accepted: %v, want %v", task, changed, got, want)
		}
		if task.Bits < work.MaxBits {
			harder, done := task, true
			harder.Bits++
			for i, nonce := range strings.Split(solution, ".") {
				done = done && zeros(task, i, nonce) >= harder.Bits
			}
			if harder.Check(solution) != done {
				t.Errorf("%+v: %q is accepted: %v, want %v", harder, solution, !done, done)
			}
		}
	})
}

// A number has one spelling, and a solution as many numbers as there are parts.
func TestCheckSpelling(t *testing.T) {
	solution := solve(t, known)
	first, rest, _ := strings.Cut(solution, ".")
	for name, spelled := range map[string]string{
		"empty":                  "",
		"leading zero":           "0" + solution,
		"many leading zeros":     "00000000" + solution,
		"plus":                   "+" + solution,
		"minus":                  "-" + solution,
		"space before":           " " + solution,
		"space after":            solution + " ",
		"line feed":              solution + "\n",
		"dot before":             "." + solution,
		"dot after":              solution + ".",
		"two dots":               first + ".." + rest,
		"comma":                  strings.ReplaceAll(solution, ".", ","),
		"one part fewer":         rest,
		"one part more":          solution + ".0",
		"hexadecimal":            "0x" + solution,
		"exponent":               first + "e0." + rest,
		"underscore":             first + "_." + rest,
		"full-width digit":       "１." + rest,
		"too many digits":        strings.Repeat("9", work.MaxDigits+1) + "." + rest,
		"as long as the longest": strings.Repeat("1", work.MaxSolutionLen),
		"longer than that":       strings.Repeat("1", 1<<20),
		"only dots":              "...",
		"a NUL":                  first + "\x00." + rest,
	} {
		t.Run(name, func(t *testing.T) {
			if known.Check(spelled) {
				t.Errorf("%.80q is accepted", spelled)
			}
		})
	}
	for _, task := range []work.Task{{}, {Salt: "A", Bits: 0, Count: 1}, {Salt: "A", Bits: -1, Count: 1}, {Salt: "A", Bits: 1, Count: 0}} {
		for _, spelled := range []string{"", "0", "1", "2", "3"} {
			if task.Check(spelled) {
				t.Errorf("%+v accepts %q", task, spelled)
			}
		}
	}
}

// Zero is a number like others, written "0".
func TestCheckZero(t *testing.T) {
	for c := 'A'; c <= 'Z'; c++ {
		task := work.Task{Salt: string(c), Bits: 1, Count: 1}
		if got, want := task.Check("0"), zeros(task, 0, "0") >= 1; got != want {
			t.Errorf("%+v: 0 is accepted: %v, want %v", task, got, want)
		}
		if task.Check("00") {
			t.Errorf("%+v accepts 00", task)
		}
	}
}

// Who is not waited for any more stops.
func TestSolveCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	solution, err := work.Task{Salt: "A", Bits: work.MaxBits, Count: work.MaxCount}.Solve(ctx)
	if !errors.Is(err, context.Canceled) || solution != "" {
		t.Errorf("got %q, %v, want context.Canceled", solution, err)
	}
}

// Whatever is sent is accepted exactly if each of its parts, split and read in the plainest way, is a solution.
func FuzzCheck(f *testing.F) {
	f.Add("JBSWY3DPEHPK3PXPJBSWY3DPEH", uint8(8), uint8(4), solve(f, known))
	for _, solution := range []string{"", "0", "00", "+1", "-1", " 1", "1.", ".", "1e9", "1.2.3.4", strings.Repeat("1.", 900)} {
		f.Add("A", uint8(1), uint8(1), solution)
		f.Add("salt", uint8(1), uint8(4), solution)
	}
	f.Fuzz(func(t *testing.T, salt string, zeroBits, count uint8, solution string) {
		task := work.Task{Salt: salt, Bits: int(zeroBits), Count: int(count)}
		want := task.Validate() == nil
		nonces := strings.Split(solution, ".")
		want = want && len(nonces) == task.Count
		for i, nonce := range nonces {
			var n uint64
			_, err := fmt.Sscanf(nonce, "%d", &n)
			want = want && err == nil && strconv.FormatUint(n, 10) == nonce && n < 1e12 && zeros(task, i, nonce) >= task.Bits
		}
		if got := task.Check(solution); got != want {
			t.Errorf("%+v: %q is accepted: %v, want %v", task, solution, got, want)
		}
	})
}

// BenchmarkCheck is what a proof costs the server, right or wrong in its last part.
func BenchmarkCheck(b *testing.B) {
	task := work.Task{Salt: known.Salt, Bits: 8, Count: 16}
	solution := solve(b, task)
	for b.Loop() {
		if !task.Check(solution) {
			b.Fatal("not accepted")
		}
	}
}

// BenchmarkSolve is what a hash costs who solves tasks with this package, on one core.
func BenchmarkSolve(b *testing.B) {
	source := rand.Reader
	for b.Loop() {
		task, err := work.New(source, 10, 1)
		if err != nil {
			b.Fatal(err)
		}
		solve(b, task)
	}
}
