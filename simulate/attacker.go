package simulate

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// assault is one attacker at work.
type assault struct {
	*world
	*Attacker
	numbers   *numbers
	addresses addresses
	random    *rand.Rand
	end       time.Time

	effort guard.Effort // that was asked for last: who learns begins with it
}

// attack plans what the i-th attacker does.
func (w *world) attack(i int, numbers *numbers) {
	a := &w.scenario.Attackers[i]
	b := &assault{
		world: w, Attacker: a, numbers: numbers,
		addresses: addresses{party: i + 1, perNetwork: a.PerNetwork, ipv6: a.IPv6},
		random:    w.scenario.random(streamAttack + uint64(i)), //nolint:gosec // at most maxParties
		end:       begin.Add(a.end()),
	}
	b.queue.plan(begin.Add(time.Duration(a.Start)).UnixNano(), b.next)
}

// next plans the next attempt.
func (a *assault) next() {
	wait := apart(a.PerHour, a.random)
	if a.now.Add(wait).Before(a.end) {
		a.after(wait, func() {
			a.next()
			a.attempt(a.numbers.draw(a.random), 0)
		})
	}
}

// attempt is one try to make one message leave.
type attempt struct {
	*assault
	phone  string
	client netip.Addr
	sent   int // messages to this number before
	asked  int // how often more was asked for
}

func (a *assault) attempt(phone string, sent int) {
	a.tally.attempt(a.now)
	t := &attempt{assault: a, phone: phone, sent: sent, client: a.addresses.at(a.random.IntN(a.Addresses))}
	t.ask()
}

func (t *attempt) ask() {
	id, takes, err := t.challenge(byAttacker, t.client, t.effort)
	switch {
	case err == nil:
		t.after(time.Duration(t.SolveTime), func() { t.answer(id, takes) })
	case !errors.Is(err, cattlegrid.ErrLimit):
		t.fail("ask for an attacker's challenge", err)
	}
}

func (t *attempt) answer(id string, takes guard.Effort) {
	accuracy := t.Accuracy
	if takes > guard.Normal {
		accuracy = t.HardAccuracy
	}
	verification, err := t.send(byAttacker, id, takes, t.random.Float64() < accuracy, t.phone, t.client)
	var more *cattlegrid.MoreError
	switch {
	case err == nil:
		t.receive(verification)
	case errors.As(err, &more):
		if t.GivesUp {
			return
		}
		t.effort = max(t.effort, more.Effort)
		if t.asked++; t.asked <= 2 {
			t.ask()
		}
	case errors.Is(err, cattlegrid.ErrWrongAnswer), errors.Is(err, cattlegrid.ErrLimit), errors.Is(err, cattlegrid.ErrDenied):
	default:
		t.fail("send an attacker's code", err)
	}
}

// receive types the code in, or does not, at the attacker's share. To a number that is not verified another message is asked
// for as soon as the gate says that it may leave, from another address.
func (t *attempt) receive(verification cattlegrid.Verification) {
	if t.random.Float64() >= t.Convert {
		if again := verification.ResendAfter + time.Second; t.sent+1 < t.Repeats && t.now.Add(again).Before(t.end) {
			t.after(again, func() { t.attempt(t.phone, t.sent+1) })
		}
		return
	}
	code := t.code
	t.after(10*time.Second+time.Duration(t.random.Int64N(int64(20*time.Second))), func() {
		switch err := t.check(byAttacker, verification.ID, code); {
		case err == nil:
			t.tally.verified(t.now)
		case !errors.Is(err, cattlegrid.ErrVerificationExpired) && !errors.Is(err, cattlegrid.ErrLimit):
			t.fail("check an attacker's code", err)
		}
	})
}
