//go:build unix

package e2e_test

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

const (
	answersWithin  = 1500 * time.Millisecond // while Redis does not answer
	recoversWithin = 5 * time.Second         // once it does again

	crowdOfAKind = 8 // requests of each kind at once
)

// While Redis hangs or is gone, requests are refused in time and in the tutorial's words, and nothing is sent. Back up,
// the same process serves again. This is no parallel test, since it takes the time.
func TestRedisOutage(t *testing.T) {
	for name, outage := range map[string]struct {
		begin, end func(s *redistest.Server, t *testing.T)
	}{
		"Hangs": {
			func(s *redistest.Server, t *testing.T) { s.Pause(t) },
			func(s *redistest.Server, t *testing.T) { s.Resume(t) },
		},
		"Gone": {
			func(s *redistest.Server, t *testing.T) { s.Stop(t) },
			func(s *redistest.Server, t *testing.T) { s.Restart(t) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, server := newWorld(t), redistest.Start(t)
			// It comes back empty, which TestFaults is about.
			g := w.onRedis(server, newData(t), w.guard(withoutBudgets(nil)...), "CATTLEGRID_REDIS_LOSS_PAUSE=0s")
			// When Redis hangs, each wave of requests takes a second, and the connection is given up after two or three.
			for round, waves := range []int{4, 1} {
				solved, number := g.challenges(1+waves*crowdOfAKind), w.number()
				sent := g.smsCode(number, solved[0], "")
				if sent.outcome() != "0" {
					t.Fatalf("before the outage: got %s", said(sent))
				}
				outage.begin(server, t)
				for wave := range waves {
					g.refuses(t, solved[1+wave*crowdOfAKind:][:crowdOfAKind], sent.verification())
				}
				if got := len(w.provider.sent()); got != 2*round+1 {
					t.Errorf("%d messages left in the outage", got-2*round-1)
				}
				outage.end(server, t)
				ended := time.Now()
				await(t, "the gate to recover", recoversWithin, func() bool { return g.get("/readyz").status == 200 })
				t.Logf("ready %v after the end of the outage", time.Since(ended))
				if r := g.smsCode(w.number(), g.challenge(), ""); r.outcome() != "0" {
					t.Errorf("after the outage: got %s", said(r))
				}
				if got := len(w.provider.sent()); got != 2*round+2 {
					t.Errorf("%d messages left, want %d", got, 2*round+2)
				}
			}
			select {
			case <-g.exited:
				t.Errorf("the process ended with code %d", g.code)
			default:
			}
		})
	}
}

// refuses makes many requests at once to a gate without a store.
func (g *gate) refuses(t *testing.T, solved []challenge, verification string) {
	t.Helper()
	w := g.world
	calls := []struct {
		name string
		do   func(i int) reply
		want string
	}{
		{"sms_code", func(i int) reply { return g.smsCode(w.number(), solved[i], "") }, "200 4001 数据库查询错误"},
		{"image_code", func(int) reply { return g.picture(w.id(), "") }, "200 4004 保存图片验证码失败"},
		{"v1", func(int) reply { return g.verify(w.number(), challenge{w.id(), "AAAA"}, "login") }, "503 store-unavailable"},
		{"check", func(int) reply { return g.check(verification, "000000") }, "503 store-unavailable"},
		{"readyz", func(int) reply { return g.get("/readyz") }, "503 store-unavailable"},
		{"jwks", func(int) reply { return g.get("/.well-known/jwks.json") }, "200 200"},
	}
	slowness := g.probe(t)
	replies := all(len(calls)*len(solved), func(i int) reply { return calls[i%len(calls)].do(i / len(calls)) })
	allowed := answersWithin + slowness()
	slowest := make([]time.Duration, len(calls))
	for i, r := range replies {
		c := i % len(calls)
		slowest[c] = max(slowest[c], r.took)
		if got := statusAndWords(r); got != calls[c].want || r.took > allowed {
			t.Errorf("%s: got %s after %v, want %s within %v", calls[c].name, got, r.took, calls[c].want, allowed)
		}
	}
	t.Logf("slowest answers: %v, of %v allowed", slowest, allowed)
}

// probe asks for the gate's health again and again. The function that it returns ends that and says how long it took at
// most: healthz needs no store, so that the time is what a busy machine takes from everybody.
func (g *gate) probe(t *testing.T) (end func() time.Duration) {
	t.Helper()
	stop, slowest := make(chan struct{}), make(chan time.Duration)
	go func() {
		var most time.Duration
		again := time.NewTicker(20 * time.Millisecond)
		defer again.Stop()
		for {
			select {
			case <-again.C:
				r := g.get("/healthz")
				if r.status != 200 || r.took > answersWithin {
					t.Errorf("healthz: got %s after %v", statusAndWords(r), r.took)
				}
				most = max(most, r.took)
			case <-stop:
				slowest <- most
				return
			}
		}
	}()
	return func() time.Duration {
		close(stop)
		return <-slowest
	}
}
