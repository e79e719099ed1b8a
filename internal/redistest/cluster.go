package redistest

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// slots is how many hash slots a Redis Cluster has.
const slots = 16384

// Cluster is a running Redis Cluster.
type Cluster struct {
	Servers  []*Server // that began as masters
	Replicas []*Server // the i-th began as that of the i-th master
}

// StartCluster returns a fresh cluster of as many masters, which are stopped when the test ends. Each has about the same
// number of the slots.
func StartCluster(t testing.TB, masters int) *Cluster {
	t.Helper()
	return startCluster(t, masters)
}

// nodeTimeout is after how long a node of a cluster with replicas takes another one for dead: long enough for a busy machine.
const nodeTimeout = 1500 * time.Millisecond

// StartReplicatedCluster is StartCluster with a replica for each master, which takes its place when it is gone.
func StartReplicatedCluster(t testing.TB, masters int) *Cluster {
	t.Helper()
	args := append([]string{"--cluster-node-timeout", strconv.FormatInt(nodeTimeout.Milliseconds(), 10), "--cluster-replica-validity-factor", "0"}, quickReplication...)
	c := startCluster(t, masters, args...)
	for _, master := range c.Servers {
		replica := Start(t, append([]string{"--cluster-enabled", "yes"}, args...)...)
		c.Replicas = append(c.Replicas, replica)
		c.meet(t, replica)
		id := master.Do(t, "CLUSTER", "MYID")
		Await(t, "the replica to know its master", func() bool {
			_, err := replica.command("CLUSTER", "REPLICATE", id)
			return err == nil
		})
	}
	c.await(t)
	for _, replica := range c.Replicas {
		replica.awaitLink(t)
	}
	return c
}

func startCluster(t testing.TB, masters int, args ...string) *Cluster {
	t.Helper()
	c := &Cluster{}
	for i := range masters {
		s := Start(t, append([]string{"--cluster-enabled", "yes"}, args...)...)
		s.Do(t, "CLUSTER", "ADDSLOTSRANGE", strconv.Itoa(i*slots/masters), strconv.Itoa((i+1)*slots/masters-1))
		s.Do(t, "CLUSTER", "SET-CONFIG-EPOCH", strconv.Itoa(i+1))
		c.Servers = append(c.Servers, s)
	}
	for _, s := range c.Servers[1:] {
		c.meet(t, s)
	}
	c.await(t)
	return c
}

func (c *Cluster) meet(t testing.TB, s *Server) {
	t.Helper()
	host, port := s.hostPort()
	c.Servers[0].Do(t, "CLUSTER", "MEET", host, port)
}

// All returns every server of the cluster.
func (c *Cluster) All() []*Server { return append(append([]*Server(nil), c.Servers...), c.Replicas...) }

// await waits until every server sees the whole cluster.
func (c *Cluster) await(t testing.TB) {
	t.Helper()
	size := "cluster_size:" + strconv.Itoa(len(c.Servers)) + "\r\n"
	nodes := "cluster_known_nodes:" + strconv.Itoa(len(c.All())) + "\r\n"
	for _, s := range c.All() {
		Await(t, "the cluster to come together", func() bool {
			info := s.Do(t, "CLUSTER", "INFO")
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, size) && strings.Contains(info, nodes)
		})
	}
}

// URL is the redis:// address of the cluster.
func (c *Cluster) URL() string {
	var others strings.Builder
	for _, s := range c.All()[1:] {
		others.WriteString("&addr=" + s.Addr())
	}
	return "redis://" + c.Servers[0].Addr() + "?" + strings.TrimPrefix(others.String(), "&")
}

// Do runs one command on every server.
func (c *Cluster) Do(t testing.TB, command ...string) {
	t.Helper()
	for _, s := range c.Servers {
		s.Do(t, command...)
	}
}

// Age lets lifetimes on every server shrink by d.
func (c *Cluster) Age(t testing.TB, d time.Duration) {
	t.Helper()
	for _, s := range c.Servers {
		s.Age(t, d)
	}
}

// On returns the server where keys with a hash tag lie now.
func (c *Cluster) On(t testing.TB, tag string) *Server {
	t.Helper()
	for _, s := range c.All() {
		if _, err := s.command("GET", "{"+tag+"}"); err == nil && s.IsMaster() {
			return s
		}
	}
	t.Fatalf("nobody has the slot of %s", tag)
	return nil
}

// Get returns the value of a key, on whichever server it lies; "(nil)" if there is none.
func (c *Cluster) Get(t testing.TB, key string) string {
	t.Helper()
	for _, s := range c.Servers {
		value, err := s.command("GET", key)
		if err == nil {
			return value
		}
		if !strings.HasPrefix(err.Error(), "MOVED ") {
			t.Fatalf("redis GET: %v", err)
		}
	}
	return "(nil)"
}

// Replica returns the server that began as the replica of a master.
func (c *Cluster) Replica(master *Server) *Server {
	for i, s := range c.Servers {
		if s == master {
			return c.Replicas[i]
		}
	}
	return nil
}

// MoveSlot moves the slot of a hash tag, with all that is in it, to another master, key by key as redis-cli does.
func (c *Cluster) MoveSlot(t testing.TB, tag string, to *Server) {
	t.Helper()
	from := c.On(t, tag)
	slot := from.Do(t, "CLUSTER", "KEYSLOT", "{"+tag+"}")
	host, port := to.hostPort()
	Await(t, "both to know each other as masters", func() bool {
		_, err := to.command("CLUSTER", "SETSLOT", slot, "IMPORTING", from.Do(t, "CLUSTER", "MYID"))
		if err == nil {
			_, err = from.command("CLUSTER", "SETSLOT", slot, "MIGRATING", to.Do(t, "CLUSTER", "MYID"))
		}
		return err == nil
	})
	for {
		keys := strings.Fields(from.Do(t, "CLUSTER", "GETKEYSINSLOT", slot, "10"))
		if len(keys) == 0 {
			break
		}
		from.Do(t, append([]string{"MIGRATE", host, port, "", "0", "5000", "KEYS"}, keys...)...)
	}
	owner := to.Do(t, "CLUSTER", "MYID")
	for _, s := range []*Server{to, from} {
		s.Do(t, "CLUSTER", "SETSLOT", slot, "NODE", owner)
	}
}
