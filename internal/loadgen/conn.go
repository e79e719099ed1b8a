package loadgen

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"
)

// Bounds of one request.
const (
	requestTimeout = 30 * time.Second
	maxBody        = 1 << 20
)

// conn is one connection that is kept, and made anew when it breaks. It is HTTP/1.1 by hand: a load is to be made with as
// little of the processor as can be, which net/http's client takes five times as much of. Not safe for concurrent use.
type conn struct {
	bytes  *traffic
	reach  func(ctx context.Context, network, addr string) (net.Conn, error)
	addr   string
	socket net.Conn // nil if there is none
	in     *bufio.Reader
	out    bytes.Buffer // the request being written
}

// traffic is how many bytes went over all connections of a run.
type traffic struct{ sent, received atomic.Int64 }

type countedConn struct {
	net.Conn

	bytes *traffic
}

// Read implements net.Conn.
func (c countedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.bytes.received.Add(int64(n))
	return n, err
}

// Write implements net.Conn.
func (c countedConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.bytes.sent.Add(int64(n))
	return n, err
}

func newConn(p Plan, bytes *traffic) conn {
	c := conn{bytes: bytes, reach: p.dial, addr: p.URL.Host}
	port := "80"
	switch {
	case c.reach != nil:
	case p.URL.Scheme == "https":
		d := &tls.Dialer{Config: &tls.Config{NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12}}
		c.reach, port = d.DialContext, "443"
	default:
		c.reach = new(net.Dialer).DialContext
	}
	if p.URL.Port() == "" {
		c.addr = net.JoinHostPort(p.URL.Hostname(), port)
	}
	return c
}

// answer is what the gate said.
type answer struct {
	status int
	header http.Header
	body   []byte // until the next request
}

// Requests, only for what http.ReadResponse wants to know of them.
var (
	getRequest  = &http.Request{Method: http.MethodGet}
	postRequest = &http.Request{Method: http.MethodPost}
)

// do sends what is in out, and reads the answer. A connection that the server has closed meanwhile is replaced once, if
// nothing of an answer has come: a visitor's browser does that too.
func (c *conn) do(ctx context.Context, r *http.Request) (answer, error) {
	kept := c.socket != nil
	a, err := c.once(ctx, r)
	if kept && errors.Is(err, errClosed) && ctx.Err() == nil && r.Method == http.MethodGet {
		return c.once(ctx, r)
	}
	return a, err
}

var errClosed = errors.New("the connection was closed before an answer began")

// unanswered is what befell a connection on which nothing of an answer has come.
func unanswered(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
		return fmt.Errorf("%w: %w", errClosed, err)
	}
	return err
}

func (c *conn) once(ctx context.Context, r *http.Request) (answer, error) {
	if c.socket == nil {
		if err := c.dial(ctx); err != nil {
			return answer{}, err
		}
	}
	a, err := c.exchange(ctx, r)
	if err != nil {
		c.close()
	}
	return a, err
}

func (c *conn) dial(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	socket, err := c.reach(ctx, "tcp", c.addr)
	if err != nil {
		return err
	}
	c.socket = countedConn{socket, c.bytes}
	if c.in == nil {
		c.in = bufio.NewReaderSize(nil, 16<<10)
	}
	c.in.Reset(c.socket)
	return nil
}

func (c *conn) exchange(ctx context.Context, r *http.Request) (answer, error) {
	deadline := time.Now().Add(requestTimeout)
	if earlier, ok := ctx.Deadline(); ok && earlier.Before(deadline) {
		deadline = earlier
	}
	if err := c.socket.SetDeadline(deadline); err != nil {
		return answer{}, err
	}
	if _, err := c.socket.Write(c.out.Bytes()); err != nil {
		return answer{}, unanswered(err)
	}
	if _, err := c.in.Peek(1); err != nil {
		return answer{}, unanswered(err)
	}
	response, err := http.ReadResponse(c.in, r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return answer{}, err
	}
	if response.Close {
		c.close()
	}
	return answer{status: response.StatusCode, header: response.Header, body: body}, nil
}

func (c *conn) close() {
	if c.socket != nil {
		_ = c.socket.Close()
		c.socket = nil
	}
}
