package route

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

const provider = "route"

var _ cattlegrid.Sender = (*Route)(nil)

// Route delivers over several links. It is made by [New], safe for concurrent use, and has no goroutines of its own.
type Route struct {
	options  Options
	links    []*link
	converts atomic.Bool // somebody reports conversions

	mu     sync.Mutex // of random
	random *rand.Rand
}

// New makes a route. Its errors say what is wrong in the options.
func New(o Options) (*Route, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("route: %w", err)
	}
	r := &Route{options: o, random: rand.New(o.Random)} //nolint:gosec // no secret is made of it
	for _, l := range o.Links {
		r.links = append(r.links, newLink(l, o))
	}
	return r, nil
}

// Send delivers a message over the best link or, if that one could not take it, over the next. The delivery is the link's.
func (r *Route) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	links := r.order(m)
	if len(links) == 0 {
		return failed(cattlegrid.Misconfigured, fmt.Errorf("no link serves country %q", m.Country))
	}
	if err := ctx.Err(); err != nil {
		return failed(cattlegrid.Temporary, err)
	}
	first, ok := r.enter(links, m)
	if !ok {
		return failed(cattlegrid.Temporary, errFull)
	}
	d, failure, took := first.try(ctx, m)
	report := Try{Link: first.Name, MessageID: m.ID, Took: took, Err: failure}
	second, ok := r.second(ctx, links, first, failure, m)
	if !ok {
		r.tried(ctx, report)
		return d, asError(failure)
	}
	report.Next = second.Name
	r.tried(ctx, report)
	d, next, took := second.try(ctx, m)
	r.tried(ctx, Try{Link: second.Name, MessageID: m.ID, Second: true, Took: took, Err: next})
	if next == nil {
		return d, nil
	}
	return cattlegrid.Delivery{}, both(failure, next)
}

// second enters another link if there is to be a second try.
func (r *Route) second(ctx context.Context, links []*link, first entry, failure *cattlegrid.SendError, m cattlegrid.Message) (entry, bool) {
	if failure == nil || !another(failure) || !timeLeft(ctx) {
		return entry{}, false
	}
	return r.enter(slices.DeleteFunc(links, func(l *link) bool { return l == first.link }), m)
}

func (r *Route) tried(ctx context.Context, t Try) {
	if r.options.OnTry != nil {
		r.options.OnTry(ctx, t)
	}
}

// enter takes a place on the first link that does not rest and is not full. If all rest, any that is not full will do. Whoever
// entered must try.
func (r *Route) enter(links []*link, m cattlegrid.Message) (entry, bool) {
	full := false
	for _, l := range links {
		if l.pauses.paused(m, r.options.Clock()) {
			continue
		}
		done, ok := l.breaker.allow()
		if !ok {
			continue
		}
		if l.enter() {
			return entry{link: l, done: done}, true
		}
		done(errSaysNothing)
		full = true
	}
	if full {
		return entry{}, false
	}
	for _, l := range links {
		if l.enter() {
			return entry{link: l, done: func(error) {}}, true // an open breaker counts nothing
		}
	}
	return entry{}, false
}

// timeLeft reports whether there is time for a second try.
func timeLeft(ctx context.Context) bool {
	deadline, _ := ctx.Deadline() // Send has set one
	return ctx.Err() == nil && time.Until(deadline) >= leastTime
}
