package redistest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// MasterSet is how the sentinels of [StartSentinels] call what they watch.
const MasterSet = "mymaster"

// downAfter is after how long sentinels take a server for dead: long enough for a busy machine.
const downAfter = time.Second

// Sentinels are three sentinels that watch a master with replicas.
type Sentinels struct {
	Servers   []*Server // the first one began as the master
	Sentinels []*Server
}

// StartSentinels returns a fresh master with so many replicas, and three sentinels who know of each other.
func StartSentinels(t testing.TB, replicas int) *Sentinels {
	t.Helper()
	s := &Sentinels{}
	for i := range 1 + replicas {
		s.Servers = append(s.Servers, Start(t, quickReplication...))
		if i > 0 {
			s.Servers[i].Follow(t, s.Servers[0])
		}
	}
	host, port := s.Servers[0].hostPort()
	text := fmt.Sprintf("sentinel monitor %[1]s %[2]s %[3]s 2\nsentinel down-after-milliseconds %[1]s %[4]d\nsentinel failover-timeout %[1]s 3000\nsentinel parallel-syncs %[1]s 2\n",
		MasterSet, host, port, downAfter.Milliseconds())
	for range 3 {
		config := filepath.Join(t.TempDir(), "sentinel.conf") // which the sentinel goes on writing
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s.Sentinels = append(s.Sentinels, Start(t, config, "--sentinel"))
	}
	known := fmt.Sprintf("status=ok,address=%s:%s,slaves=%d,sentinels=3", host, port, replicas)
	for _, sentinel := range s.Sentinels {
		Await(t, "the sentinels to know all", func() bool { return strings.Contains(sentinel.Do(t, "INFO", "sentinel"), known) })
	}
	return s
}

// URL is the redis:// address of the master, wherever it is.
func (s *Sentinels) URL() string {
	var others strings.Builder
	for _, sentinel := range s.Sentinels[1:] {
		others.WriteString("&addr=" + sentinel.Addr())
	}
	return "redis://" + s.Sentinels[0].Addr() + "?master_set=" + MasterSet + others.String()
}

// Master returns the server that the first sentinel takes for the master.
func (s *Sentinels) Master(t testing.TB) *Server {
	t.Helper()
	addr := strings.ReplaceAll(s.Sentinels[0].Do(t, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", MasterSet), "\n", ":")
	for _, server := range s.Servers {
		if server.Addr() == addr {
			return server
		}
	}
	t.Fatalf("the master is at %s, where nobody is", addr)
	return nil
}
