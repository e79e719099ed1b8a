package console_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/console"
)

func number(t testing.TB, e164 string) cattlegrid.Phone {
	t.Helper()
	p, err := cattlegrid.ParseE164(e164)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func message(t testing.TB, text string) cattlegrid.Message {
	t.Helper()
	return cattlegrid.Message{
		To: number(t, "+8613800138000"), Code: "123456", Text: text, Purpose: "login", Lang: "zh", Lifetime: 5 * time.Minute,
	}
}

// wantClass checks that an error is a SendError of the class, and tells neither code nor number.
func wantClass(t *testing.T, err error, want cattlegrid.SendClass) {
	t.Helper()
	var se *cattlegrid.SendError
	if !errors.As(err, &se) || se.Class != want || se.Provider != "console" {
		t.Fatalf("error = %#v, want a SendError of class %v", err, want)
	}
	if s := err.Error(); strings.Contains(s, "123456") || strings.Contains(s, "13800138000") {
		t.Errorf("error %q tells the code or the number", s)
	}
}

// A message is printed in a frame, with its number and its text.
func TestSendPrints(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ text, want string }{
		"OK": {
			"【示例】您的验证码是123456，5分钟内有效。",
			"┌ SMS to +8613800138000\n│ 【示例】您的验证码是123456，5分钟内有效。\n└\n",
		},
		"TwoLines":        {"123456\n@example.com #123456", "┌ SMS to +8613800138000\n│ 123456\n│ @example.com #123456\n└\n"},
		"TerminalEscapes": {"a\x1b[2Jb\rc", "┌ SMS to +8613800138000\n│ a\uFFFD[2Jb\uFFFDc\n└\n"},
		"Empty":           {"", "┌ SMS to +8613800138000\n│ \n└\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			d, err := console.New(&out).Send(t.Context(), message(t, tc.text))
			if err != nil || d != (cattlegrid.Delivery{Provider: "console"}) {
				t.Fatalf("Send = %+v, %v", d, err)
			}
			if out.String() != tc.want {
				t.Errorf("printed %q, want %q", out.String(), tc.want)
			}
		})
	}
}

// The last message to a number is remembered with the time of its sending; other numbers have none.
func TestLast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := console.New(nil)
		to := number(t, "+8613800138000")
		if m, _, ok := s.Last(to); ok {
			t.Fatalf("Last before any sending = %q", m.Text)
		}
		for _, text := range []string{"first", "second"} {
			<-time.After(time.Minute) // of the bubble's clock
			if _, err := s.Send(t.Context(), message(t, text)); err != nil {
				t.Fatal(err)
			}
		}
		m, at, ok := s.Last(to)
		if !ok || m != message(t, "second") || !at.Equal(time.Now()) {
			t.Errorf("Last = %q at %v, %v; want the second message, at %v", m.Text, at, ok, time.Now())
		}
		if m, _, ok := s.Last(number(t, "+8613900139000")); ok {
			t.Errorf("Last of another number = %q", m.Text)
		}
	})
}

// A thousand numbers are remembered; the one that has waited longest for a message goes first.
func TestLastIsBounded(t *testing.T) {
	t.Parallel()
	s := console.New(nil)
	send := func(i int) {
		m := message(t, "hello")
		m.To = number(t, fmt.Sprintf("+86138%08d", i))
		if _, err := s.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 1000 {
		send(i)
	}
	send(0) // so that 1 is the oldest now
	send(1000)
	for i, want := range map[int]bool{0: true, 1: false, 2: true, 999: true, 1000: true} {
		if _, _, ok := s.Last(number(t, fmt.Sprintf("+86138%08d", i))); ok != want {
			t.Errorf("number %d remembered: %v, want %v", i, ok, want)
		}
	}
}

// Frames of concurrent sends do not mix, and each is remembered.
func TestSendConcurrently(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer // a plain one: the race detector sees two writes at once
	s := console.New(&out)
	var wg sync.WaitGroup
	for i := range 64 {
		m := message(t, "one\ntwo")
		m.To = number(t, fmt.Sprintf("+86138%08d", i))
		wg.Go(func() {
			if _, err := s.Send(t.Context(), m); err != nil {
				t.Error(err)
			}
			if _, _, ok := s.Last(m.To); !ok {
				t.Errorf("message to %v is not remembered", m.To)
			}
		})
	}
	wg.Wait()
	frames := strings.SplitAfter(out.String(), "└\n")
	slices.Sort(frames)
	want := make([]string, 0, 64)
	for i := range 64 {
		want = append(want, fmt.Sprintf("┌ SMS to +86138%08d\n│ one\n│ two\n└\n", i))
	}
	if diff := cmp.Diff(append([]string{""}, want...), frames); diff != "" { // what follows the last frame is empty
		t.Errorf("frames (-want +got):\n%s", diff)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// A failure before the first byte is temporary, a later one unknown; neither is remembered.
func TestSendWriteFails(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		n    int
		want cattlegrid.SendClass
	}{
		"Nothing": {0, cattlegrid.Temporary},
		"Half":    {10, cattlegrid.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := console.New(writerFunc(func([]byte) (int, error) { return tc.n, io.ErrClosedPipe }))
			m := message(t, "123456")
			_, err := s.Send(t.Context(), m)
			wantClass(t, err, tc.want)
			if !errors.Is(err, io.ErrClosedPipe) {
				t.Errorf("%v hides its cause", err)
			}
			if _, _, ok := s.Last(m.To); ok {
				t.Error("the message is remembered")
			}
		})
	}
}

// While the writer blocks, sends end with their contexts: the one being written with an unknown outcome, those behind
// it with none. Once the writer goes on, so do sends.
func TestSendContext(t *testing.T) {
	t.Parallel()
	entered, goOn := make(chan struct{}), make(chan struct{})
	s := console.New(writerFunc(func(p []byte) (int, error) {
		entered <- struct{}{}
		<-goOn
		return len(p), nil
	}))
	m := message(t, "123456")

	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Send(over, m)
	wantClass(t, err, cattlegrid.Temporary)

	first, cancelFirst := context.WithCancel(t.Context())
	second, cancelSecond := context.WithCancel(t.Context())
	firstDone, secondDone := make(chan error, 1), make(chan error, 1)
	go func() { _, err := s.Send(first, m); firstDone <- err }()
	<-entered
	go func() { _, err := s.Send(second, m); secondDone <- err }()
	cancelSecond()
	err = <-secondDone
	wantClass(t, err, cattlegrid.Temporary)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v hides its cause", err)
	}
	cancelFirst()
	wantClass(t, <-firstDone, cattlegrid.Unknown)

	close(goOn)
	thirdDone := make(chan error, 1)
	go func() { _, err := s.Send(t.Context(), m); thirdDone <- err }()
	<-entered
	if err := <-thirdDone; err != nil {
		t.Errorf("Send after the writer went on: %v", err)
	}
}
