package redistest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	commandTimeout = 10 * time.Second
	lookTimeout    = 500 * time.Millisecond
)

// Do runs one command and returns the reply: text as it is, numbers in decimal, nil as "(nil)", the elements of an array
// on a line each. An error that Redis answers fails the test.
func (s *Server) Do(t testing.TB, command ...string) string {
	t.Helper()
	reply, err := s.command(command...)
	if err != nil {
		t.Fatalf("redis %s: %v", command[0], err)
	}
	return reply
}

// command speaks the protocol itself, on a connection of its own, so that what tests see of the server does not depend
// on the client under test.
func (s *Server) command(args ...string) (string, error) {
	return s.commandWithin(commandTimeout, args...)
}

func (s *Server) commandWithin(timeout time.Duration, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.Addr())
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(timeout)); err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(args))
	for _, arg := range args {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(arg), arg)
	}
	if _, err := io.WriteString(conn, b.String()); err != nil {
		return "", err
	}
	return readReply(bufio.NewReader(conn))
}

func readReply(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimSuffix(line, "\r\n")
	if line == "" {
		return "", errors.New("an empty reply")
	}
	kind, rest := line[0], line[1:]
	switch kind {
	case '+', ':':
		return rest, nil
	case '-':
		return "", errors.New(rest)
	}
	n, err := strconv.Atoi(rest)
	switch {
	case err != nil || kind != '$' && kind != '*':
		return "", fmt.Errorf("a reply that is none: %q", line)
	case n < 0:
		return "(nil)", nil
	case kind == '$':
		text := make([]byte, n+len("\r\n"))
		_, err := io.ReadFull(r, text)
		return string(text[:n]), err
	}
	elements := make([]string, n)
	for i := range elements {
		if elements[i], err = readReply(r); err != nil {
			return "", err
		}
	}
	return strings.Join(elements, "\n"), nil
}

// Look returns the value of a key that is a string, and whether it is there and the server answers soon.
func (s *Server) Look(key string) (value string, ok bool) {
	value, err := s.commandWithin(lookTimeout, "GET", key)
	return value, err == nil && value != "(nil)"
}
