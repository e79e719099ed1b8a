package route

import (
	"context"
	"errors"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// link is a Link with what is known of it.
type link struct {
	Link
	clock   func() time.Time
	onEvent func(Event)
	slots   chan struct{} // has an element for each message under way
	breaker *breaker
	pauses  *pauses
	health  *health
}

func newLink(l Link, o Options) *link {
	return &link{
		Link: l, clock: o.Clock, onEvent: o.OnEvent,
		slots:   make(chan struct{}, l.InFlight),
		breaker: newBreaker(l.Name, o.Clock),
		pauses:  newPauses(l.Name),
		health:  newHealth(o.HalfLife),
	}
}

// enter takes a slot if there is one.
func (l *link) enter() bool {
	select {
	case l.slots <- struct{}{}:
		return true
	default:
		return false
	}
}

func (l *link) leave() { <-l.slots }

// entry is a slot on a link, and what its breaker wants to hear of the try.
type entry struct {
	*link
	done func(error)
}

var (
	errFell        = errors.New("sender did not return")
	errSlow        = errors.New("message was taken, but late")
	errSaysNothing = errors.New("the try says nothing of the link")
)

// try sends a message and leaves the link. A nil failure is success.
func (e entry) try(ctx context.Context, m cattlegrid.Message) (d cattlegrid.Delivery, failure *cattlegrid.SendError, took time.Duration) {
	outcome := errFell // a sender that panics must not keep the slot, nor the breaker's only try
	defer func() {
		e.leave()
		e.done(outcome)
		e.tell(e.breaker.events())
	}()
	deadline, _ := ctx.Deadline()
	granted := min(e.Timeout, time.Until(deadline))
	own, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()

	began := e.clock()
	d, err := e.Sender.Send(own, m)
	ended := e.clock()
	took = ended.Sub(began)

	failure = asFailure(err, e.Name)
	outcome = e.judge(ctx, failure, granted, took)
	if failure == nil || failure.Class == cattlegrid.Unknown {
		e.health.took(m.Country, ended)
	}
	if failure == nil {
		e.health.waited(took)
		e.tell(e.pauses.succeeded(m, began, ended))
		return d, nil, took
	}
	e.tell(e.pauses.failed(m, failure, ended))
	return cattlegrid.Delivery{}, failure, took
}

// judge is what a try says to the breaker.
func (e entry) judge(ctx context.Context, failure *cattlegrid.SendError, granted, took time.Duration) error {
	switch {
	case failure == nil && took > e.Timeout*3/4:
		return errSlow
	case failure == nil:
		return nil
	case failure.Class != cattlegrid.Temporary && failure.Class != cattlegrid.Unknown:
		return errSaysNothing
	case errors.Is(ctx.Err(), context.Canceled), ctx.Err() != nil && granted < e.Timeout/2:
		return errSaysNothing
	default:
		return failure
	}
}

// tell passes on events. No lock is held.
func (l *link) tell(events []Event) {
	if l.onEvent == nil {
		return
	}
	for _, event := range events {
		l.onEvent(event)
	}
}
