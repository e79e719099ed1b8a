package e2e_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

const (
	crowd  = 64 // how many do the same at once
	rounds = 3  // of each race
)

// fleet is gates that share a Redis and keys.
type fleet struct {
	*world
	server *redistest.Server
	gates  []*gate
}

// newFleet starts three processes at once, on one Redis and one data directory, where they find or make their keys. The
// lines are their configuration of the guard.
func newFleet(t *testing.T, lines ...string) *fleet {
	t.Helper()
	f := &fleet{world: newWorld(t), server: redistest.Start(t)}
	data, limits := newData(t), f.guard(lines...)
	for _, format := range []string{"json", "text", "json"} {
		f.gates = append(f.gates, f.startOnRedis(f.server, data, limits, "CATTLEGRID_LOG_FORMAT="+format))
	}
	for _, g := range f.gates {
		g.listens()
	}
	return f
}

// gate returns the one that the i-th visitor meets.
func (f *fleet) gate(i int) *gate { return f.gates[i%len(f.gates)] }

// wantOutcomes compares what visitors were answered, and how many messages left for them.
func (f *fleet) wantOutcomes(t *testing.T, replies []reply, want map[string]int, messages int) {
	t.Helper()
	if diff := cmp.Diff(want, outcomes(replies)); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if got := len(f.provider.sent()); got != messages {
		t.Errorf("%d messages left so far, want %d", got, messages)
	}
}

// One right answer, given by 64 visitors for 64 phones at three gates at once, sends exactly one message.
func TestReplicasOneAnswer(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	for round := range rounds {
		solved := f.gate(round).challenge()
		replies := all(crowd, func(i int) reply { return f.gate(i).smsCode(f.number(), solved, "") })
		f.wantOutcomes(t, replies, map[string]int{"0": 1, "4002": crowd - 1}, round+1)
	}
}

// 64 challenges, solved for one phone at three gates at once, send exactly one message.
func TestReplicasOnePhone(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	for round := range rounds {
		solved, number := f.gate(round).challenges(crowd), f.number()
		replies := all(crowd, func(i int) reply { return f.gate(i).smsCode(number, solved[i], "") })
		f.wantOutcomes(t, replies, map[string]int{"0": 1, "4201": crowd - 1}, round+1)
		if got := len(f.provider.sentTo(number)); got != 1 {
			t.Errorf("%d messages left for the phone, want 1", got)
		}
	}
}

// 64 challenges, solved by one client for 64 phones at three gates at once, send exactly 30 messages.
func TestReplicasOneClient(t *testing.T) {
	t.Parallel()
	f := newFleet(t, withoutBudgets(nil, thirtyPerClient)...)
	for round := range rounds {
		solved, client := f.gate(round).challenges(crowd), f.address()
		replies := all(crowd, func(i int) reply { return f.gate(i).smsCode(f.number(), solved[i], client) })
		f.wantOutcomes(t, replies, map[string]int{"0": 30, "4202": crowd - 30}, 30*(round+1))
	}
}

// 64 requests for a challenge by one client at three gates at once show exactly 30.
func TestReplicasOneClientChallenges(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	client := f.address()
	replies := all(crowd, func(i int) reply { return f.gate(i).picture(f.id(), client) })
	f.wantOutcomes(t, replies, map[string]int{"200": 30, "4202": crowd - 30}, 0)
}

// One code, checked 64 times at three gates at once, is approved exactly once, and any gate's keys verify the proof.
func TestReplicasOneCode(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	for round := range rounds {
		number, code, verification := f.send(t, f.gate(round), f.number())
		replies := all(crowd, func(i int) reply { return f.gate(i).check(verification, code) })
		f.wantOutcomes(t, replies, map[string]int{"200": 1, "verification-expired": crowd - 1}, round+1)
		for _, r := range replies {
			if r.Proof != "" {
				wantProof(t, f.gate(round+1).get("/.well-known/jwks.json").text, r.Proof, number, "register")
			}
		}
	}
}

// Of 64 wrong codes at three gates at once exactly five are compared with the right one, which is burned after that. In
// an hour no more than fifteen are, in a day no more than 25, however many codes are sent: beyond that not even the right
// one is looked at.
func TestReplicasWrongCodes(t *testing.T) {
	t.Parallel()
	f := newFleet(t, withoutBudgets(nil)...)
	number := f.number()
	guess := func(round int, want map[string]int, afterwards string) {
		t.Helper()
		_, code, verification := f.send(t, f.gate(round), number)
		replies := all(crowd, func(i int) reply { return f.gate(i).check(verification, otherThan(code)) })
		f.wantOutcomes(t, replies, want, round+1)
		left := map[int]int{}
		for _, r := range replies {
			if r.outcome() == "wrong-code" && r.AttemptsLeft != nil {
				left[*r.AttemptsLeft]++
			}
		}
		if got := slices.Sorted(maps.Keys(left)); len(got) != want["wrong-code"] {
			t.Errorf("attempts left after %d wrong codes: %v", want["wrong-code"], got)
		}
		if r := f.gate(round).check(verification, code); r.outcome() != afterwards {
			t.Errorf("the right code afterwards: got %s, want %s", r.outcome(), afterwards)
		}
		f.server.Advance(t, 5*time.Minute+time.Second) // so that another code may be sent
	}
	burned := map[string]int{"wrong-code": 5, "verification-expired": crowd - 5}
	refused := map[string]int{"rate-limited": crowd}
	for round := range 3 {
		guess(round, burned, "verification-expired")
	}
	guess(3, refused, "rate-limited") // fifteen in this hour
	f.server.Advance(t, time.Hour)
	guess(4, burned, "verification-expired")
	guess(5, burned, "verification-expired")
	guess(6, refused, "rate-limited") // 25 on this day
}

// send has a code sent to a number and returns the number, the code and the id of the verification.
func (f *fleet) send(t *testing.T, g *gate, number string) (to, code, verification string) {
	t.Helper()
	r := g.smsCode(number, g.challenge(), "")
	if r.outcome() != "0" {
		t.Fatalf("send a code: got %s %s", r.outcome(), r.text)
	}
	return number, f.provider.code(number), r.verification()
}
