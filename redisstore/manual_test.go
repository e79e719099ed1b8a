package redisstore_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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

// The user that the package comment tells an operator to make can do all that a store does, under the keys of a gate.
func TestUserOfTheManual(t *testing.T) {
	server, user := redistest.Start(t), userOfTheManual(t)
	server.Do(t, user...)
	url := strings.Replace(server.URL(), "redis://", "redis://cattlegrid:password@", 1)

	store := newStore(t, url)
	charge := debit("Limit_sends_{x}", "1", 9)
	if err := store.Put(t.Context(), pictureKey, challenge("X7KP"), charge); err != nil {
		t.Errorf("Put: %v", err)
	}
	if _, err := store.Keep(t.Context(), "Code_register_{x}", code("digest"), charge); err != nil {
		t.Errorf("Keep: %v", err)
	}
	if err := store.Ping(t.Context()); err != nil {
		t.Errorf("Ping: %v", err)
	}
	for _, key := range []string{"Send_x", "Message_x", "Fate_x", "MessageOf_x"} {
		if err := store.Put(t.Context(), key, code("sealed")); err != nil {
			t.Errorf("Put under %s: %v", key, err)
		}
	}
	if err := store.Spend(t.Context(), debit("Proof_x", "1", 1)); err != nil {
		t.Errorf("Spend of a proof: %v", err)
	}
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
