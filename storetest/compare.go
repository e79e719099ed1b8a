package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// runModel has the store and the model do the same random things, and wants the same answers.
func runModel(t *testing.T, r rig, s scene) {
	sequence := 0
	rapid.Check(t, func(rt *rapid.T) {
		// One store serves all sequences, each under keys of its own.
		sequence++
		c := comparison{
			T: rt, rig: r, scene: s, ctx: t.Context(), prefix: "model" + strconv.Itoa(sequence) + "_",
			model: newModel(r.now()), ids: new(int),
		}
		c.leaveHour()
		rt.Repeat(map[string]func(*rapid.T){
			"Put":     c.put,
			"Keep":    c.keep,
			"Peek":    c.peek,
			"Attempt": c.attempt,
			"Guess":   c.attempt, // twice as often
			"Delete":  c.delete,
			"Spend":   c.spend,
			"Refund":  c.refund,
			"Settle":  c.settle,
			"Verify":  c.verify,
			"Visit":   c.visit,
			"Advance": c.advanceBoth,
			"":        c.look,
		})
	})
}

// comparison is one sequence. It draws from few keys, values and IDs, so that they meet again, and from moments that lie
// on the very ends of lifetimes and windows, or, if the clock runs on by itself, a little beside them.
type comparison struct {
	*rapid.T
	rig
	scene
	ctx    context.Context //nolint:containedctx // that of the test around all sequences
	prefix string
	model  *model
	ids    *int // how many fresh ones were given out
}

func (c comparison) key(t *rapid.T) string {
	return c.prefix + rapid.SampledFrom([]string{"k1", "k2", "k3"}).Draw(t, "key")
}

func (c comparison) secret(t *rapid.T) cattlegrid.Secret {
	s := cattlegrid.Secret{
		Value:    rapid.SampledFrom([]string{"a", "b"}).Draw(t, "value"),
		Attempts: rapid.IntRange(1, 3).Draw(t, "attempts"),
		TTL:      c.span(rapid.IntRange(1, 6).Draw(t, "ttl")),
	}
	if rapid.Bool().Draw(t, "has payload") {
		s.Payload = []byte("payload " + strconv.Itoa(rapid.IntRange(0, 999).Draw(t, "payload")))
	}
	return s
}

func (c comparison) put(t *rapid.T) {
	key, s, debits := c.key(t), c.secret(t), c.debits(t, 0)
	err := c.store.Put(c.ctx, key, s, debits...)
	c.decided(err)
	c.compare(t, c.model.put(key, s, debits), answer{}, err)
	c.solvent(t, err, debits)
}

func (c comparison) keep(t *rapid.T) {
	key, s, debits := c.key(t), c.secret(t), c.debits(t, 0)
	kept, err := c.store.Keep(c.ctx, key, s, debits...)
	c.decided(err)
	c.compare(t, c.model.keep(key, s, debits), answer{Secret: kept.Secret, Next: [2]time.Duration{kept.Next, kept.Next}}, err)
	c.solvent(t, err, debits)
}

func (c comparison) peek(t *rapid.T) {
	key := c.key(t)
	s, err := c.store.Peek(c.ctx, key)
	c.compare(t, c.model.peek(key), answer{Secret: s}, err)
}

func (c comparison) attempt(t *rapid.T) {
	key, guess, debits := c.key(t), rapid.SampledFrom([]string{"a", "b", ""}).Draw(t, "guess"), c.debits(t, 0)
	payload, err := c.store.Attempt(c.ctx, key, guess, debits...)
	c.decided(err)
	c.compare(t, c.model.attempt(key, guess, debits), answer{Payload: string(payload)}, err)
	if errors.Is(err, cattlegrid.ErrWrong) {
		c.solvent(t, nil, debits)
	}
}

func (c comparison) delete(t *rapid.T) {
	key := c.key(t)
	delete(c.model.secrets, key)
	c.compare(t, answer{Outcome: "ok"}, answer{}, c.store.Delete(c.ctx, key))
}

func (c comparison) spend(t *rapid.T) {
	c.spendAll(t, c.debits(t, 1))
}

func (c comparison) spendAll(t *rapid.T, debits []cattlegrid.Debit) {
	err := c.store.Spend(c.ctx, debits...)
	c.decided(err)
	c.compare(t, c.model.spend(debits), answer{}, err)
	c.solvent(t, err, debits)
}

func (c comparison) refund(t *rapid.T) {
	debits := c.debits(t, 1)
	c.model.refund(debits)
	c.compare(t, answer{Outcome: "ok"}, answer{}, c.store.Refund(c.ctx, c.named(t, debits)...))
}

func (c comparison) settle(t *rapid.T) {
	c.settleAll(t, rapid.StringMatching(`[1-9]`).Draw(t, "credit"), c.debits(t, 0))
}

func (c comparison) settleAll(t *rapid.T, id string, debits []cattlegrid.Debit) {
	credit := cattlegrid.Debit{
		Key: c.prefix + "credit", ID: id, Cost: 1, Limits: []guard.Limit{{Name: "credit", Max: 3, Window: c.span(7)}},
	}
	c.model.settle(credit, debits)
	c.compare(t, answer{Outcome: "ok"}, answer{}, c.store.Settle(c.ctx, credit, c.named(t, debits)...))
}

// verify has some numbers verified, so that there are records.
func (c comparison) verify(t *rapid.T) {
	debits := c.debits(t, 1)
	for range rapid.IntRange(1, 4).Draw(t, "numbers") {
		id := c.fresh()
		for i := range debits {
			debits[i].ID = id
		}
		c.spendAll(t, debits)
		c.settleAll(t, id, debits)
	}
}

// visit has some numbers charged to one account, one after the other, so that it fills.
func (c comparison) visit(t *rapid.T) {
	a := rapid.SampledFrom(c.accounts).Draw(t, "account")
	for range rapid.IntRange(2, 9).Draw(t, "visitors") {
		c.spendAll(t, []cattlegrid.Debit{c.on(t, a, c.fresh())})
		if rapid.IntRange(0, 2).Draw(t, "pause") == 0 {
			c.pass(c.unit)
			c.leaveHour()
		}
	}
}

// look compares, after any step, what is used on all accounts: a charge that is above every ceiling tells it and is not made.
func (c comparison) look(t *rapid.T) {
	if rapid.Bool().Draw(t, "look away") {
		return
	}
	var debits []cattlegrid.Debit
	for _, a := range c.accounts {
		debits = append(debits, c.on(t, a, "look"))
	}
	for i := range debits {
		debits[i].Cost = guard.MaxUnits
	}
	c.spendAll(t, debits)
}

// named leaves out all limits of each debit but one, or not: key and ID name the charge.
func (c comparison) named(t *rapid.T, debits []cattlegrid.Debit) (named []cattlegrid.Debit) {
	if rapid.Bool().Draw(t, "all limits") {
		return debits
	}
	for _, d := range debits {
		named = append(named, only(d, 0))
	}
	return named
}

func (c comparison) advanceBoth(t *rapid.T) {
	c.pass(c.passes(t))
	c.leaveHour()
}

func (c comparison) pass(d time.Duration) {
	c.advance(d)
	c.model.now = c.model.now.Add(d)
}

// leaveHour lets time pass until no hour ends, and no window begins with another hour, while the clock runs on by itself.
func (c comparison) leaveHour() {
	for c.drift > 0 && c.model.now.Sub(c.model.now.Truncate(time.Hour)) > time.Hour-2*c.half() {
		c.pass(2 * c.half())
	}
}

// decided tells the model what the store did, for where the contract leaves it open.
func (c comparison) decided(err error) { c.model.granted = !errors.Is(err, cattlegrid.ErrLimit) }

// solvent wants no window to hold more than the ceiling after a grant.
func (c comparison) solvent(t *rapid.T, err error, debits []cattlegrid.Debit) {
	t.Helper()
	if err != nil {
		return
	}
	if over := c.model.overdrawn(debits); over != "" {
		t.Fatal(over)
	}
}

// compare wants got, whose outcome err tells, to be the answer want.
func (c comparison) compare(t *rapid.T, want, got answer, err error) {
	t.Helper()
	var wrong *cattlegrid.WrongError
	var limit *cattlegrid.LimitError
	switch {
	case err == nil:
		got.Outcome = "ok"
	case errors.As(err, &wrong):
		got.Outcome = fmt.Sprintf("wrong, %d left", wrong.AttemptsLeft)
	case errors.As(err, &limit):
		got.Outcome = "limit"
	case errors.Is(err, cattlegrid.ErrNotFound):
		got.Outcome = "absent"
	default:
		got.Outcome = err.Error()
	}
	if got.Outcome != want.Outcome || got.Payload != want.Payload {
		t.Fatalf("got %q with payload %q, want %q with %q; refusals %+v, want %+v",
			got.Outcome, got.Payload, want.Outcome, want.Payload, refusals(err), want.Refusals)
	}
	if g, w := got.Secret, want.Secret; g.Value != w.Value || g.Attempts != w.Attempts || string(g.Payload) != string(w.Payload) || !c.near(g.TTL, w.TTL) {
		t.Fatalf("got secret %+v, want %+v", g, w)
	}
	if !c.within(got.Next[0], want.Next) {
		t.Fatalf("got Next %v, want one of %v", got.Next[0], want.Next)
	}
	if limit != nil {
		c.compareRefusals(t, want.Refusals, limit)
	}
}

func refusals(err error) []cattlegrid.Refusal {
	if limit, ok := errors.AsType[*cattlegrid.LimitError](err); ok {
		return limit.Refusals
	}
	return nil
}

// compareRefusals wants all that does not fit to be named, in order, and nothing that fits.
func (c comparison) compareRefusals(t *rapid.T, want []verdict, got *cattlegrid.LimitError) {
	t.Helper()
	rest := got.Refusals
	for _, v := range want {
		if len(rest) == 0 || rest[0].Limit != v.limit || !cmp.Equal(rest[0].Debit, v.debit) {
			if v.wait[0] > 0 {
				t.Fatalf("refused %+v, want %+v among them", got.Refusals, v)
			}
			continue // may fit
		}
		refusal := rest[0]
		rest = rest[1:]
		if refusal.Wait <= 0 || !c.within(refusal.Wait, v.wait) || refusal.Base != v.base || refusal.Used < v.used[0] || refusal.Used > v.used[1] {
			t.Fatalf("refused %+v, want %+v", refusal, v)
		}
	}
	if len(rest) > 0 {
		t.Fatalf("refused %+v, which is none of %+v", rest, want)
	}
	if by := longest(got.Refusals); got.RetryAfter != by.Wait || got.Limit != by.Limit {
		t.Fatalf("refused by %+v for %v, want the longest of %+v", got.Limit, got.RetryAfter, got.Refusals)
	}
}

// within reports whether d lies between the bounds, but for the clock's own running.
func (c comparison) within(d time.Duration, bounds [2]time.Duration) bool {
	return d >= bounds[0]-c.drift && d <= bounds[1]+c.drift
}
