//go:build unix

package e2e_test

import (
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A gate that is told to stop while messages are on their way answers those who wait for them, takes no new connections,
// and exits with code 0. The next one knows what it knew.
func TestStop(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	limits := w.guard(withoutBudgets(nil)...)
	g := w.onBolt(newData(t), limits)
	const waiting = 8
	solved := g.challenges(waiting + 1)
	numbers := make([]string, waiting)
	for i := range numbers {
		numbers[i] = w.number()
	}
	jwks := g.get("/.well-known/jwks.json").text

	release := make(chan struct{})
	w.provider.answersAfter(func(gone <-chan struct{}) {
		select {
		case <-release:
		case <-gone:
		}
	})
	replies := make(chan []reply, 1)
	go func() {
		replies <- all(waiting, func(i int) reply {
			if i%2 == 0 {
				return g.smsCode(numbers[i], solved[i], "")
			}
			return g.verify(numbers[i], solved[i], "register")
		})
	}()
	await(t, "the messages to leave", 10*time.Second, func() bool { return len(w.provider.sent()) == waiting })
	if err := g.process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	await(t, "connections to be refused", 3*time.Second, func() bool {
		conn, err := net.Dial("tcp", strings.TrimPrefix(g.url, "http://"))
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
	select {
	case got := <-replies:
		t.Fatalf("those who wait were answered before their messages were taken: %v", outcomes(got))
	case <-g.exited:
		t.Fatal("the process ended while requests were in flight")
	default:
	}
	close(release)
	got := <-replies
	if diff := cmp.Diff(map[string]int{"0": waiting / 2, "201": waiting / 2}, outcomes(got)); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	select {
	case <-g.exited:
	case <-time.After(15 * time.Second): // net/http waits five for a connection that was opened ahead and never used
		t.Fatal("the process goes on")
	}
	if g.code != 0 {
		t.Errorf("the exit code is %d, want 0", g.code)
	}

	w.provider.answersAfter(nil)
	next := w.onBolt(g.data, limits)
	if got := next.get("/.well-known/jwks.json").text; got != jwks {
		t.Errorf("the keys are others: got %s, want %s", got, jwks)
	}
	if r := next.smsCode(w.number(), solved[0], ""); r.outcome() != "4002" {
		t.Errorf("a used challenge: got %s", said(r))
	}
	if r := next.smsCode(numbers[0], solved[waiting], ""); r.outcome() != "4201" {
		t.Errorf("another message to the same phone with a challenge from before: got %s", said(r))
	}
	for i, r := range got {
		checked := next.check(r.verification(), w.provider.code(numbers[i]))
		if checked.outcome() != "200" {
			t.Errorf("a code from before: got %s", said(checked))
			continue
		}
		wantProof(t, jwks, checked.Proof, numbers[i], "register")
	}
	if got := len(w.provider.sent()); got != waiting {
		t.Errorf("%d messages left, want %d", got, waiting)
	}
}
