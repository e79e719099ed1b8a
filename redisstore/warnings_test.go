package redisstore_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/redisstore"
)

// Each setting of a server that lets limits be forgotten is warned of; a server without is not.
func TestWarnings(t *testing.T) {
	server, replica := redistest.Start(t), redistest.Start(t)
	store := newStore(t, server.URL())
	set := func(name, value string) { server.Do(t, "CONFIG", "SET", name, value) }
	want := func(doing string, store *redisstore.Store, beginnings ...string) {
		t.Helper()
		got := store.Warnings(t.Context())
		for i, text := range got {
			if !strings.Contains(text, "; ") {
				t.Errorf("%s: %q does not say what to do", doing, text)
			}
			got[i], _, _ = strings.Cut(text, ":")
		}
		if diff := cmp.Diff(beginnings, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", doing, diff)
		}
	}
	want("nothing persists", store, "persistence is off")
	set("save", "3600 1")
	want("snapshots", store, "appendonly is no")
	set("appendonly", "yes")
	set("maxmemory", "100mb")
	want("a server as it should be", store)
	set("maxmemory-policy", "volatile-ttl")
	want("eviction", store, "maxmemory-policy is volatile-ttl")
	set("maxmemory", "0")
	replica.Follow(t, server)
	want("a replica", store, "min-replicas-to-write is 0")
	want("a replica that is waited for", newStoreWith(t, server.URL(), redisstore.Options{WaitReplicas: 1}))
	set("min-replicas-to-write", "1")
	want("a replica that is needed", store)

	server.Do(t, "ACL", "SETUSER", "blind", "on", ">p", "~*", "+@all", "-info", "-config")
	blind := newStore(t, strings.Replace(server.URL(), "redis://", "redis://blind:p@", 1))
	want("a user that may not look", blind, "it could not be looked at whether Redis may forget limits")
	set("appendonly", "no")
	server.Do(t, "ACL", "SETUSER", "blind", "+info")
	want("a user that may not look at settings", blind, "appendonly is no")
}
