package redisstore_test

import (
	"os"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/storetest"
)

// The user that the package comment tells an operator to make can do all that a store does, under the keys of a gate.
func TestUserOfTheManual(t *testing.T) {
	manual, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, rule, _ := strings.Cut(string(manual), "ACL SETUSER ")
	rule, _, found := strings.Cut(rule, "//\n")
	if !found {
		t.Fatal("the manual makes no user")
	}
	server := redistest.Start(t)
	user := append([]string{"ACL", "SETUSER"}, strings.Fields(strings.ReplaceAll(rule, "//", ""))...)
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
	if err := store.Delete(t.Context(), "session_1"); err == nil {
		t.Error("the user may delete what belongs to others")
	}

	server.Do(t, append(user, "~*")...) // the suite has keys of its own
	fewerChecks(t)
	storetest.Run(t, harness(t, server, url))
}
