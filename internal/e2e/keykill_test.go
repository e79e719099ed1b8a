package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// keyed asks for a code under a key.
func (g *gate) keyed(number string, c challenge, key string) reply {
	return g.do(call{
		method: http.MethodPost, path: "/v1/verifications", header: map[string]string{"Idempotency-Key": key},
		json: map[string]string{"phone": number, "answer": c.answer, "challenge_id": c.id, "purpose": "login"},
	})
}

// unknownAfter is after how long a request that was cut off is told so; see cattlegrid's longestSend.
const unknownAfter = 25 * time.Second

// A gate that is killed while messages are on their way, before the provider took them or after, with either store, sends no
// second message under a key, and the next one says what is known: what was answered stands, what was cut off is unknown,
// and what had not begun begins.
func TestKillKeyed(t *testing.T) {
	t.Parallel()
	for name, on := range map[string]func(w *world) func(data string, settings ...string) *gate{
		"Bolt": func(w *world) func(string, ...string) *gate { return w.onBolt },
		"Redis": func(w *world) func(string, ...string) *gate {
			server := redistest.Start(w.t)
			return func(data string, settings ...string) *gate { return w.onRedis(server, data, settings...) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			start, data, settings := on(w), newData(t), []string{w.guard(withoutBudgets(nil, thirtyPerClient)...)}
			k := &keyedKill{world: w, gate: start(data, settings...)}
			k.ask(24)
			before := len(w.provider.sent())
			// At some point of the next requests the gate dies: when some messages are with a provider that does not answer,
			// or a moment later, when others are before and behind that.
			w.provider.answersAfter(func(gone <-chan struct{}) {
				if rand.IntN(2) == 0 {
					<-gone
				}
			})
			done := make(chan struct{})
			go func() {
				defer close(done)
				k.ask(48)
			}()
			await(t, "messages to leave", 15*time.Second, func() bool { return len(w.provider.sent()) >= before+6 })
			<-time.After(rand.N(20 * time.Millisecond)) // when it dies is what the test is about
			k.gate.kill()
			<-done
			w.provider.answersAfter(nil)
			k.gate = start(data, settings...)
			k.repeat(t)
		})
	}
}

// keyedKill is requests under keys, before and after a gate was killed.
type keyedKill struct {
	world    *world
	gate     *gate
	requests []*keyedRequest
}

type keyedRequest struct {
	number, key string
	solved      challenge
	first       reply
}

// ask makes n requests at once.
func (k *keyedKill) ask(n int) {
	solved := k.gate.challenges(n)
	requests := make([]*keyedRequest, n)
	for i := range requests {
		requests[i] = &keyedRequest{number: k.world.number(), key: fmt.Sprintf("key-%d", len(k.requests)+i), solved: solved[i]}
	}
	k.requests = append(k.requests, requests...)
	all(n, func(i int) reply {
		r := requests[i]
		r.first = k.gate.keyed(r.number, r.solved, r.key)
		return r.first
	})
}

// repeat makes all requests again, and those that are in progress until they are not.
func (k *keyedKill) repeat(t *testing.T) {
	t.Helper()
	counts := map[string]int{}
	for _, r := range k.requests {
		again := k.gate.keyed(r.number, r.solved, r.key)
		if again.outcome() == "in-progress" {
			await(t, "a request that was cut off to be given up", unknownAfter, func() bool {
				again = k.gate.keyed(r.number, r.solved, r.key)
				return again.outcome() != "in-progress"
			})
		}
		sent := len(k.world.provider.sentTo(r.number))
		what := fmt.Sprintf("%s, then %s, %d sent", r.first.outcome(), again.outcome(), sent)
		counts[what]++
		switch {
		case sent > 1:
			t.Errorf("%d messages left under one key: %s", sent, what)
		case r.first.outcome() == "201" && (again.outcome() != "201" || again.ID != r.first.ID || sent != 1):
			t.Errorf("the first answer does not stand: %s", what)
		case again.outcome() == "201" && sent != 1, again.outcome() == "challenge-expired" && sent != 0:
			t.Errorf("the answer is not true: %s", what)
		case again.outcome() != "201" && again.outcome() != "challenge-expired" && again.outcome() != "send-failed":
			t.Errorf("the answer says nothing: %s", what)
		}
	}
	t.Logf("%v", counts)
	if counts["201, then 201, 1 sent"] < 24 || counts["no answer, then send-failed, 1 sent"] == 0 {
		t.Error("the gate did not die while messages were on their way")
	}
}
