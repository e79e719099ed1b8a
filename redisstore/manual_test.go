package redisstore_test

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/redisstore"
	"github.com/cattlegrid/cattlegrid/storetest"
)

// userOfTheManual is the command that makes the user of the package comment, which docs/operating.md repeats.
func userOfTheManual(t *testing.T) []string {
	t.Helper()
	paths := []string{"doc.go", "../docs/operating.md"}
	users := make([][]string, 0, len(paths))
	for _, path := range paths {
		manual, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, rule, _ := strings.Cut(strings.ReplaceAll(string(manual), "//", ""), "ACL SETUSER ")
		end := "\n\n" // in a comment
		if strings.HasSuffix(path, ".md") {
			end = "```"
		}
		rule, _, found := strings.Cut(rule, end)
		if !found {
			t.Fatalf("%s makes no user", path)
		}
		users = append(users, append([]string{"ACL", "SETUSER"}, strings.Fields(rule)...))
	}
	if diff := cmp.Diff(users[0], users[1]); diff != "" {
		t.Errorf("the package comment and operating.md make different users:\n%s", diff)
	}
	return users[0]
}

// In a cluster, too, and with replicas to wait for, the user can do all that a store does.
func TestUserOfTheManualInCluster(t *testing.T) {
	cluster := redistest.StartReplicatedCluster(t, 3)
	for _, server := range cluster.All() {
		server.Do(t, append(userOfTheManual(t), "~*")...)
	}
	store := newStoreWith(t, strings.Replace(cluster.URL(), "redis://", "redis://cattlegrid:password@", 1), redisstore.Options{WaitReplicas: 1})
	for name, verb := range verbs(store) {
		if err := verb(t.Context()); !isAnswer(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if warnings := store.Warnings(t.Context()); len(warnings) != 1 || !strings.HasPrefix(warnings[0], "persistence is off") {
		t.Errorf("Warnings: %q, want that persistence is off", warnings)
	}
}

// The user that the package comment tells an operator to make can do all that a store does.
func TestUserOfTheManual(t *testing.T) {
	server, user := redistest.Start(t), userOfTheManual(t)
	server.Do(t, user...)
	url := strings.Replace(server.URL(), "redis://", "redis://cattlegrid:password@", 1)

	store := newStore(t, url)
	if warnings := store.Warnings(t.Context()); len(warnings) != 1 || !strings.HasPrefix(warnings[0], "persistence is off") {
		t.Errorf("Warnings: %q, want that persistence is off", warnings)
	}
	if err := store.Delete(t.Context(), "session_1"); err == nil {
		t.Error("the user may delete what belongs to others")
	}

	server.Do(t, append(user, "~*")...) // the suite has keys of its own
	fewerChecks(t)
	storetest.Run(t, harness(t, server, url))
}

// That user may touch every key that a gate and a site's verifier have, and no others need be named: all that the code names
// lie there when they have done all that they do.
func TestUserOfTheManualAtGate(t *testing.T) {
	server, user := redistest.Start(t), userOfTheManual(t)
	server.Do(t, user...)
	crossAll(t, newStore(t, strings.Replace(server.URL(), "redis://", "redis://cattlegrid:password@", 1)))
	lies := strings.Fields(server.Do(t, "KEYS", "*"))
	prefixes := append(keyPrefixes(t), "cattlegrid_")
	for _, prefix := range prefixes {
		if !slices.ContainsFunc(lies, func(key string) bool { return strings.HasPrefix(key, prefix) }) {
			t.Errorf("no key begins with %s after all: is it no key, or has the test not done all that a gate does?", prefix)
		}
	}
	for _, rule := range user {
		if prefix, ok := strings.CutPrefix(rule, "~"); ok && !slices.Contains(prefixes, strings.TrimSuffix(prefix, "*")) {
			t.Errorf("the user may touch %s, which nobody names", prefix)
		}
	}
}

// keyPrefixes are what keys begin with, as the code of gates and of the guard has them.
func keyPrefixes(t *testing.T) []string {
	t.Helper()
	var prefixes []string
	for _, pattern := range []string{"../*.go", "../guard/*.go"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			code, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range regexp.MustCompile(`"([A-Z][A-Za-z]*_)`).FindAllSubmatch(code, -1) {
				prefixes = append(prefixes, string(found[1]))
			}
		}
	}
	slices.Sort(prefixes)
	return slices.Compact(prefixes)
}

// crossAll has a gate on the store do all that it does, and leaves a challenge and a code there.
func crossAll(t *testing.T, store *redisstore.Store) {
	t.Helper()
	messages := &lastMessage{}
	gate, err := cattlegrid.New(cattlegrid.Options{
		Store:    store,
		Sender:   messages,
		OnReport: func(context.Context, cattlegrid.Report) {},
		OnDecision: func(_ context.Context, d cattlegrid.Decision) {
			if d.Err != nil {
				t.Errorf("%s, %s: %v", d.Act, d.Verdict, d.Err)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	client := netip.MustParseAddr("192.0.2.1")
	ask := func(id string) {
		if _, err := gate.Challenge(t.Context(), cattlegrid.ChallengeRequest{ID: id, Client: client}); err != nil {
			t.Errorf("Challenge: %v", err)
		}
	}
	send := func(id, phone string) cattlegrid.Verification {
		ask(id)
		answer, err := store.Peek(t.Context(), "ImageCode_"+id)
		if err != nil {
			t.Fatalf("Peek: %v", err)
		}
		v, err := gate.SendCode(t.Context(), cattlegrid.SendRequest{
			ChallengeID: id, Answer: answer.Value, Phone: phone, Purpose: "login", Client: client, Key: "request-of-" + id,
		})
		if err != nil {
			t.Errorf("SendCode: %v", err)
		}
		return v
	}
	ask("challenge-0")
	if _, err := gate.Speak(t.Context(), cattlegrid.SpeechRequest{ID: "challenge-0", Client: client}); err != nil {
		t.Errorf("Speak: %v", err)
	}
	v := send("challenge-1", "+8613800138000")
	if err := gate.Receive(t.Context(), cattlegrid.Receipt{Provider: "fake", ID: "1", State: cattlegrid.Delivered}); err != nil {
		t.Errorf("Receive: %v", err)
	}
	if _, err := gate.Fate(t.Context(), v.ID); err != nil {
		t.Errorf("Fate: %v", err)
	}
	proof, err := gate.CheckCode(t.Context(), cattlegrid.CheckRequest{VerificationID: v.ID, Code: messages.last.Code})
	if err != nil {
		t.Fatalf("CheckCode: %v", err)
	}
	verifier, err := cattlegrid.NewVerifier(cattlegrid.VerifierOptions{JWKS: gate.JWKS(), Store: store})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verifier.Verify(t.Context(), proof.Token, "login"); err != nil {
		t.Errorf("Verify: %v", err)
	}
	send("challenge-2", "+8613900139000")
	if err := gate.Ping(t.Context()); err != nil {
		t.Errorf("Ping: %v", err)
	}
}

// lastMessage is a sender that keeps the last message.
type lastMessage struct {
	last cattlegrid.Message
	sent int
}

func (l *lastMessage) Send(_ context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	l.last = m
	l.sent++
	return cattlegrid.Delivery{Provider: "fake", ID: strconv.Itoa(l.sent)}, nil
}

// What operating.md tells an operator to enter ends a pause, for every store and without another loss.
func TestPauseEndsByTheManual(t *testing.T) {
	manual, err := os.ReadFile("../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile(`redis-cli EVAL "(.*)" 1 "(.*)"`).FindStringSubmatch(string(manual))
	if command == nil {
		t.Fatal("operating.md does not say how to end a pause")
	}
	server := redistest.Start(t)
	store, other := newStore(t, server.URL()), newStore(t, server.URL())
	spend := func(s *redisstore.Store, id string) error { return s.Spend(t.Context(), debit("a", id, 9)) }
	if err := errors.Join(spend(store, "1"), spend(other, "2")); err != nil {
		t.Fatal(err)
	}
	server.Do(t, "FLUSHALL")
	if err := spend(store, "3"); !isLost(err) {
		t.Fatalf("Spend when all was lost: %v", err)
	}
	if got := server.Do(t, "EVAL", command[1], "1", command[2]); got != "OK" {
		t.Errorf("the command answers %q", got)
	}
	for name, s := range map[string]*redisstore.Store{"the store": store, "another": other, "a new one": newStore(t, server.URL())} {
		if err := spend(s, name); err != nil || s.Pause() != 0 {
			t.Errorf("Spend of %s: %v, %v are left", name, err, s.Pause())
		}
	}
	if losses := store.Losses() + other.Losses(); losses != 1 {
		t.Errorf("%d losses, want 1", losses)
	}
}
