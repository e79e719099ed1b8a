package redistest_test

import (
	"testing"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// When the master dies one of its replicas becomes it, and the sentinels say so.
func TestSentinels(t *testing.T) {
	s := redistest.StartSentinels(t, 2)
	first := s.Master(t)
	first.Do(t, "SET", "key", "value")
	redistest.Await(t, "all replicas to have it", func() bool {
		return s.Servers[1].Do(t, "DBSIZE") == "1" && s.Servers[2].Do(t, "DBSIZE") == "1"
	})
	first.Stop(t)
	next := first
	redistest.Await(t, "another master", func() bool {
		next = s.Master(t)
		return next != first && next.IsMaster()
	})
	if got := next.Do(t, "GET", "key"); got != "value" {
		t.Errorf("the next master has %q", got)
	}
}

// When a master of a cluster dies its replica takes its place; a slot goes with all that is in it.
func TestReplicatedCluster(t *testing.T) {
	c := redistest.StartReplicatedCluster(t, 3)
	first := c.On(t, "guard")
	first.Do(t, "SET", "{guard}a", "value")
	redistest.Await(t, "the replica to have it", func() bool { return c.Replica(first).Do(t, "DBSIZE") == "1" })
	first.Stop(t)
	redistest.Await(t, "the replica to be the master, and the cluster to be whole", func() bool {
		got, ok := c.Replica(first).Look("{guard}a")
		return c.Replica(first).IsMaster() && ok && got == "value"
	})

	from, to := c.On(t, "x"), c.Servers[0]
	for _, s := range c.Servers {
		if s != from && s != first {
			to = s
		}
	}
	from.Do(t, "SET", "{x}b", "1")
	c.MoveSlot(t, "x", to)
	if got, ok := to.Look("{x}b"); !ok || got != "1" || c.On(t, "x") != to {
		t.Errorf("after the move the key is %q, %v", got, ok)
	}
}
