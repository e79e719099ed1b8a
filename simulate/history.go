package simulate

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

const day = 24 * time.Hour

// eve is the last day before, which is lived as any other: what was sent and not verified in it still counts.
const eve = day

// remember lives the days before the simulation. Whom the policy would have refused then is recorded all the same, as
// for a site that watched before it let the policy refuse; all but the last day, which the policy rules.
func remember(ctx context.Context, s *Scenario, policy guard.Policy, visitors *numbers, attackers []*numbers, report func(time.Time)) (*site, error) {
	keys, err := cattlegrid.NewKeys()
	if err != nil {
		return nil, fmt.Errorf("make keys: %w", err)
	}
	if s.History == 0 {
		return &site{keys: keys}, nil
	}
	start := begin.Add(-time.Duration(s.History) * day)
	w, err := newWorld(ctx, s, policy, start, &site{keys: keys}, true)
	if err != nil {
		return nil, err
	}
	r, err := newRecorder(w, keys)
	if err != nil {
		return nil, err
	}
	w.until = begin.Add(-eve)
	r.visit(visitors)
	for i, numbers := range attackers {
		r.prepare(&s.Attackers[i], numbers)
	}
	if err := w.live(report); err != nil {
		return nil, fmt.Errorf("live the history: %w", err)
	}
	w.now, w.until = begin.Add(-eve), begin
	w.visit(visitors, streamEve)
	if err := w.live(report); err != nil {
		return nil, fmt.Errorf("live the day before: %w", err)
	}
	return w.keep(keys), nil
}

// recorder lets numbers be verified without the challenge, the message and the proof, which leave nothing behind.
type recorder struct {
	*world
	gate    *cattlegrid.Gate // refuses nothing
	charged []cattlegrid.Debit
	own     bool // the visitor's address is nobody else's: what is charged to it will never matter again
	random  *rand.Rand
	count   int
}

func newRecorder(w *world, keys cattlegrid.Keys) (*recorder, error) {
	r := &recorder{world: w, random: w.scenario.random(streamHistory)}
	policy := w.policy
	policy.Send = make([]guard.Limit, len(w.policy.Send))
	for i, l := range w.policy.Send {
		l.Max, l.Hard, l.Work = guard.MaxUnits, 0, 0
		policy.Send[i] = l
	}
	policy.Rules = guard.Rules{}
	var err error
	r.gate, err = newGate(w, recording{w.store, r}, keys, &policy)
	return r, err
}

// recording is a store that is charged for a message with what lasts alone, and notes it.
type recording struct {
	*cattlegrid.MemStore
	r *recorder
}

// Keep implements [cattlegrid.Store].
func (s recording) Keep(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) (cattlegrid.Kept, error) {
	s.r.charged = slices.DeleteFunc(slices.Clone(debits), func(d cattlegrid.Debit) bool {
		per := d.Limits[0].Per
		return s.r.own && (per == guard.PerClient || per == guard.PerNetwork) || !counts(d) && d.Longest() <= eve
	})
	return s.MemStore.Keep(ctx, key, secret, s.r.charged...)
}

// counts reports whether a charge is given back when the number is verified.
func counts(d cattlegrid.Debit) bool {
	of := d.Limits[0].Of
	return of == guard.Unverified || of == guard.UnverifiedSends
}

// visit lets those visitors come who verify their numbers.
func (r *recorder) visit(numbers *numbers) {
	s := &r.scenario.Visitors
	perHour := s.PerHour * s.Convert * (1 - pow(1-s.Solve, s.Tries))
	if perHour == 0 {
		return
	}
	var next func()
	next = func() {
		var client netip.Addr
		client, r.own = s.address(r.random)
		r.verify(numbers.draw(r.random), client)
		if at := arrival(r.now, perHour, r.random); at.Before(r.until) {
			r.queue.plan(at.UnixNano(), next)
		}
	}
	r.queue.plan(arrival(r.now, perHour, r.random).UnixNano(), next)
}

// prepare verifies an attacker's own numbers, in the days before, so that their prefixes have a record.
func (r *recorder) prepare(a *Attacker, numbers *numbers) {
	for i := range numbers.prefixes {
		for n := range a.Record {
			at := r.now.Add(time.Duration(r.random.Int64N(int64(r.until.Sub(r.now)) + 1)))
			client := addresses{party: maxParties - 1, perNetwork: 1}.at(i*a.Record + n)
			r.queue.plan(at.UnixNano(), func() {
				r.own = true
				r.verify(numbers.of(i, n), client)
			})
		}
	}
}

func pow(x float64, n int) float64 {
	y := 1.0
	for range n {
		y *= x
	}
	return y
}

// verify sends a code and settles what it cost.
func (r *recorder) verify(phone string, client netip.Addr) {
	r.count++
	id := "remembered-" + strconv.Itoa(r.count)
	secret := cattlegrid.Secret{Value: "A", Attempts: 1, TTL: time.Minute}
	if err := r.store.Put(r.ctx, "ImageCode_"+id, secret); err != nil {
		r.fail("remember a challenge", err)
		return
	}
	request := cattlegrid.SendRequest{ChallengeID: id, Answer: secret.Value, Phone: phone, Purpose: "register", Client: client}
	if _, err := r.gate.SendCode(r.ctx, request); err != nil {
		r.fail("remember a message", err)
		return
	}
	credit := cattlegrid.Debit{
		Key: "Remembered_" + id, ID: id, Cost: 1,
		Limits: []guard.Limit{{Name: "remembered", Per: guard.PerPhone, Max: 1, Window: time.Minute}},
	}
	given := slices.DeleteFunc(r.charged, func(d cattlegrid.Debit) bool { return !counts(d) })
	if err := r.store.Settle(r.ctx, credit, given...); err != nil {
		r.fail("remember a verified number", err)
	}
}
