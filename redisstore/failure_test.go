package redisstore_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// Redis repeats the arguments of a command that it does not know. Errors do not: neither key nor value nor guess.
func TestFailuresKeepSecrets(t *testing.T) {
	server := redistest.Start(t,
		"--rename-command", "SET", "", "--rename-command", "GETDEL", "", "--rename-command", "DEL", "",
		"--rename-command", "EVALSHA", "", "--rename-command", "EVAL", "")
	if server.Do(t, "PING") != "PONG" {
		t.Fatal("no server")
	}
	store := newStore(t, server.URL())
	d := debit("Limit_{thekey}", "theid", 9)
	s := cattlegrid.Secret{Value: "thevalue", Attempts: 3, Payload: []byte("thepayload"), TTL: challenge("").TTL}
	plain := challenge("thevalue")
	for name, verb := range map[string]func(ctx context.Context) error{
		"Put":           func(ctx context.Context) error { return store.Put(ctx, "thekey", plain) },
		"PutHash":       func(ctx context.Context) error { return store.Put(ctx, "thekey", s) },
		"PutDebits":     func(ctx context.Context) error { return store.Put(ctx, "thekey", plain, d) },
		"Keep":          func(ctx context.Context) error { _, err := store.Keep(ctx, "thekey", s, d); return err },
		"Peek":          func(ctx context.Context) error { _, err := store.Peek(ctx, "thekey"); return err },
		"Attempt":       func(ctx context.Context) error { _, err := store.Attempt(ctx, "thekey", "thevalue"); return err },
		"AttemptDebits": func(ctx context.Context) error { _, err := store.Attempt(ctx, "thekey", "thevalue", d); return err },
		"Delete":        func(ctx context.Context) error { return store.Delete(ctx, "thekey") },
		"Spend":         func(ctx context.Context) error { return store.Spend(ctx, d) },
		"Refund":        func(ctx context.Context) error { return store.Refund(ctx, d) },
		"Ping":          store.Ping,
	} {
		err := verb(t.Context())
		if isAnswer(err) {
			t.Errorf("%s: %v, want a failure", name, err)
			continue
		}
		for e := err; e != nil; e = errors.Unwrap(e) {
			if text := e.Error(); strings.Contains(text, "the") && !strings.Contains(text, "the package comment") || !strings.Contains(text, "unknown command") {
				t.Errorf("%s: %v", name, e)
			}
		}
	}
}

// A server that would not take a write cannot serve, and Ping says so.
func TestPing(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	if err := store.Ping(t.Context()); err != nil {
		t.Errorf("Ping: %v", err)
	}
	if keys := server.Do(t, "DBSIZE"); keys != "0" {
		t.Errorf("after Ping there are %s keys", keys)
	}

	server.Do(t, "CONFIG", "SET", "maxmemory", "1")
	if err := store.Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "OOM") {
		t.Errorf("Ping without memory: %v, want OOM", err)
	}
	server.Do(t, "CONFIG", "SET", "maxmemory", "0")

	server.Do(t, "REPLICAOF", "127.0.0.1", "1")
	if err := store.Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "READONLY") {
		t.Errorf("Ping of a replica: %v, want READONLY", err)
	}
	server.Do(t, "REPLICAOF", "NO", "ONE")
	if err := store.Ping(t.Context()); err != nil {
		t.Errorf("Ping: %v", err)
	}
}

// A key that holds something else than a secret or an account is a failure, and is left alone.
func TestOtherTypes(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	server.Do(t, "RPUSH", "list", "1")
	server.Do(t, "RPUSH", "list:count", "1")
	d := debit("list", "1", 9)
	_, keepErr := store.Keep(t.Context(), "list", code("digest"), debit("a", "1", 9))
	_, peekErr := store.Peek(t.Context(), "list")
	_, attemptErr := store.Attempt(t.Context(), "list", "1")
	for name, err := range map[string]error{"Keep": keepErr, "Peek": peekErr, "Attempt": attemptErr, "Spend": store.Spend(t.Context(), d), "Refund": store.Refund(t.Context(), d)} {
		if isAnswer(err) || !strings.Contains(err.Error(), "WRONGTYPE") {
			t.Errorf("%s: %v, want WRONGTYPE", name, err)
		}
	}
	if got := server.Do(t, "LRANGE", "list", "0", "-1"); got != "1" {
		t.Errorf("the list is %q now", got)
	}
	if keys := server.Do(t, "DBSIZE"); keys != "3" {
		t.Errorf("there are %s keys, want the lists and the marker only", keys)
	}
}

// The greatest limit there can be is counted exactly.
func TestHugeCounts(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	d := debit("a", "1", guard.MaxUnits)
	d.Cost = guard.MaxUnits - 1
	if err := store.Spend(t.Context(), d); err != nil {
		t.Errorf("Spend: %v", err)
	}
	for i, want := range []error{nil, cattlegrid.ErrLimit} {
		d.ID, d.Cost = strconv.Itoa(i+2), 1
		if err := store.Spend(t.Context(), d); !errors.Is(err, want) {
			t.Errorf("Spend of unit %d: %v, want %v", guard.MaxUnits+i, err, want)
		}
	}
}
