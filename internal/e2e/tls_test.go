package e2e_test

import (
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// A gate crosses with a Redis that wants TLS, a certificate and a user, which has an authority and a name of its own; and it
// warns of what about that Redis lets limits be forgotten.
func TestTLS(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), redistest.StartTLS(t)
	server.Do(t, "ACL", "SETUSER", "gate", "on", ">sesame", "~*", "+@all")
	g := w.start(newData(t), w.guard(withoutBudgets(nil)...), "CATTLEGRID_STORE=redis",
		"CATTLEGRID_REDIS_URL=rediss://gate:sesame@"+server.TLSAddr(), "CATTLEGRID_REDIS_CA="+server.CA,
		"CATTLEGRID_REDIS_CERT="+server.Cert, "CATTLEGRID_REDIS_KEY="+server.Key, "CATTLEGRID_REDIS_SERVER_NAME="+redistest.TLSName)
	g.listens()
	id := w.id()
	if r := g.picture(id, ""); r.status != 200 || r.Errno != "" {
		t.Fatalf("show a challenge: got %s", statusAndWords(r))
	}
	answer, _ := server.Look(answerKey(id))
	if r := g.smsCode(w.number(), challenge{id, answer}, ""); r.outcome() != "0" {
		t.Errorf("the right answer: got %s", said(r))
	}
	if got := g.printed.String(); !strings.Contains(got, "persistence is off: a restart forgets all limits; set appendonly yes") {
		t.Errorf("there is no warning in\n%s", got)
	}
}
