package simulate

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/captcha"
	"github.com/cattlegrid/cattlegrid/guard"
)

// world is a gate, a clock and what is going to happen. It is not safe for concurrent use: everything happens in the
// order of the clock.
type world struct {
	ctx      context.Context //nolint:containedctx // of the run, which is what a world is
	scenario *Scenario
	policy   guard.Policy
	now      time.Time
	until    time.Time // when the last visitor comes
	queue    queue
	store    *cattlegrid.MemStore
	gate     *cattlegrid.Gate

	tally    *tally
	actor    party  // on whose behalf the gate is asked right now
	code     string // of the last message
	ids      int    // challenges so far
	requests int
	err      error // what must not happen
}

// party is whom a request comes from.
type party int

const (
	byVisitor party = iota
	byAttacker
)

// site is what a world keeps when it is left: the state of its store and the keys that it goes by.
type site struct {
	keys  cattlegrid.Keys
	state map[string][]byte
}

// newWorld returns a world at a moment, with what was kept of another one; journal lets it be kept again.
func newWorld(ctx context.Context, s *Scenario, policy guard.Policy, at time.Time, before *site, journal bool) (*world, error) {
	w := &world{ctx: ctx, scenario: s, policy: policy, now: at, tally: newTally(s)}
	clock := func() time.Time { return w.now }
	w.store = cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: clock, Journal: journal, MaxEntries: 1 << 30})
	for key, record := range before.state {
		if err := w.store.Restore(key, record); err != nil {
			return nil, fmt.Errorf("restore the history: %w", err)
		}
	}
	var err error
	w.gate, err = newGate(w, w.store, before.keys, &policy)
	return w, err
}

// newGate returns the gate of a world, over its store or something around that.
func newGate(w *world, store cattlegrid.Store, keys cattlegrid.Keys, policy *guard.Policy) (*cattlegrid.Gate, error) {
	gate, err := cattlegrid.New(cattlegrid.Options{
		Sender: w,
		Store:  store,
		Keys:   keys,
		Policy: policy,
		// The least picture there is. It has letters since these are drawn fastest.
		Style:        captcha.Style{Level: captcha.Easy, Length: 4, Width: 64, Height: 24},
		Describe:     describe,
		Price:        w.price,
		Work:         cattlegrid.WorkOptions{Bits: 1, Count: 1, AloneBits: 1},
		Clock:        func() time.Time { return w.now },
		StoreTimeout: time.Hour, // by the real clock, which means nothing here
		SendTimeout:  time.Hour,
		OnDecision:   w.decided,
	})
	if err != nil {
		return nil, fmt.Errorf("make a gate: %w", err)
	}
	return gate, nil
}

// keep returns what lasts of a world whose store has a journal.
func (w *world) keep(keys cattlegrid.Keys) *site {
	state := map[string][]byte{}
	w.store.Drain(func(key string, record []byte) {
		if record != nil {
			state[key] = slices.Clone(record)
		}
	})
	return &site{keys: keys, state: state}
}

// live lets everything happen, until nothing is planned any more. It reports how far it is now and then.
func (w *world) live(report func(now time.Time)) error {
	for n := 0; w.err == nil; n++ {
		e, ok := w.queue.next()
		if !ok {
			return nil
		}
		w.now = time.Unix(0, e.at)
		if n%1024 == 0 {
			report(w.now)
			w.err = w.ctx.Err()
		}
		e.do()
	}
	return w.err
}

// after plans what happens some time from now.
func (w *world) after(wait time.Duration, do func()) { w.queue.plan(w.now.Add(wait).UnixNano(), do) }

// fail ends the world because of something that must not happen.
func (w *world) fail(doing string, err error) {
	if w.err == nil {
		w.err = fmt.Errorf("%s at %v: %w", doing, w.now.Sub(begin), err)
	}
}

// Send implements [cattlegrid.Sender]: each message arrives.
func (w *world) Send(_ context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	w.code = m.Code
	w.tally.message(w.now, w.actor, w.price(describe(m.To)))
	return cattlegrid.Delivery{Provider: "simulate"}, nil
}

// price is that of a message, in ten thousandths of the currency.
func (w *world) price(n guard.Number) int {
	prices := &w.scenario.Prices
	if p, ok := prices.Countries[n.Country]; ok {
		return unit(p)
	}
	if n.Country == mainland {
		return unit(prices.Home)
	}
	return unit(prices.Abroad)
}

func (w *world) decided(_ context.Context, d cattlegrid.Decision) {
	if d.Err != nil {
		w.fail("record a verified number", d.Err)
	}
	w.tally.decided(w.actor, d)
}

// challenge asks for a challenge, and returns its id and the effort that it takes.
func (w *world) challenge(actor party, client netip.Addr, effort guard.Effort) (id string, takes guard.Effort, err error) {
	w.actor = actor
	w.requests++
	w.ids++
	id = "simulated-" + strconv.Itoa(w.ids)
	c, err := w.gate.Challenge(w.ctx, cattlegrid.ChallengeRequest{ID: id, Client: client, Effort: effort})
	return id, c.Effort, err
}

// send answers a challenge, rightly or wrongly, with the work that it takes, and asks for a code.
func (w *world) send(actor party, id string, takes guard.Effort, right bool, phone string, client netip.Addr) (cattlegrid.Verification, error) {
	w.actor = actor
	w.requests++
	answer := "wrong"
	if right {
		challenge, err := w.store.Peek(w.ctx, "ImageCode_"+id)
		if errors.Is(err, cattlegrid.ErrNotFound) {
			return cattlegrid.Verification{}, cattlegrid.ErrChallengeExpired
		} else if err != nil {
			return cattlegrid.Verification{}, err
		}
		answer = challenge.Value
	}
	r := cattlegrid.SendRequest{ChallengeID: id, Answer: answer, Phone: phone, Purpose: "register", Client: client}
	if takes == guard.Work {
		task, err := w.gate.Task(w.ctx, cattlegrid.TaskRequest{ID: id, Client: client})
		if err != nil {
			return cattlegrid.Verification{}, err
		}
		if r.Work, err = task.Solve(w.ctx); err != nil {
			return cattlegrid.Verification{}, err
		}
	}
	return w.gate.SendCode(w.ctx, r)
}

// check types a code in.
func (w *world) check(actor party, verification, code string) error {
	w.actor = actor
	w.requests++
	_, err := w.gate.CheckCode(w.ctx, cattlegrid.CheckRequest{VerificationID: verification, Code: code})
	return err
}

// Streams of randomness: each part of the world draws from its own, so that a change of one leaves the others alone.
const (
	streamNumbers uint64 = (iota + 1) << 48
	streamHistory
	streamEve
	streamDay
	streamAttack
)

func (s *Scenario) random(stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(s.Seed, stream)) //nolint:gosec // the world is no secret, and has to be made again of its seed
}
