package redistest_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// A started server is empty and answers, also behind its socket; two servers are two.
func TestStart(t *testing.T) {
	one, two := redistest.Start(t), redistest.Start(t)
	one.Do(t, "SET", "key", "one")
	two.Do(t, "SET", "key", "two")
	if got := one.Do(t, "GET", "key"); got != "one" {
		t.Errorf("GET gives %q, want one", got)
	}
	if one.Addr() == two.Addr() || !strings.Contains(one.URL(), one.Addr()) {
		t.Errorf("addresses %s and %s, URL %s", one.Addr(), two.Addr(), one.URL())
	}
	conn, err := net.Dial("unix", strings.TrimPrefix(one.SocketURL(), "unix://"))
	if err != nil {
		t.Fatalf("connect to the socket: %v", err)
	}
	conn.Close()
}

// Do gives replies of every kind as text.
func TestDo(t *testing.T) {
	server := redistest.Start(t)
	for _, c := range []struct {
		command string
		want    string
	}{
		{"PING", "PONG"},
		{"GET nothing", "(nil)"},
		{"RPUSH list a bb", "2"},
		{"LRANGE list 0 -1", "a\nbb"},
		{"LRANGE nothing 0 -1", ""},
	} {
		if got := server.Do(t, strings.Fields(c.command)...); got != c.want {
			t.Errorf("%s gives %q, want %q", c.command, got, c.want)
		}
	}
	server.Do(t, "SET", "key", "two\r\nlines")
	if got := server.Do(t, "GET", "key"); got != "two\r\nlines" {
		t.Errorf("GET gives %q", got)
	}
}

// A stopped server is gone with all that it held; started again it is empty and at the same address.
func TestRestart(t *testing.T) {
	server := redistest.Start(t)
	addr := server.Addr()
	server.Do(t, "SET", "key", "value")
	server.Stop(t)
	server.Stop(t)
	if conn, err := net.Dial("tcp", addr); err == nil {
		conn.Close()
		t.Error("a stopped server accepts connections")
	}
	server.Restart(t)
	if got := server.Do(t, "DBSIZE"); got != "0" || server.Addr() != addr {
		t.Errorf("%s keys at %s, want none at %s", got, server.Addr(), addr)
	}
}

// Advance does to lifetimes and moments what waiting does, and leaves the rest alone.
func TestAdvance(t *testing.T) {
	server := redistest.Start(t)
	server.Do(t, "SET", "stays", "1")
	server.Do(t, "SET", "ends", "1", "PX", "60000")
	server.Do(t, "SET", "goes on", "1", "PX", "120000")
	server.Do(t, "ZADD", "moments", "-5", "count", "1790000000123456", "moment")

	server.Advance(t, time.Minute-time.Second-time.Nanosecond)
	if got := server.Do(t, "EXISTS", "ends"); got != "1" {
		t.Error("a key is gone a second too early")
	}
	server.Advance(t, time.Second)
	if got := server.Do(t, "EXISTS", "stays", "ends", "goes on"); got != "2" {
		t.Errorf("%s keys are left, want 2", got)
	}
	if ttl := server.Do(t, "TTL", "goes on"); ttl != "60" && ttl != "59" && ttl != "58" {
		t.Errorf("TTL gives %s, want 60", ttl)
	}
	if ttl := server.Do(t, "TTL", "stays"); ttl != "-1" {
		t.Errorf("TTL gives %s, want none", ttl)
	}
	if got := server.Do(t, "ZRANGE", "moments", "0", "-1", "WITHSCORES"); got != "count\n-5\nmoment\n1789999940123456" {
		t.Errorf("the moments are %q", got)
	}
}
