package faults_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/cattlegrid/cattlegrid/internal/faults"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// Nothing is left behind by a proxy that was closed.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// echo is a server that returns what it gets, and counts it.
type echo struct {
	listener net.Listener
	got      atomic.Int64
}

func newProxy(t *testing.T) (*faults.Proxy, *echo) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &echo{listener: listener}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_, _ = io.Copy(conn, io.TeeReader(conn, e))
			}()
		}
	}()
	p, err := faults.Listen(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		listener.Close()
	})
	return p, e
}

// Write implements io.Writer.
func (e *echo) Write(b []byte) (int, error) {
	e.got.Add(int64(len(b)))
	return len(b), nil
}

func dial(t *testing.T, p *faults.Proxy) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// say sends a line and returns the answer.
func say(conn net.Conn, text string, within time.Duration) (string, error) {
	if _, err := io.WriteString(conn, text+"\n"); err != nil {
		return "", err
	}
	if err := conn.SetReadDeadline(time.Now().Add(within)); err != nil {
		return "", err
	}
	return bufio.NewReader(conn).ReadString('\n')
}

const (
	long  = 10 * time.Second
	short = 50 * time.Millisecond
)

func wantAnswer(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if got, err := say(conn, text, long); err != nil || got != text+"\n" {
		t.Errorf("got %q, %v, want %q", got, err, text)
	}
}

// Without a fault bytes pass, on several connections.
func TestPass(t *testing.T) {
	p, _ := newProxy(t)
	one, two := dial(t, p), dial(t, p)
	wantAnswer(t, one, "one")
	wantAnswer(t, two, "two")
	wantAnswer(t, one, "three")
}

// A delay is added each way, and does not throttle: what is sent in a row arrives in a row.
func TestDelay(t *testing.T) {
	p, _ := newProxy(t)
	conn := dial(t, p)
	const delay = 30 * time.Millisecond
	p.Set(faults.Fault{Delay: delay})
	began := time.Now()
	for range 20 {
		if _, err := io.WriteString(conn, "x\n"); err != nil {
			t.Fatal(err)
		}
	}
	wantAnswer(t, conn, "x")
	if took := time.Since(began); took < 2*delay {
		t.Errorf("the answer came after %v, want %v", took, 2*delay)
	}
}

// Half open: either what is sent does not arrive, or it arrives and the answer does not. Afterwards the connection stays
// silent, and a new one is served.
func TestSwallow(t *testing.T) {
	for name, c := range map[string]struct {
		fault   faults.Fault
		arrives int64
	}{
		"ToServer": {faults.Fault{ToServer: faults.Swallow}, 0},
		"ToClient": {faults.Fault{ToClient: faults.Swallow}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			p, e := newProxy(t)
			conn := dial(t, p)
			wantAnswer(t, conn, "before")
			before := e.got.Load()
			p.Set(c.fault)
			if got, err := say(conn, "one", short); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("got %q, %v, want no answer", got, err)
			}
			redistest.AwaitWithin(t, "what is sent to arrive", long, func() bool { return e.got.Load()-before >= c.arrives })
			p.Set(faults.Fault{})
			if got, err := say(conn, "two", short); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("got %q, %v, want no answer", got, err)
			}
			if got := e.got.Load() - before; got != c.arrives {
				t.Errorf("%d bytes arrived, want %d", got, c.arrives)
			}
			wantAnswer(t, dial(t, p), "three")
		})
	}
}

// What is sent while a fault ends arrives, or nothing does any more: none goes on without the bytes that it lost.
func TestSwallowMeanwhile(t *testing.T) {
	p, _ := newProxy(t)
	for range 300 {
		conn := dial(t, p)
		wantAnswer(t, conn, "before")
		var toggled sync.WaitGroup
		p.Set(faults.Fault{ToServer: faults.Swallow})
		toggled.Go(func() { p.Set(faults.Fault{}) })
		if _, err := io.WriteString(conn, "one\n"); err != nil {
			t.Fatal(err)
		}
		toggled.Wait()
		if got, err := say(conn, "two", 5*time.Millisecond); got != "one\n" && !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("got %q, %v, want all or nothing", got, err)
		}
		conn.Close()
	}
}

// Cut ends connections; others can be made, unless they are refused.
func TestCut(t *testing.T) {
	p, _ := newProxy(t)
	conn := dial(t, p)
	wantAnswer(t, conn, "one")
	p.Cut()
	if _, err := say(conn, "two", long); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v, want the end of the connection", err)
	}
	wantAnswer(t, dial(t, p), "three")
	p.Set(faults.Fault{Refuse: true})
	conn, err := net.Dial("tcp", p.Addr()) // which may fail already
	if err == nil {
		_, err = say(conn, "four", long)
		conn.Close()
	}
	if err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v, want the end of the connection", err)
	}
	p.Set(faults.Fault{})
	wantAnswer(t, dial(t, p), "five")
}

// An address that moves leads new connections to another server.
func TestPoint(t *testing.T) {
	p, before := newProxy(t)
	_, after := newProxy(t)
	wantAnswer(t, dial(t, p), "one")
	p.Point(after.listener.Addr().String())
	wantAnswer(t, dial(t, p), "two")
	if before.got.Load() != 4 || after.got.Load() != 4 {
		t.Errorf("%d and %d bytes arrived, want 4 each", before.got.Load(), after.got.Load())
	}
}

// A connection that is made while all are cut ends as the others do.
func TestCutMeanwhile(t *testing.T) {
	p, _ := newProxy(t)
	p.Cut()
	wantCut(t, p)
}

// So does one that is made while the proxy closes: Close waits for it.
func TestCloseMeanwhile(t *testing.T) {
	p, err := faults.Listen("127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	wantCut(t, p)
}

// wantCut has a connection be carried that was begun before all cuts.
func wantCut(t *testing.T, p *faults.Proxy) {
	t.Helper()
	client, visitor := net.Pipe()
	server, service := net.Pipe()
	carried := make(chan struct{})
	go func() {
		defer close(carried)
		p.Carry(client, server)
	}()
	select {
	case <-carried:
	case <-time.After(long):
		t.Error("the connection is carried on")
	}
	_, _ = visitor.Close(), service.Close()
}

// A black hole answers nobody; who still waits when it is gone is served.
func TestHang(t *testing.T) {
	p, e := newProxy(t)
	p.Set(faults.Fault{Hang: true})
	conn := dial(t, p)
	if got, err := say(conn, "one", short); !errors.Is(err, os.ErrDeadlineExceeded) || e.got.Load() != 0 {
		t.Errorf("got %q, %v, and %d bytes arrived; want no answer", got, err, e.got.Load())
	}
	p.Set(faults.Fault{})
	wantAnswer(t, conn, "one")
}
