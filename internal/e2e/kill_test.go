package e2e_test

import (
	"math/rand/v2"
	"testing"
	"time"
)

const (
	tick     = 250 * time.Millisecond // between commits of the embedded store
	patience = time.Second            // after which it refuses calls rather than wait for a commit
)

// After kill -9 in the middle of a load and a restart on the same data, nothing is forgotten that happened a tick and a
// commit before the kill: used challenges and codes do not work again, wrong guesses stay counted, limits of phones and
// clients stand, keys are the same, and who waits with a code can go on. With bolt.sync nothing at all is forgotten that
// was answered.
func TestKill(t *testing.T) {
	t.Parallel()
	for i, name := range []string{"WriteBehind", "WriteBehindAgain", "WriteBehindOnceMore", "Sync"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if i > 0 && testing.Short() {
				t.Skip("one kill is enough with -short")
			}
			w := newWorld(t)
			settings, lost := []string{w.guard(withoutBudgets(nil, thirtyPerClient)...)}, tick+patience
			if name == "Sync" {
				settings, lost = append(settings, "CATTLEGRID_BOLT_SYNC=true"), 0
			}
			g := w.onBolt(newData(t), settings...)
			jwks := g.get("/.well-known/jwks.json").text
			solved := g.challenges(int((lost + 1500*time.Millisecond) / pace))
			var killed time.Time
			office := w.address()
			visits := g.load(solved, office, lost+rand.N(500*time.Millisecond), func() {
				killed = time.Now()
				g.kill()
			})
			if killed.IsZero() {
				t.Fatalf("%d visits were over before those that the kill waits for", len(visits))
			}
			survivor := &survivor{gate: w.onBolt(g.data, settings...), visits: visits, office: office}
			survivor.killed, survivor.until = killed, killed.Add(-lost)
			if got := survivor.get("/.well-known/jwks.json").text; got != jwks {
				t.Fatalf("the keys are others: got %s, want %s", got, jwks)
			}
			survivor.inspect(t, jwks)
		})
	}
}

// survivor is the gate after the kill, with what it must know.
type survivor struct {
	*gate
	visits []*visit
	office string
	killed time.Time
	until  time.Time // what happened later may be forgotten
}

// kept reports whether what happened at a moment must be known.
func (s *survivor) kept(at time.Time) bool { return !at.IsZero() && at.Before(s.until) }

// inspect asks the gate about all that happened.
func (s *survivor) inspect(t *testing.T, jwks string) {
	t.Helper()
	before := len(s.world.provider.sent())
	fresh := s.challenges(len(s.visits) + clientLimit)
	checked, forgotten := map[string]int{}, map[string]int{}
	var oldest time.Duration // before the kill, of what is forgotten
	unknown := 0             // findings, since the machine was so busy that the store refused
	want := 0                // messages since the restart, because of what may be forgotten
	for _, findings := range each(len(s.visits), func(i int) []finding { return s.inspectVisit(s.visits[i], fresh[i]) }) {
		for _, f := range findings {
			if f.reply.outcome() == "0" {
				want++
			}
			switch {
			case f.reply.storeFailed():
				unknown++
			case s.kept(f.at):
				checked[f.what]++
				if f.wrong {
					t.Errorf("%s, %v before the bound: got %s", f.what, s.until.Sub(f.at), statusAndWords(f.reply))
				}
			case f.wrong:
				forgotten[f.what]++
				oldest = max(oldest, s.killed.Sub(f.at))
			}
			if f.reply.Proof != "" {
				wantProof(t, jwks, f.reply.Proof, f.visit.number, "register")
			}
		}
	}
	for _, v := range s.visits {
		if v.proof != "" {
			wantProof(t, jwks, v.proof, v.number, "register")
		}
	}
	want += s.inspectOffice(t, fresh[len(s.visits):])
	if got := len(s.world.provider.sent()) - before; got != want {
		t.Errorf("%d messages left after the restart, want %d", got, want)
	}
	t.Logf("checked: %v; younger than promised, and forgotten: %v, the oldest %v before the kill; refused by the store: %d",
		checked, forgotten, oldest, unknown)
	for _, what := range []string{usedChallenge, usedCode, limitedPhone, wrongCodes, pendingCode} {
		if checked[what] == 0 {
			t.Errorf("%s: there was none to check", what)
		}
	}
}

// What is looked at.
const (
	usedChallenge = "a used challenge"
	usedCode      = "a used code"
	limitedPhone  = "a phone that got a message"
	wrongCodes    = "wrong codes"
	pendingCode   = "a code that somebody waits with"
)

// finding is what the gate says now of what happened then.
type finding struct {
	what  string
	visit *visit
	at    time.Time
	reply reply
	wrong bool // it is not what must be said if it is known
}

// inspectVisit asks about one visit, with a fresh challenge.
func (s *survivor) inspectVisit(v *visit, fresh challenge) (findings []finding) {
	found := func(what string, at time.Time, r reply, want string) {
		findings = append(findings, finding{what, v, at, r, r.outcome() != want})
	}
	if at := first(v.answered, v.sent); !at.IsZero() {
		found(usedChallenge, at, s.smsCode(s.world.number(), v.solved, ""), "4002")
	}
	if v.sent.IsZero() {
		return findings
	}
	found(limitedPhone, v.sent, s.smsCode(v.number, fresh, ""), "4201")
	switch {
	case v.kind == crosses && v.proof != "":
		found(usedCode, v.approved, s.check(v.verification, v.code), "verification-expired")
	case v.kind == guesses && len(v.wrong) == wrongGuesses:
		r := s.check(v.verification, otherThan(v.code))
		found(wrongCodes, v.wrong[wrongGuesses-1], r, "wrong-code")
		if r.AttemptsLeft == nil || *r.AttemptsLeft != 4-wrongGuesses {
			findings[len(findings)-1].wrong = true
		}
	case v.kind == waits && v.verification != "":
		found(pendingCode, v.sent, s.check(v.verification, v.code), "200")
	}
	return findings
}

// clientLimit is how many messages a client may ask for in an hour.
const clientLimit = 30

// inspectOffice makes sure that the client that many share gets what the limit leaves it, and returns how much that is.
func (s *survivor) inspectOffice(t *testing.T, fresh []challenge) int {
	t.Helper()
	certain := 0
	for _, v := range s.visits {
		if v.office && s.kept(v.sent) {
			certain++
		}
	}
	replies := each(len(fresh), func(i int) reply { return s.smsCode(s.world.number(), fresh[i], s.office) })
	counts := outcomes(replies)
	if certain == 0 || counts["0"] > clientLimit-certain || counts["0"]+counts["4202"]+counts["4001"] != len(fresh) {
		t.Errorf("a client that had %d messages, %d at most allowed, was answered %v", certain, clientLimit, counts)
	}
	return counts["0"]
}

// first returns the earlier of two moments, of which either may be unknown.
func first(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
