package redisstore_test

import (
	"slices"
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
	want("a replica fewer than are waited for", newStoreWith(t, server.URL(), redisstore.Options{WaitReplicas: 2}),
		"redis.wait_replicas is 2, but a master has 1 replicas")

	server.Do(t, "ACL", "SETUSER", "blind", "on", ">p", "~*", "+@all", "-info", "-config")
	blind := newStore(t, strings.Replace(server.URL(), "redis://", "redis://blind:p@", 1))
	want("a user that may not look", blind, "it could not be looked at whether Redis may forget limits")
	set("appendonly", "no")
	server.Do(t, "ACL", "SETUSER", "blind", "+info")
	want("a user that may not look at settings", blind, "appendonly is no")
}

// In a cluster each master is looked at, and only masters have to have replicas.
func TestWarningsInCluster(t *testing.T) {
	cluster := redistest.StartReplicatedCluster(t, 3)
	few := func() bool {
		warnings := newStoreWith(t, cluster.URL(), redisstore.Options{WaitReplicas: 1}).Warnings(t.Context())
		return slices.ContainsFunc(warnings, func(text string) bool {
			return strings.HasPrefix(text, "redis.wait_replicas is 1, but a master has 0 replicas")
		})
	}
	if few() {
		t.Error("a replica for each master is too few")
	}
	cluster.Replicas[2].Stop(t)
	redistest.Await(t, "the master to miss its replica", func() bool {
		return strings.Contains(cluster.Servers[2].Do(t, "INFO", "replication"), "connected_slaves:0")
	})
	if !few() {
		t.Error("nothing is said of a master without replica")
	}
}
