package redistest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/skiptest"
)

// binaryVariable names another program to start, valkey-server for instance.
const binaryVariable = "CATTLEGRID_TEST_REDIS"

const (
	startAttempts = 5                // ports to try: another process may take one between our look and the server's start
	startTimeout  = 20 * time.Second // until a server answers; a busy machine needs a while
	pollInterval  = 5 * time.Millisecond
)

// Server is a running redis-server. Its methods fail the test that they are given when the server does not do as told.
type Server struct {
	binary string
	args   []string
	env    []string // besides that of the test
	dir    string
	port   int
	socket string
	proc   *os.Process
	exited chan struct{} // closed when proc is gone
	output *bytes.Buffer // of proc; to be read after exited
}

// Start returns a fresh server, which is stopped when the test ends. args stand before the other
// arguments of redis-server, of which the first may be a configuration file.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	return start(t, nil, args...)
}

func start(t testing.TB, env []string, args ...string) *Server {
	t.Helper()
	name := cmp.Or(os.Getenv(binaryVariable), "redis-server")
	binary, err := exec.LookPath(name)
	if err != nil {
		skiptest.Missing(t, name+" is not installed; on Debian and Ubuntu: apt-get install redis-server")
	}
	// Not t.TempDir: its name is that of the test, and the path of a socket must not be long.
	dir, err := os.MkdirTemp("", "redistest") //nolint:usetesting // see above
	if err != nil {
		t.Fatalf("make a directory for redis-server: %v", err)
	}
	s := &Server{binary: binary, args: args, env: env, dir: dir, socket: filepath.Join(dir, "redis.sock")}
	t.Cleanup(func() {
		s.Stop(t)
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("remove the directory of redis-server: %v", err)
		}
	})
	for range startAttempts {
		s.port = FreePort(t)
		if err = s.launch(); err == nil {
			return s
		}
	}
	t.Fatalf("start redis-server: %v", err)
	return nil
}

// Addr is host:port of the server.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// URL is the redis:// address of the server.
func (s *Server) URL() string { return "redis://" + s.Addr() + "/0" }

// SocketURL is the unix:// address of the server.
func (s *Server) SocketURL() string { return "unix://" + s.socket }

// Stop kills the server, as a crash would: all that it held is gone. Stopping a stopped server does nothing.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if s.proc == nil {
		return
	}
	if err := s.proc.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("kill redis-server: %v", err)
	}
	<-s.exited
	s.proc = nil
}

// Restart stops the server and starts an empty one at the same address.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.Stop(t)
	if err := s.launch(); err != nil {
		t.Fatalf("restart redis-server: %v", err)
	}
}

// launch starts the process and returns when it answers.
func (s *Server) launch() error {
	s.output = new(bytes.Buffer)
	s.exited = make(chan struct{})
	started := make(chan error)
	go func() {
		// The system ends the server when the thread that started it does, so that none is left behind by a test that
		// panics. That thread must therefore be this goroutine's alone.
		runtime.LockOSThread()
		args := append(slices.Clone(s.args), "--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--unixsocket", s.socket,
			"--save", "", "--appendonly", "no", "--dir", s.dir)
		cmd := exec.CommandContext(context.Background(), s.binary, args...) //nolint:gosec // it is redis-server, and a test says with what
		cmd.Stdout, cmd.Stderr = s.output, s.output
		if len(s.env) > 0 {
			cmd.Env = append(os.Environ(), s.env...)
		}
		cmd.SysProcAttr = DieWithParent()
		err := cmd.Start()
		s.proc = cmd.Process
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ends is no matter: it is killed
		}
		close(s.exited)
	}()
	if err := <-started; err != nil {
		s.proc = nil
		return err
	}
	return s.awaitPong()
}

func (s *Server) awaitPong() error {
	timeout := time.NewTimer(startTimeout)
	defer timeout.Stop()
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	for {
		pid, err := s.command("INFO", "server")
		if err == nil && bytes.Contains([]byte(pid), []byte("process_id:"+strconv.Itoa(s.proc.Pid)+"\r\n")) {
			return nil
		}
		select {
		case <-poll.C:
		case <-s.exited:
			s.proc = nil
			return errors.New("it ended: " + s.output.String())
		case <-timeout.C:
			if err == nil {
				err = errors.New("another process answers")
			}
			_ = s.proc.Kill()
			<-s.exited
			s.proc = nil
			return err
		}
	}
}

// FreePort is a port of the loopback interface that nobody listens on, yet.
func FreePort(t testing.TB) int {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("find a free port: %v", err)
	}
	defer l.Close()
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatalf("find a free port: %v is none", l.Addr())
	}
	return addr.Port
}
