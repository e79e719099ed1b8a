package e2e_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// A visitor who reads the picture and the message gets a proof that the site can verify without the gate, whatever the
// store and in both dialects. The challenge and the code work once, and a wrong answer uses the challenge up.
func TestCrossing(t *testing.T) {
	t.Parallel()
	for store, open := range map[string]func(w *world) *gate{
		"memory": (*world).onMemory,
		"bolt":   func(w *world) *gate { return w.onBolt(newData(w.t)) },
		"redis": func(w *world) *gate {
			return w.onRedis(redistest.Start(w.t), newData(w.t), "CATTLEGRID_LOG_FORMAT=json")
		},
	} {
		t.Run(store+"/passport", func(t *testing.T) {
			t.Parallel()
			g := open(newWorld(t))
			crossing(t, g, "register", func(number string, c challenge) reply { return g.smsCode(number, c, "") },
				map[string]string{"sent": "0", "expired": "4002", "wrong": "4004"})
		})
		t.Run(store+"/v1", func(t *testing.T) {
			t.Parallel()
			g := open(newWorld(t))
			crossing(t, g, "login", func(number string, c challenge) reply { return g.verify(number, c, "login") },
				map[string]string{"sent": "201", "expired": "challenge-expired", "wrong": "wrong-answer"})
		})
	}
}

// crossing carries one visitor through, and tries what must not work on the way.
func crossing(t *testing.T, g *gate, purpose string, send func(number string, c challenge) reply, words map[string]string) {
	t.Helper()
	w, number := g.world, g.world.number()
	want := func(doing string, r reply, outcome string) {
		t.Helper()
		if r.outcome() != outcome {
			t.Errorf("%s: got %s %s, want %s", doing, r.outcome(), r.text, outcome)
		}
	}
	messages := func(doing string, n int) {
		t.Helper()
		if got := len(w.provider.sentTo(number)); got != n {
			t.Fatalf("%s: %d messages left, want %d", doing, got, n)
		}
	}

	spoiled := g.challenge()
	want("a wrong answer", send(number, challenge{spoiled.id, "0000"}), words["wrong"])
	want("the right answer after it", send(number, spoiled), words["expired"])
	messages("wrong answers", 0)

	solved := g.challenge()
	sent := send(number, solved)
	want("the right answer", sent, words["sent"])
	messages("the right answer", 1)
	want("the same answer again", send(w.number(), solved), words["expired"])
	messages("the same answer again", 1)

	m := w.provider.sentTo(number)[0]
	if m.Purpose != purpose || len(m.Code) != 6 || m.LifetimeSeconds != 300 {
		t.Errorf("the message is for %q, has a code of %d digits, and says %d seconds", m.Purpose, len(m.Code), m.LifetimeSeconds)
	}
	want("a wrong code", g.check(sent.verification(), otherThan(m.Code)), "wrong-code")
	checked := g.check(sent.verification(), m.Code)
	want("the code", checked, "200")
	want("the code again", g.check(sent.verification(), m.Code), "verification-expired")
	wantProof(t, g.get("/.well-known/jwks.json").text, checked.Proof, number, purpose)
}

// otherThan returns a code that is not this one.
func otherThan(code string) string {
	n, _ := strconv.Atoi(code)
	return strconv.Itoa(100_000 + (n+1)%900_000)
}

// wantProof verifies a proof as a site does: with nothing but the published keys.
func wantProof(t *testing.T, jwks, proof, number, purpose string) {
	t.Helper()
	verifier, err := cattlegrid.NewVerifier(cattlegrid.VerifierOptions{JWKS: []byte(jwks)})
	if err != nil {
		t.Fatalf("read the published keys: %v", err)
	}
	claims, err := verifier.Verify(t.Context(), proof, purpose)
	if err != nil {
		t.Fatalf("verify the proof: %v", err)
	}
	got := []string{claims.Issuer, claims.Audience[0], claims.PhoneNumber, claims.Purpose}
	if diff := cmp.Diff([]string{"cattlegrid", "cattlegrid", "+86" + number, purpose}, got); diff != "" {
		t.Errorf("the proof says (-want +got):\n%s", diff)
	}
	if lifetime := claims.ExpiresAt.Sub(claims.IssuedAt.Time); lifetime != 10*time.Minute {
		t.Errorf("the proof lives %v, want 10m", lifetime)
	}
}

// In Redis an answer is what the tutorial's back ends look for: a plain string under ImageCode_<id>, for 300 seconds. Any
// answer takes it away, and so does the challenge that replaces it.
func TestAnswerInRedis(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), redistest.Start(t)
	g := w.onRedis(server, newData(t))
	key := func(c challenge) string { return answerKey(c.id) }

	c := g.challenges(3)
	for _, c := range c {
		if got := server.Do(t, "GET", key(c)); got != c.answer || len(got) < 4 || len(got) > 6 {
			t.Errorf("GET gives %q, want the %d characters of the answer", got, len(c.answer))
		}
		if got := server.Do(t, "TYPE", key(c)); got != "string" {
			t.Errorf("TYPE is %s, want string", got)
		}
		if ttl, err := strconv.Atoi(server.Do(t, "TTL", key(c))); err != nil || ttl > 300 || ttl < 250 {
			t.Errorf("TTL is %d (%v), want at most 300", ttl, err)
		}
	}
	gone := func(doing string, c challenge) {
		t.Helper()
		if got := server.Do(t, "EXISTS", key(c)); got != "0" {
			t.Errorf("after %s the answer is still there", doing)
		}
	}
	if r := g.smsCode(w.number(), c[0], ""); r.outcome() != "0" {
		t.Errorf("the right answer: got %s %s", r.outcome(), r.text)
	}
	gone("the right answer", c[0])
	if r := g.smsCode(w.number(), challenge{c[1].id, "0000"}, ""); r.outcome() != "4004" || r.Errmsg != "图片验证码错误" {
		t.Errorf("a wrong answer: got %s %s", r.outcome(), r.text)
	}
	gone("a wrong answer", c[1])
	if r := g.get("/passport/image_code?cur_id=" + w.id() + "&pre_id=" + c[2].id); r.status != 200 || r.Errno != "" {
		t.Errorf("another challenge: got %s %s", r.outcome(), r.text)
	}
	gone("being replaced", c[2])
	if got := len(w.provider.sent()); got != 1 {
		t.Errorf("%d messages left, want 1", got)
	}
}
