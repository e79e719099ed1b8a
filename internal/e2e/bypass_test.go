package e2e_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// Budgets of five numbers for a client and thirty for its neighbourhood, and nothing else in their way.
var addressBudgets = withoutBudgets([]string{"unverified_per_client_hour", "unverified_per_network_hour"},
	"limits.unverified_per_client_hour = { max = 5, hard = 0, work = 0, grow = 0 }",
	"limits.unverified_per_network_hour = { max = 30, hard = 0, work = 0, grow = 0 }",
)

// Whatever a visitor writes into X-Forwarded-For, whichever of its addresses it uses and however that is spelled, it has
// the budget of one client; and whoever has a whole network has that of one neighbourhood.
func TestAddressesAndBudgets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	g := w.onRedis(redistest.Start(t), newData(t), w.guard(addressBudgets...))
	visitor := w.address()
	oneOf := func(spelled ...string) func(i int) string {
		return func(i int) string { return spelled[i%len(spelled)] }
	}
	for name, c := range map[string]struct {
		from func(i int) string
		want int
	}{
		"Forged":            {func(i int) string { return fmt.Sprintf("203.0.113.%d, %s", i, visitor) }, 5},
		"ForgedLoopback":    {func(i int) string { return fmt.Sprintf("203.0.114.%d, 127.0.0.1, 172.16.1.1", i) }, 5},
		"ForgedNonsense":    {func(i int) string { return fmt.Sprintf("unknown, %d,,::1, 172.16.2.1", i) }, 5},
		"ThroughTwoProxies": {func(i int) string { return fmt.Sprintf("203.0.115.%d, 172.16.3.1, 127.0.0.%d", i, i+2) }, 5},
		"IPv6Neighbours":    {func(i int) string { return fmt.Sprintf("2001:db8:1:1:%x:%x::%x", 7*i, i+1, 99*i) }, 5},
		"IPv6Spelled": {oneOf("2001:db8:2:1::1", "2001:0DB8:0002:0001:0:0:0:0001", "[2001:db8:2:1::1]:4711", "[2001:db8:2:1::1]",
			"2001:db8:2:1:0:0:0.0.0.1"), 5},
		"IPv4Spelled":       {oneOf("192.0.2.7", "::ffff:192.0.2.7", "192.0.2.7:5555", "[::ffff:192.0.2.7]:80", "::FFFF:c000:0207"), 5},
		"IPv6Subnets":       {func(i int) string { return fmt.Sprintf("2001:db8:3:%x::1", i) }, 30},
		"IPv4Neighbours":    {func(i int) string { return fmt.Sprintf("198.51.100.%d", i) }, 30},
		"IPv4NotNeighbours": {func(int) string { return w.address() }, crowd},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			solved := g.challenges(crowd)
			numbers := make([]string, crowd)
			for i := range numbers {
				numbers[i] = w.number()
			}
			replies := all(crowd, func(i int) reply { return g.smsCode(numbers[i], solved[i], c.from(i)) })
			want := map[string]int{"0": c.want}
			if c.want < crowd {
				want["4202"] = crowd - c.want
			}
			if diff := cmp.Diff(want, outcomes(replies)); diff != "" {
				t.Errorf("answers (-want +got):\n%s", diff)
			}
			sent := 0
			for _, number := range numbers {
				sent += len(w.provider.sentTo(number))
			}
			if sent != c.want {
				t.Errorf("%d messages left, want %d", sent, c.want)
			}
			for _, r := range replies {
				if r.outcome() == "4202" && (r.wait() < 59*time.Minute || r.wait() > time.Hour) {
					t.Errorf("refused with a wait of %v, want about an hour", r.wait())
				}
			}
		})
	}
}

// One number in all spellings, by 64 visitors at once, gets one message. Asked for again and again by one client, it is one
// number of the client's budget, which leaves exactly as many others as the budget says.
func TestSpellingsAndBudgets(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), redistest.Start(t)
	g := w.onRedis(server, newData(t), w.guard(addressBudgets...))
	ways := make([]func(string) string, 0, len(spellings))
	for _, name := range slices.Sorted(maps.Keys(spellings)) {
		ways = append(ways, spellings[name])
	}
	spell := func(i int, number string) string {
		spelled := ways[i%len(ways)](number)
		w.secrets.add(aNumber, spelled)
		return spelled
	}

	solved, number := g.challenges(crowd), w.number()
	replies := all(crowd, func(i int) reply { return g.smsCode(spell(i, number), solved[i], "") })
	if diff := cmp.Diff(map[string]int{"0": 1, "4201": crowd - 1}, outcomes(replies)); diff != "" {
		t.Errorf("one number: answers (-want +got):\n%s", diff)
	}
	for _, r := range replies {
		if r.outcome() == "4201" && (r.wait() == 0 || r.wait() > time.Minute) {
			t.Errorf("refused with a wait of %v, want a minute at most", r.wait())
		}
	}
	if got := len(w.provider.sentTo(number)); got != 1 {
		t.Errorf("%d messages left for one number, want 1", got)
	}

	client, again := w.address(), w.number()
	for i := range ways {
		if r := g.smsCode(spell(i, again), g.challenge(), client); r.outcome() != "0" {
			t.Errorf("the same number in another spelling: got %s", said(r))
		}
		server.Advance(t, 5*time.Minute+time.Second) // the longest that a phone waits for its next message so far
	}
	solved = g.challenges(crowd)
	replies = all(crowd, func(i int) reply { return g.smsCode(spell(i, w.number()), solved[i], client) })
	if diff := cmp.Diff(map[string]int{"0": 4, "4202": crowd - 4}, outcomes(replies)); diff != "" {
		t.Errorf("other numbers of the client: answers (-want +got):\n%s", diff)
	}
	if got, want := len(w.provider.sent()), 1+len(ways)+4; got != want {
		t.Errorf("%d messages left, want %d", got, want)
	}
}
