package redistest

import (
	"net"
	"strings"
	"testing"
	"time"
)

// quickReplication has replicas catch up at once.
var quickReplication = []string{
	"--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0", "--repl-diskless-load", "swapdb", "--repl-ping-replica-period", "1",
}

func (s *Server) hostPort() (host, port string) {
	host, port, _ = net.SplitHostPort(s.Addr()) // it was joined by Addr
	return host, port
}

// Follow makes the server a replica of another one, and returns when it has all that the other one has.
func (s *Server) Follow(t testing.TB, master *Server) {
	t.Helper()
	master.Do(t, "CONFIG", "SET", "repl-diskless-sync-delay", "0")
	s.FollowAt(t, master.Addr())
}

// FollowAt is Follow of a master that is reached at another address than its own.
func (s *Server) FollowAt(t testing.TB, addr string) {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	s.Do(t, "REPLICAOF", host, port)
	s.awaitLink(t)
}

func (s *Server) awaitLink(t testing.TB) {
	t.Helper()
	Await(t, "the replica to be in step", func() bool {
		return strings.Contains(s.Do(t, "INFO", "replication"), "master_link_status:up")
	})
}

// IsMaster reports whether the server takes writes, as far as it knows. One that does not answer does not.
func (s *Server) IsMaster() bool {
	info, err := s.command("INFO", "replication")
	return err == nil && strings.Contains(info, "role:master")
}

// Await returns when ok says true, and fails the test if it does not within 20 seconds.
func Await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	AwaitWithin(t, what, startTimeout, ok)
}

// AwaitWithin is Await for as long as given.
func AwaitWithin(t testing.TB, what string, within time.Duration, ok func() bool) {
	t.Helper()
	timeout := time.NewTimer(within)
	defer timeout.Stop()
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	for !ok() {
		select {
		case <-poll.C:
		case <-timeout.C:
			t.Fatalf("waited %v for %s", within, what)
		}
	}
}
