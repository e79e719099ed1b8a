//go:build unix

package redistest

import (
	"syscall"
	"testing"
)

// Pause makes the server hang: connections stay and are accepted, nothing is answered.
func (s *Server) Pause(t testing.TB) {
	t.Helper()
	s.signal(t, syscall.SIGSTOP)
}

// Resume ends a Pause.
func (s *Server) Resume(t testing.TB) {
	t.Helper()
	s.signal(t, syscall.SIGCONT)
}

func (s *Server) signal(t testing.TB, signal syscall.Signal) {
	t.Helper()
	if err := s.proc.Signal(signal); err != nil {
		t.Fatalf("signal %v to redis-server: %v", signal, err)
	}
}
