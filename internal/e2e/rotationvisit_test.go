//go:build unix

package e2e_test

import (
	"net/http"
	"sync"
	"testing"
)

// Who comes in each round of a roll.
const (
	rollVisitors = 16 // who cross
	rollPresses  = 4  // messages that each crowd asks for to its phone; from its client, twice as many
	rollFresh    = 2  // rounds after which there is another crowd
)

// rollProof is a proof of a number.
type rollProof struct{ number, proof string }

// visits has visitors come while midst restarts a gate. Half of those who cross bring their code when that is done.
func (r *roll) visits(t *testing.T, midst func()) {
	t.Helper()
	if r.rounds%rollFresh == 0 {
		r.crowds = append(r.crowds, &rollCrowd{phone: r.number(), client: r.address()})
	}
	r.rounds++
	solved := r.gates[0].challenges(rollVisitors + 3*rollPresses*len(r.crowds))
	take := func() (c challenge) {
		c, solved = solved[0], solved[1:]
		return c
	}
	restarted := make(chan struct{})
	proofs := make(chan rollProof, rollVisitors)
	var visitors sync.WaitGroup
	for i := range rollVisitors {
		number, c := r.number(), take()
		visitors.Go(func() { proofs <- rollProof{number, r.cross(t, i, number, c, restarted)} })
	}
	press := func(number, from string) {
		i, c := len(solved), take()
		visitors.Go(func() {
			got := r.at(i, func(g *gate) reply { return g.smsCode(number, c, from) })
			if o := got.outcome(); o != "0" && o != "4201" && o != "4202" {
				t.Errorf("a message more: got %s (%v)", statusAndWords(got), got.err)
			}
		})
	}
	for range rollPresses {
		for _, c := range r.crowds {
			others := []string{r.number(), r.number()}
			c.phones = append(c.phones, others...)
			press(c.phone, "")
			press(others[0], c.client)
			press(others[1], c.client)
		}
	}
	midst()
	close(restarted)
	visitors.Wait()
	close(proofs)
	keys := [2]string{r.gates[0].get("/.well-known/jwks.json").text, r.gates[1].get("/.well-known/jwks.json").text}
	for p := range proofs {
		for _, jwks := range keys {
			wantProof(t, jwks, p.proof, p.number, "login")
		}
	}
}

// cross carries a visitor through, who meets now one gate and now the other, and returns the proof.
func (r *roll) cross(t *testing.T, i int, number string, c challenge, restarted <-chan struct{}) string {
	t.Helper()
	ask := func(doing string, i int, outcome string, ask func(g *gate) reply) reply {
		t.Helper()
		got := r.at(i, ask)
		if got.outcome() != outcome {
			t.Errorf("%s: got %s (%v), want %s", doing, statusAndWords(got), got.err, outcome)
		}
		return got
	}
	send := func(g *gate) reply { return g.keyed(number, c, "key-"+number) }
	sent := ask("ask for a code", i, "201", send)
	if again := ask("ask again under the same key", i+1, "201", send); again.ID != sent.ID {
		t.Error("the second answer under a key is another one")
	}
	code := r.provider.code(number)
	if i%4 < 2 {
		<-restarted
	}
	check := func(code string) func(g *gate) reply {
		return func(g *gate) reply { return g.check(sent.ID, code) }
	}
	if wrong := ask("a wrong code", i, "wrong-code", check(otherThan(code))); wrong.AttemptsLeft == nil || *wrong.AttemptsLeft != 4 {
		t.Errorf("a wrong code: got %s, want 4 attempts left", wrong.text)
	}
	wrong := ask("another wrong code", i+1, "wrong-code", check(otherThan(code)))
	if wrong.AttemptsLeft == nil || *wrong.AttemptsLeft != 3 {
		t.Errorf("another wrong code: got %s, want 3 attempts left", wrong.text)
	}
	checked := ask("the code", i+1, "200", check(code))
	ask("the code again", i, "verification-expired", check(code))
	ask("the answer again", i, "challenge-expired", func(g *gate) reply { return g.verify(number, c, "login") })
	if n := len(r.provider.sentTo(number)); n != 1 || checked.status != http.StatusOK {
		t.Errorf("%d messages left under a key, want one", n)
	}
	return checked.Proof
}
