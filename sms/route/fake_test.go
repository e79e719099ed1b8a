package route_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/route"
)

// answer is what a fake provider does with a message: after a while it takes it, or fails with err.
type answer struct {
	after time.Duration
	err   error
}

var taken = answer{}

// fail is an answer of that class.
func fail(class cattlegrid.SendClass) answer {
	return answer{err: &cattlegrid.SendError{Class: class, Provider: "fake", Err: errors.New("as the test wants")}}
}

// throttle is Throttled with a RetryAfter.
func throttle(after time.Duration) answer {
	return answer{err: &cattlegrid.SendError{Class: cattlegrid.Throttled, Provider: "fake", RetryAfter: after, Err: errors.New("too many")}}
}

// hang is a provider that read the message and says nothing.
var hang = answer{after: time.Hour}

// fake is a sender that does as it is told.
type fake struct {
	name string

	mu       sync.Mutex
	answer   func(n int, m cattlegrid.Message) answer // n counts from 0
	messages []cattlegrid.Message
	forget   bool // messages, but not how many there were
	n        int
	inFlight int
	most     int // in flight at once
}

func newFake(name string, a answer) *fake {
	f := &fake{name: name}
	f.always(a)
	return f
}

func (f *fake) always(a answer) { f.by(func(int, cattlegrid.Message) answer { return a }) }

func (f *fake) by(answer func(int, cattlegrid.Message) answer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answer = answer
}

func (f *fake) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	a := f.begin(m)
	defer f.end()
	if a.after > 0 {
		timer := time.NewTimer(a.after)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return cattlegrid.Delivery{}, &cattlegrid.SendError{Class: cattlegrid.Unknown, Provider: f.name, Err: ctx.Err()}
		}
	}
	if a.err != nil {
		return cattlegrid.Delivery{}, a.err
	}
	return cattlegrid.Delivery{Provider: f.name, ID: m.ID}, nil
}

func (f *fake) begin(m cattlegrid.Message) answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	a := f.answer(f.n, m)
	f.n++
	if !f.forget {
		f.messages = append(f.messages, m)
	}
	f.inFlight++
	f.most = max(f.most, f.inFlight)
	return a
}

func (f *fake) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.inFlight--
}

// count is how many messages were tried since the last call.
func (f *fake) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.n
	f.n, f.messages = 0, nil
	return n
}

// message is the n-th of a test, to a number of its own.
func message(tb testing.TB, n int) cattlegrid.Message {
	tb.Helper()
	number, err := cattlegrid.ParseE164(fmt.Sprintf("+86138%08d", n%100_000_000))
	if err != nil {
		tb.Fatal(err)
	}
	code := fmt.Sprintf("%06d", n%1_000_000)
	return cattlegrid.Message{
		ID: fmt.Sprintf("MESSAGE%019d", n), To: number, Country: "CN", Code: code, Text: "Your code is " + code,
		Purpose: "login", Lang: "en", Lifetime: 5 * time.Minute,
	}
}

// link is a link over a fake, named as the fake is.
func link(f *fake) route.Link { return route.Link{Name: f.name, Sender: f} }

func newRoute(tb testing.TB, o route.Options) *route.Route {
	tb.Helper()
	r, err := route.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// classOf is the class of an error, -1 of none.
func classOf(err error) cattlegrid.SendClass {
	if err == nil {
		return -1
	}
	if failure, ok := errors.AsType[*cattlegrid.SendError](err); ok {
		return failure.Class
	}
	return cattlegrid.Unknown
}

// journal remembers events.
type journal struct {
	mu     sync.Mutex
	events []route.Event
}

func (j *journal) on(e route.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.events = append(j.events, e)
}

// changes is what happened since the last call, each as "link change reason".
func (j *journal) changes() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.events) == 0 {
		return nil
	}
	changes := make([]string, 0, len(j.events))
	for _, e := range j.events {
		changes = append(changes, fmt.Sprintf("%s %s %s", e.Link, e.Change, e.Reason))
	}
	j.events = nil
	return changes
}

// pass lets the time of a bubble pass, which takes none.
func pass(d time.Duration) { <-time.After(d) }
