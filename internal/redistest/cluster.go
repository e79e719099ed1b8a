package redistest

import (
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

// slots is how many hash slots a Redis Cluster has.
const slots = 16384

// Cluster is a running Redis Cluster of masters without replicas.
type Cluster struct {
	Servers []*Server
}

// StartCluster returns a fresh cluster of as many masters, which are stopped when the test ends. Each has about the same
// number of the slots.
func StartCluster(t testing.TB, masters int) *Cluster {
	t.Helper()
	c := &Cluster{}
	for i := range masters {
		s := Start(t, "--cluster-enabled", "yes")
		s.Do(t, "CLUSTER", "ADDSLOTSRANGE", strconv.Itoa(i*slots/masters), strconv.Itoa((i+1)*slots/masters-1))
		s.Do(t, "CLUSTER", "SET-CONFIG-EPOCH", strconv.Itoa(i+1))
		c.Servers = append(c.Servers, s)
	}
	for _, s := range c.Servers[1:] {
		host, port, err := net.SplitHostPort(s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		c.Servers[0].Do(t, "CLUSTER", "MEET", host, port)
	}
	c.await(t)
	return c
}

// await waits until every server sees the whole cluster.
func (c *Cluster) await(t testing.TB) {
	t.Helper()
	timeout := time.NewTimer(startTimeout)
	defer timeout.Stop()
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	size := "cluster_size:" + strconv.Itoa(len(c.Servers)) + "\r\n"
	for _, s := range c.Servers {
		for {
			info := s.Do(t, "CLUSTER", "INFO")
			if strings.Contains(info, "cluster_state:ok") && strings.Contains(info, size) {
				break
			}
			select {
			case <-poll.C:
			case <-timeout.C:
				t.Fatalf("the cluster does not come together: %s", info)
			}
		}
	}
}

// URL is the redis:// address of the cluster.
func (c *Cluster) URL() string {
	var others strings.Builder
	for _, s := range c.Servers[1:] {
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
