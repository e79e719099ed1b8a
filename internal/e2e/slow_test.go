package e2e_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// Clients that are slow on purpose are cut off, within the ten seconds that a request may take to arrive, and meanwhile
// others are served.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	const (
		atMost  = 14 * time.Second
		header  = "POST /passport/sms_code HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
		refused = "POST /passport/sms_code HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
	)
	w := newWorld(t)
	g := w.onRedis(redistest.Start(t), newData(t))
	slow := []struct{ what, first, then string }{
		{"says nothing", "", ""},
		{"sends half a header", header, ""},
		{"sends a header by the byte", header + "X-Other: ", "a"},
		{"sends a path by the byte", "GET /passport/image_code?code_id=", "a"},
		{"sends half a body", header + "Content-Length: 100\r\n\r\n{", ""},
		{"sends a body by the byte", header + "Content-Length: 8000\r\n\r\n{", " "},
		{"sends a body by the chunk", header + "Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n"},
		{"sends a body that nobody wants", refused + "Content-Length: 8000\r\n\r\n{", " "},
	}
	others := make(chan reply, 1)
	errs := all(len(slow)+1, func(i int) error {
		if i == len(slow) {
			others <- g.smsCode(w.number(), g.challenge(), "")
			return nil
		}
		if err := g.cutsOff(slow[i].first, slow[i].then, atMost); err != nil {
			return fmt.Errorf("a client that %s: %w", slow[i].what, err)
		}
		return nil
	})
	for _, err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	if r := <-others; r.outcome() != "0" || r.took > time.Second {
		t.Errorf("another client: got %s after %v", said(r), r.took)
	}
}

// cutsOff connects, sends first, and then again and again; it returns nil when the gate has closed the connection.
func (g *gate) cutsOff(first, then string, atMost time.Duration) error {
	conn, err := net.Dial("tcp", strings.TrimPrefix(g.url, "http://"))
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, first); err != nil {
		return err
	}
	closed := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, conn)
		close(closed)
	}()
	timeout := time.NewTimer(atMost)
	defer timeout.Stop()
	drip := time.NewTicker(100 * time.Millisecond)
	defer drip.Stop()
	for {
		select {
		case <-closed:
			return nil
		case <-timeout.C:
			return fmt.Errorf("the connection still stands after %v", atMost)
		case <-drip.C:
			_, _ = io.WriteString(conn, then) // an error here is the end, of which the reader learns
		}
	}
}
