package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// runModel has the store and the model do the same random things, and wants the same answers.
func runModel(t *testing.T, r rig) {
	sequence := 0
	rapid.Check(t, func(rt *rapid.T) {
		// One store serves all sequences, each under keys of its own.
		sequence++
		c := comparison{
			T: rt, rig: r, ctx: t.Context(), prefix: "model" + strconv.Itoa(sequence) + "_",
			model: &model{secrets: map[string]modelSecret{}},
		}
		rt.Repeat(map[string]func(*rapid.T){
			"Put":     c.put,
			"Keep":    c.keep,
			"Peek":    c.peek,
			"Attempt": c.attempt,
			"Guess":   c.attempt, // twice as often
			"Delete":  c.delete,
			"Spend":   c.spend,
			"Refund":  c.refund,
			"Advance": c.advanceBoth,
		})
	})
}

// comparison is one sequence. It draws from few keys, values and IDs, so that they meet again, and from moments that lie
// on the very ends of lifetimes and windows, or, if the clock runs on by itself, half a unit beside them.
type comparison struct {
	*rapid.T
	rig
	ctx    context.Context //nolint:containedctx // that of the test around all sequences
	prefix string
	model  *model
}

const unit = 10 * time.Second

func (c comparison) span(units int) time.Duration {
	if c.drift > 0 {
		return time.Duration(units)*unit - unit/2
	}
	return time.Duration(units) * unit
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

// limits are those of the accounts, each of which has one.
var limits = []guard.Limit{
	{Name: "tight", Max: 1, Window: 2},
	{Name: "middle", Max: 4, Window: 5},
	{Name: "wide", Max: 9, Window: 12},
}

func (c comparison) debits(t *rapid.T, least int) []cattlegrid.Debit {
	chosen := rapid.SliceOfNDistinct(rapid.IntRange(0, len(limits)-1), least, len(limits), rapid.ID).Draw(t, "accounts")
	debits := make([]cattlegrid.Debit, 0, len(chosen))
	for _, i := range chosen {
		limit := limits[i]
		limit.Window = c.span(int(limit.Window))
		debits = append(debits, cattlegrid.Debit{
			Limit: limit,
			Key:   c.prefix + limit.Name,
			ID:    rapid.StringMatching(`[1-9]`).Draw(t, "id"),
			Cost:  rapid.IntRange(1, min(limit.Max, 4)).Draw(t, "cost"),
		})
	}
	return debits
}

func (c comparison) put(t *rapid.T) {
	key, s, debits := c.key(t), c.secret(t), c.debits(t, 0)
	err := c.store.Put(c.ctx, key, s, debits...)
	c.compare(t, c.model.put(key, s, debits), answer{}, err, debits)
}

func (c comparison) keep(t *rapid.T) {
	key, s, debits := c.key(t), c.secret(t), c.debits(t, 0)
	kept, err := c.store.Keep(c.ctx, key, s, debits...)
	c.compare(t, c.model.keep(key, s, debits), answer{Secret: kept}, err, debits)
}

func (c comparison) peek(t *rapid.T) {
	key := c.key(t)
	s, err := c.store.Peek(c.ctx, key)
	c.compare(t, c.model.peek(key), answer{Secret: s}, err, nil)
}

func (c comparison) attempt(t *rapid.T) {
	key, guess, debits := c.key(t), rapid.SampledFrom([]string{"a", "b", ""}).Draw(t, "guess"), c.debits(t, 0)
	payload, err := c.store.Attempt(c.ctx, key, guess, debits...)
	c.compare(t, c.model.attempt(key, guess, debits), answer{Payload: string(payload)}, err, debits)
}

func (c comparison) delete(t *rapid.T) {
	key := c.key(t)
	delete(c.model.secrets, key)
	c.compare(t, answer{Outcome: "ok"}, answer{}, c.store.Delete(c.ctx, key), nil)
}

func (c comparison) spend(t *rapid.T) {
	debits := c.debits(t, 1)
	err := c.store.Spend(c.ctx, debits...)
	c.compare(t, c.model.spend(debits), answer{}, err, debits)
}

func (c comparison) refund(t *rapid.T) {
	debits := c.debits(t, 1)
	err := c.store.Refund(c.ctx, debits...)
	c.compare(t, c.model.refund(debits), answer{}, err, debits)
}

func (c comparison) advanceBoth(t *rapid.T) {
	d := time.Duration(rapid.IntRange(1, 8).Draw(t, "units")) * unit
	c.advance(d)
	c.model.now += d
}

// compare wants got, whose outcome err tells, to be the answer want.
func (c comparison) compare(t *rapid.T, want, got answer, err error, debits []cattlegrid.Debit) {
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
		t.Fatalf("got %q with payload %q, want %q with %q", got.Outcome, got.Payload, want.Outcome, want.Payload)
	}
	if g, w := got.Secret, want.Secret; g.Value != w.Value || g.Attempts != w.Attempts || string(g.Payload) != string(w.Payload) || !c.near(g.TTL, w.TTL) {
		t.Fatalf("got secret %+v, want %+v", g, w)
	}
	if limit == nil {
		return
	}
	i := slices.Index(debits, limit.Debit)
	if i < 0 {
		t.Fatalf("refused %+v, which is none of %+v", limit.Debit, debits)
	}
	if longest := slices.Max(want.Waits); !c.near(limit.RetryAfter, longest) || !c.near(want.Waits[i], longest) {
		t.Fatalf("refused %s for %v, want the longest of %v", limit.Debit.Limit.Name, limit.RetryAfter, want.Waits)
	}
}
