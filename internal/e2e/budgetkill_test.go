package e2e_test

import (
	"testing"
	"time"
)

// Kills of a gate with budgets: twenty numbers verified, so that the lane of new countries grows from 48 to 60, and then two
// bursts in which the gate dies.
const (
	laneKnown   = 20
	laneCeiling = 60
	prefixMost  = 4
	burst       = 24 // requests at once
	burstDies   = 12 // messages of a burst that left when the gate dies
)

// With bolt.sync a gate that is killed in bursts, twice, grants in all exactly what its budgets allow in the window, less only
// those messages that were charged and did not leave before the kill. What codes let it grow by is not forgotten either.
func TestKillBudget(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	budgets := []string{"unverified_per_prefix_hour", "unverified_per_segment_hour", "unverified_per_country_hour", "cold_countries_hour"}
	settings := []string{"CATTLEGRID_BOLT_SYNC=true", "CATTLEGRID_SMS_WEBHOOK_TIMEOUT=20s", w.guard(withoutBudgets(budgets,
		"known = { segment = 100, country = 100 }",
		"limits.unverified_per_prefix_hour = { max = 4, hard = 0, grow = 0 }",
		"limits.unverified_per_segment_hour = { max = 1000, hard = 0, work = 0 }",
		"limits.unverified_per_country_hour = { max = 1000, hard = 0, work = 0 }",
		"limits.cold_countries_hour = { max = 48, hard = 0, grow = 300 }",
	)...)}
	g := w.onBolt(newData(t), settings...)
	solved := g.challenges(laneKnown + 2*burst + 2*crowd)
	take := func(n int) (taken []challenge) {
		taken, solved = solved[:n], solved[n:]
		return taken
	}

	for _, r := range each(laneKnown, func(i int) reply {
		number := w.numberOf(w.newPrefix("139"))
		sent := g.smsCode(number, solved[i], "")
		return g.check(sent.verification(), w.provider.code(number))
	}) {
		if r.outcome() != "200" {
			t.Fatalf("verify a number: got %s", statusAndWords(r))
		}
	}
	take(laneKnown)

	prefixes := make([]string, laneCeiling/prefixMost+1)
	for i := range prefixes {
		prefixes[i] = w.newPrefix("138")
	}
	ask := func(n int) []reply {
		challenges := take(n)
		return all(n, func(i int) reply { return g.smsCode(w.numberOf(prefixes[i%len(prefixes)]), challenges[i], "") })
	}
	for range 2 {
		before := len(w.provider.sent())
		w.provider.answersAfter(func(gone <-chan struct{}) { <-gone })
		replies := make(chan []reply, 1)
		go func() { replies <- ask(burst) }()
		await(t, "messages to leave", 15*time.Second, func() bool { return len(w.provider.sent()) >= before+burstDies })
		g.kill()
		for _, r := range <-replies {
			if r.err == nil {
				t.Errorf("a request was answered with %s before its message was confirmed", statusAndWords(r))
			}
		}
		w.provider.answersAfter(nil)
		g = w.onBolt(g.data, settings...)
	}
	left := len(w.provider.sent()) - laneKnown
	lost := 2*burst - left // charged or not, nobody knows
	counts := outcomes(ask(crowd))
	if counts["0"]+counts["4201"] != crowd || counts["0"] > laneCeiling-left || counts["0"] < laneCeiling-left-lost {
		t.Errorf("after the kills %d messages had left and %d may have been charged, of %d: answers %v", left, lost, laneCeiling, counts)
	}
	t.Logf("%d messages left in two bursts of %d, then %d more", left, burst, counts["0"])

	// The lane is full now, and another kill does not make room.
	g.kill()
	g = w.onBolt(g.data, settings...)
	for _, r := range ask(crowd) {
		if r.outcome() != "4201" || r.wait() == 0 || r.wait() > time.Hour {
			t.Errorf("when the lane is full: got %s", statusAndWords(r))
		}
	}
	perPrefix := map[string]int{}
	for _, m := range w.provider.sent() {
		perPrefix[m.number()[:7]]++
	}
	for _, n := range perPrefix {
		if n > prefixMost {
			t.Errorf("%d messages left for one prefix, want at most %d", n, prefixMost)
		}
	}
	if got := len(w.provider.sent()) - laneKnown; got > laneCeiling {
		t.Errorf("%d messages left in all, want at most %d", got, laneCeiling)
	}
}
