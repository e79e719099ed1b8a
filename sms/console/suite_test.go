package console_test

import (
	"io"
	"regexp"
	"sync"
	"testing"

	"github.com/cattlegrid/cattlegrid/sms/console"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/smstest"
)

// The console is a sender like the others. Its provider is whoever writes, who fails before the first byte or after it, or
// does not come back, and knows neither keys nor templates.
func TestSuite(t *testing.T) {
	t.Parallel()
	smstest.Run(t, smstest.Harness{
		Provider:    "console",
		Start:       func(t testing.TB, behave fake.Behaviour) smstest.Rig { return newTerminal(t, behave).rig() },
		Unreachable: func(t testing.TB) smstest.Rig { return newTerminal(t, always(fake.Busy)).rig() },
		Without: []fake.Outcome{
			fake.BadNumber, fake.BadTemplate, fake.BadKey, fake.Throttle, fake.Unpaid, fake.UnknownCode,
			fake.Garbage, fake.Huge, fake.ServerError, fake.Redirect,
		},
		NoCodes: true,
		NoIDs:   true,
		NoRefs:  true,
	})
}

func always(o fake.Outcome) fake.Behaviour { return func(fake.Message) fake.Outcome { return o } }

// terminal is a writer that behaves as told, until the test ends.
type terminal struct {
	behave  fake.Behaviour
	hanging chan struct{}
	over    chan struct{} // closed when the test ends

	mu    sync.Mutex
	taken []fake.Message
}

func newTerminal(t testing.TB, behave fake.Behaviour) *terminal {
	if behave == nil {
		behave = always(fake.Take)
	}
	w := &terminal{behave: behave, hanging: make(chan struct{}, 1), over: make(chan struct{})}
	t.Cleanup(func() { close(w.over) })
	return w
}

func (w *terminal) rig() smstest.Rig {
	return smstest.Rig{Sender: console.New(w), Taken: w.messages, Hanging: w.hanging}
}

var framed = regexp.MustCompile(`^┌ SMS to (\+\d+)\n│ (.*)\n└\n$`)

func (w *terminal) Write(p []byte) (int, error) {
	parts := framed.FindSubmatch(p)
	if parts == nil {
		return 0, io.ErrUnexpectedEOF // no frame: the suite misses a message
	}
	m := fake.Message{To: string(parts[1]), Text: string(parts[2])}
	outcome := w.behave(m)
	if outcome.Takes() {
		w.mu.Lock()
		w.taken = append(w.taken, m)
		w.mu.Unlock()
	}
	switch outcome {
	case fake.Take:
		return len(p), nil
	case fake.HangTaken, fake.HangUntaken:
		w.hanging <- struct{}{}
		<-w.over
		return 0, io.ErrClosedPipe
	case fake.CloseTaken, fake.CloseUntaken:
		return len(p) / 2, io.ErrClosedPipe
	default:
		return 0, io.ErrClosedPipe
	}
}

func (w *terminal) messages() []fake.Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]fake.Message(nil), w.taken...)
}
