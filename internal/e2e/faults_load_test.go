package e2e_test

import (
	"context"
	"sync"
	"testing"
	"time"
)

// errand is what a visitor under faults is up to.
type errand int

const (
	straight  errand = iota // all the way, with a code that is typed twice at once, and tried for another number
	doubling                // two numbers with one challenge, at once
	repeating               // a number that others ask for as well
	sharing                 // an address that others have as well
	errands   int    = iota
)

const (
	faultPace   = 25 * time.Millisecond // one visitor each
	faultFlight = 96                    // visitors under way, at most
	faultWait   = 90 * time.Second      // for anything to come about; a busy machine needs a while
)

// visits has visitors come until the function that it returns is called.
func (s *site) visits() (stop func()) {
	ctx, cancel := context.WithCancel(s.t.Context())
	var all sync.WaitGroup
	all.Go(func() {
		slots := make(chan struct{}, faultFlight)
		come := time.NewTicker(faultPace)
		defer come.Stop()
		for n := 0; ; n++ {
			select {
			case <-come.C:
			case <-ctx.Done():
				return
			}
			select {
			case slots <- struct{}{}:
				all.Go(func() {
					s.visitAt(n)
					<-slots
				})
			default: // too many wait already
			}
		}
	})
	return func() {
		cancel()
		all.Wait()
	}
}

// visitAt is one visitor, who meets another gate at each step.
func (s *site) visitAt(n int) {
	kind, id, number, client := errand(n%errands), s.id(), s.number(), s.address()
	switch kind {
	case repeating:
		number = s.favourites[n/errands%len(s.favourites)]
	case sharing:
		client = s.offices[n/errands%len(s.offices)]
	default:
	}
	about := asked{kind: kind, challenge: id, number: number, client: client}
	if shown := s.ask(about, "picture", n, func(g *gate) reply { return g.picture(id, "") }); shown.status != 200 || shown.Errno != "" {
		return
	}
	answer := s.reads(&about)
	if answer == "" {
		return
	}
	s.secrets.add(anAnswer, answer)
	send := func(about asked, at int) reply {
		return s.ask(about, "send", at, func(g *gate) reply { return g.smsCode(about.number, challenge{about.challenge, answer}, about.client) })
	}
	if kind == doubling {
		other := about
		other.number = s.number()
		all(2, func(i int) reply { return send([]asked{about, other}[i], n+i) })
		return
	}
	if sent := send(about, n+1); kind == straight && sent.outcome() == "0" {
		s.typesCode(about, n, sent.verification())
	}
}

// reads returns the answer of the challenge that a visitor is shown, or gives the visitor another one.
func (s *site) reads(about *asked) string {
	if s.solved == nil {
		return s.answer(about.challenge)
	}
	select {
	case c := <-s.solved:
		about.challenge = c.id
		return c.answer
	default:
		return ""
	}
}

// typesCode types the code twice at once, after a wrong one, and after it was tried for another number.
func (s *site) typesCode(about asked, n int, verification string) {
	code := s.provider.code(about.number)
	check := func(what, verification, code string, at int) reply {
		typed := about // a copy, since two may type at once
		typed.verification = verification
		return s.ask(typed, what, at, func(g *gate) reply { return g.check(verification, code) })
	}
	check("wrong", verification, otherThan(code), n)
	if others := s.those(func(a asked) bool {
		return a.what == "send" && a.number != about.number && a.reply.verification() != ""
	}); len(others) > 0 {
		other := others[len(others)-1]
		if s.provider.code(other.number) != code {
			check("foreign", other.reply.verification(), code, n+1)
		}
	}
	all(2, func(i int) reply { return check("check", verification, code, n+i) })
}

func (s *site) ask(about asked, what string, at int, do func(g *gate) reply) reply {
	g := s.gate(at)
	about.what, about.gate = what, g.url
	return s.note(about, func() reply { return do(g) })
}

// awaits returns when ok says true.
func (s *site) awaits(t *testing.T, what string, ok func() bool) {
	t.Helper()
	await(t, what, faultWait, ok)
}

// isFailing returns when so many requests since the fault have failed.
func (s *site) isFailing(t *testing.T, n int) {
	t.Helper()
	s.awaits(t, "requests to fail", func() bool {
		return s.count(func(a asked) bool { return a.began.After(s.injected) && a.failed() }) >= n
	})
}

// isServing returns when each gate has served so many requests that began after a moment, the last ones in a row.
func (s *site) isServing(t *testing.T, after time.Time, n int) {
	t.Helper()
	s.awaits(t, "all gates to serve", func() bool {
		row := map[string]int{}
		for _, a := range s.since(after) {
			if row[a.gate]++; a.failed() {
				row[a.gate] = 0
			}
		}
		for _, g := range s.all() {
			if row[g.url] < n {
				return false
			}
		}
		return true
	})
}

// isFull returns when a number and a client that are new were refused by a limit: all that may be sent in total has been.
func (s *site) isFull(t *testing.T, after time.Time) {
	t.Helper()
	s.awaits(t, "the limit on all messages to be reached", func() bool {
		return s.count(func(a asked) bool {
			return a.began.After(after) && a.kind == straight && a.what == "send" && a.limited()
		}) >= 3
	})
}
