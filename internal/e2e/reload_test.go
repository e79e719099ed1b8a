//go:build unix

package e2e_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// What the gate says when it was told to read its configuration again.
const (
	reloaded = "reloaded the policy"
	broken   = "the configuration is broken, so the old policy stays in force"
)

// A changed limit is in force from SIGHUP on, whether it was raised or lowered, and what was granted before counts. No
// request fails meanwhile, neither those that arrive nor those that wait for the provider. A configuration that is broken
// changes nothing.
func TestReload(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	limit := func(most int) []string {
		return withoutBudgets(nil, fmt.Sprintf("limits.sends_per_client_hour = { max = %d, hard = 0, work = 0, grow = 0 }", most))
	}
	flag := w.guard(limit(5)...)
	g := w.onRedis(redistest.Start(t), newData(t), flag, "CATTLEGRID_SMS_WEBHOOK_TIMEOUT=20s")
	reload := func(says string, lines []string) {
		t.Helper()
		w.rewriteGuard(strings.TrimPrefix(flag, configFlag), lines...)
		for _, r := range g.busy(t, func() { g.hangUp(t, says) }) {
			if r.outcome() != "0" && r.outcome() != "200" {
				t.Errorf("a request while the limit changed: got %s (%v)", statusAndWords(r), r.err)
			}
		}
	}
	fits := func(client string, want int) {
		t.Helper()
		solved, before := g.challenges(crowd), len(w.provider.sent())
		wanted := map[string]int{"4202": crowd - want}
		if want > 0 {
			wanted["0"] = want
		}
		replies := all(crowd, func(i int) reply { return g.smsCode(w.number(), solved[i], client) })
		if diff := cmp.Diff(wanted, outcomes(replies)); diff != "" {
			t.Errorf("answers (-want +got):\n%s", diff)
		}
		if got := len(w.provider.sent()) - before; got != want {
			t.Errorf("%d messages left, want %d", got, want)
		}
	}

	client := w.address()
	fits(client, 5)
	reload(reloaded, limit(12))
	fits(client, 7)
	reload(reloaded, limit(8))
	fits(client, 0)
	fits(w.address(), 8)
	reload(broken, append(limit(20), "limits.sends_per_client_huor.max = 20"))
	fits(w.address(), 8)
}

// hangUp sends SIGHUP and returns when the gate says that it has heard.
func (g *gate) hangUp(t *testing.T, says string) {
	t.Helper()
	heard := func() int { return strings.Count(g.printed.String(), says) }
	before := heard()
	if err := g.process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	await(t, "the gate to read its configuration", 10*time.Second, func() bool { return heard() > before })
}

// busy calls do while many requests are under way: of visitors whose messages the provider has and does not confirm until
// do is done, and of others who come one after the other. It returns what all were answered.
func (g *gate) busy(t *testing.T, do func()) []reply {
	t.Helper()
	const waiting, coming = 16, 4
	w := g.world
	solved, before := g.challenges(waiting), len(w.provider.sent())
	done := make(chan struct{})
	w.provider.answersAfter(func(gone <-chan struct{}) {
		select {
		case <-done:
		case <-gone:
		}
	})
	defer w.provider.answersAfter(nil)
	results := make(chan [][]reply, 1)
	go func() {
		results <- all(waiting+coming, func(i int) (replies []reply) {
			if i < waiting {
				return []reply{g.smsCode(w.number(), solved[i], "")}
			}
			for {
				replies = append(replies, g.picture(w.id(), ""), g.get("/readyz"))
				select {
				case <-done:
					return append(replies, g.picture(w.id(), ""))
				default:
				}
			}
		})
	}()
	await(t, "messages to be under way", 15*time.Second, func() bool { return len(w.provider.sent()) == before+waiting })
	do()
	close(done)
	var replies []reply
	for _, r := range <-results {
		replies = append(replies, r...)
	}
	return replies
}
