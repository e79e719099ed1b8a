package e2e_test

import (
	"context"
	"math/rand/v2"
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

	returning = errand(errands) // with what was used before the fault
)

const (
	faultPace   = 25 * time.Millisecond // one visitor each
	faultFlight = 96                    // visitors under way, at most
	faultTarry  = time.Second           // at most, to read a picture or a message
	faultWait   = 90 * time.Second      // for anything to come about; a busy machine needs a while
	enoughUsed  = 6                     // challenges and codes that are used before the fault
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
					s.visitAt(ctx, n)
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

// visitAt is one visitor, who meets another gate at each step, and takes some time to read, so that there always are challenges
// and codes that are not used yet.
func (s *site) visitAt(ctx context.Context, n int) {
	kind, id, number, client := errand(n%errands), s.id(), s.number(), s.address()
	switch kind {
	case repeating:
		number = s.favourites[n/errands%len(s.favourites)]
	case sharing:
		client = s.offices[n/errands%len(s.offices)]
	default:
	}
	about := asked{kind: kind, challenge: challenge{id: id}, number: number, client: client}
	if shown := s.ask(about, "picture", n, func(g *gate) reply { return g.picture(id, "") }); shown.status != 200 || shown.Errno != "" {
		return
	}
	if about.challenge = s.reads(id); about.challenge.answer == "" {
		return
	}
	s.secrets.add(anAnswer, about.challenge.answer)
	tarry(ctx)
	if kind == doubling {
		other := about
		other.number = s.number()
		all(2, func(i int) reply { return s.sends([]asked{about, other}[i], n+i) })
		return
	}
	if sent := s.sends(about, n+1); kind == straight && sent.outcome() == "0" {
		s.typesCode(ctx, about, n, sent.verification())
	}
}

// tarry takes some time, unless ctx is done.
func tarry(ctx context.Context) {
	timer := time.NewTimer(rand.N(faultTarry))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (s *site) sends(about asked, at int) reply {
	return s.ask(about, "send", at, func(g *gate) reply { return g.smsCode(about.number, about.challenge, about.client) })
}

func (s *site) checks(what string, about asked, at int) reply {
	return s.ask(about, what, at, func(g *gate) reply { return g.check(about.verification, about.code) })
}

// presentsUsed has visitors come back with challenges, for new numbers, and with codes that were used before the fault, the last
// ones first of all: what a store forgets is what came last.
func (s *site) presentsUsed(t *testing.T) {
	t.Helper()
	const most = 20
	used := func(what, outcome string) []asked {
		all := s.those(func(a asked) bool {
			return a.what == what && a.reply.outcome() == outcome && a.ended.Before(s.injected)
		})
		if len(all) < enoughUsed {
			t.Errorf("%d of %s were used before the fault: too few to say anything", len(all), what)
		}
		return all[max(0, len(all)-most):]
	}
	challenges, codes := used("send", "0"), used("check", "200")
	each(len(challenges), func(i int) reply {
		again := challenges[i]
		again.kind, again.number, again.client = returning, s.number(), s.address()
		return s.sends(again, i)
	})
	each(len(codes), func(i int) reply {
		again := codes[i]
		again.kind = returning
		return s.checks("check", again, i)
	})
}

// reads returns the challenge that a visitor is shown with its answer, or another one.
func (s *site) reads(id string) challenge {
	if s.solved == nil {
		return challenge{id, s.answer(id)}
	}
	select {
	case c := <-s.solved:
		return c
	default:
		return challenge{}
	}
}

// typesCode types the code twice at once, after a wrong one, and after it was tried for another number.
func (s *site) typesCode(ctx context.Context, about asked, n int, verification string) {
	code := s.provider.code(about.number)
	tarry(ctx)
	check := func(what, verification, code string, at int) reply {
		typed := about // a copy, since two may type at once
		typed.verification, typed.code = verification, code
		return s.checks(what, typed, at)
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

// isAsked returns when so many requests since the fault have come.
func (s *site) isAsked(t *testing.T, n int) {
	t.Helper()
	s.awaits(t, "requests to come", func() bool { return len(s.since(s.injected)) >= n })
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
