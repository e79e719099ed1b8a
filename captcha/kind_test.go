package captcha_test

import (
	"encoding"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/captcha"
)

var (
	kinds  = []captcha.Kind{captcha.Letters, captcha.Digits, captcha.Arithmetic, captcha.Chinese}
	levels = []captcha.Level{captcha.Easy, captcha.Normal, captcha.Hard}
)

// A kind is written as its name and read back.
func TestKindText(t *testing.T) {
	for i, want := range []string{"letters", "digits", "arithmetic", "chinese"} {
		got := captcha.Kind(-1)
		checkText(t, kinds[i], &got, want)
		if got != kinds[i] {
			t.Errorf("%s reads as %v", want, got)
		}
	}
	checkUnknown(t, new(captcha.Kind), "letters", "digits", "arithmetic", "chinese")
	checkName(t, captcha.Kind(-1), "Kind(-1)")
	checkName(t, captcha.Kind(4), "Kind(4)")
}

// A level is written as its name and read back.
func TestLevelText(t *testing.T) {
	for i, want := range []string{"easy", "normal", "hard"} {
		got := captcha.Level(9)
		checkText(t, levels[i], &got, want)
		if got != levels[i] {
			t.Errorf("%s reads as %v", want, got)
		}
	}
	checkUnknown(t, new(captcha.Level), "easy", "normal", "hard")
	checkName(t, captcha.Level(-2), "Level(-2)")
	checkName(t, captcha.Level(2), "Level(2)")
}

// The zero values are what to start with.
func TestKindZero(t *testing.T) {
	var style captcha.Style
	if style.Kind != captcha.Letters || style.Level != captcha.Normal {
		t.Errorf("zero style has %v, %v, want letters, normal", style.Kind, style.Level)
	}
}

type named interface {
	fmt.Stringer
	encoding.TextMarshaler
}

// checkText writes from, wants it to be the text, and reads it into to.
func checkText(t *testing.T, from named, to encoding.TextUnmarshaler, want string) {
	t.Helper()
	text, err := from.MarshalText()
	if err != nil || string(text) != want {
		t.Errorf("MarshalText = %q, %v, want %q", text, err, want)
	}
	checkName(t, from, want)
	if err := to.UnmarshalText(text); err != nil {
		t.Errorf("UnmarshalText(%q) = %v", text, err)
	}
}

// checkUnknown wants unknown names refused, in a message that has the good ones.
func checkUnknown(t *testing.T, to encoding.TextUnmarshaler, good ...string) {
	t.Helper()
	for _, bad := range []string{"", "Letters", "HARD", "normal ", "letter", "0", "Kind(0)", "\xff"} {
		err := to.UnmarshalText([]byte(bad))
		if err == nil {
			t.Errorf("UnmarshalText(%q) reads it, want an error", bad)
			continue
		}
		for _, name := range good {
			if !strings.Contains(err.Error(), name) {
				t.Errorf("UnmarshalText(%q) = %v, want %s in it", bad, err, name)
			}
		}
	}
}

func checkName(t *testing.T, n fmt.Stringer, want string) {
	t.Helper()
	if got := n.String(); got != want {
		t.Errorf("String = %q, want %q", got, want)
	}
}

// Each kind and level asks in its own characters and draws what it asks.
func TestKinds(t *testing.T) {
	for i, characters := range []string{captcha.DefaultAlphabet, "0123456789", "0123456789+-=?", captcha.ChineseAlphabet} {
		for _, level := range levels {
			t.Run(fmt.Sprintf("%v/%v", kinds[i], level), func(t *testing.T) {
				painter, src := newPainter(t, captcha.Style{Kind: kinds[i], Level: level}), source(1)
				for range 4 {
					q := question(t, painter, src)
					if rest := strings.Trim(q.Text, characters); rest != "" || q.Text == "" {
						t.Errorf("question %q has characters that are not in %s", q.Text, characters)
					}
					if kinds[i] != captcha.Arithmetic && q.Answer != q.Text {
						t.Errorf("question %q has the answer %q, want the same", q.Text, q.Answer)
					}
					decode(t, draw(t, painter, q.Text, src, captcha.PNG))
				}
			})
		}
	}
}

// A painter of any kind keeps less than a megabyte, its first buffers included.
func TestKindHeap(t *testing.T) {
	const most = 1 << 20
	for _, kind := range kinds {
		t.Run(kind.String(), func(t *testing.T) {
			runtime.GC() // What other tests left in pools goes with the second collection.
			before := liveHeap()
			painter := newPainter(t, captcha.Style{Kind: kind})
			kept := int64(liveHeap()) - int64(before)
			if kept > most {
				t.Errorf("a new painter keeps %d bytes, want at most %d", kept, most)
			}
			runtime.KeepAlive(painter)
		})
	}
}

// liveHeap returns the bytes that are in use, those of pools that were used since
// the last collection among them.
func liveHeap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
