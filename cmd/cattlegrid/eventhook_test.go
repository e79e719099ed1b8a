package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cattlegrid/cattlegrid/metrics"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// postman is a site: it keeps what is posted, and answers as it is told to.
type postman struct {
	answer func(ctx context.Context, n int) (wire.Answer, error) // to the nth post, from 0; nil means 204

	mu     sync.Mutex
	posts  []posted
	busy   int
	most   int // posts at a time
	closed bool
}

// posted is one request.
type posted struct {
	at   time.Time
	id   string
	body string
}

func (p *postman) Post(ctx context.Context, id string, body []byte) (wire.Answer, error) {
	p.mu.Lock()
	n := len(p.posts)
	p.posts = append(p.posts, posted{time.Now(), id, string(body)})
	p.busy++
	p.most = max(p.most, p.busy)
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.busy--
		p.mu.Unlock()
	}()
	if p.answer == nil {
		return wire.Answer{Status: http.StatusNoContent}, nil
	}
	return p.answer(ctx, n)
}

func (p *postman) Close() { p.closed = true }

// tally counts what becomes of events.
type tally struct {
	mu sync.Mutex
	of map[metrics.Posting]int
}

func (c *tally) count(p metrics.Posting) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of[p]++
}

func (c *tally) want(t *testing.T, delivered, retried, dropped int) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	want := map[metrics.Posting]int{metrics.PostDelivered: delivered, metrics.PostRetried: retried, metrics.PostDropped: dropped}
	maps.DeleteFunc(want, func(_ metrics.Posting, n int) bool { return n == 0 })
	if !maps.Equal(c.of, want) {
		t.Errorf("counted %v, want %v", c.of, want)
	}
}

func testHook(t *testing.T, p *postman) (*eventHook, *tally, *output) {
	t.Helper()
	counts, log := &tally{of: map[metrics.Posting]int{}}, &output{}
	h := newEventHook(t.Context(), p, time.Now, slog.New(slog.NewTextHandler(log, nil)), counts.count)
	return h, counts, log
}

func (h *eventHook) addOne() { h.add(decisionType, noon, []byte(`{"act":"send"}`)) }

func status(code int) (wire.Answer, error) { return wire.Answer{Status: code}, nil }

// pass lets the time of a bubble pass, and all that happens then happen.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// An event is posted once, in an envelope that names it.
func TestEventHook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &postman{}
		h, counts, log := testHook(t, p)
		h.addOne()
		h.addOne()
		synctest.Wait()
		counts.want(t, 2, 0, 0)
		h.Close()
		if len(p.posts) != 2 || p.posts[0].id == p.posts[1].id || !p.closed {
			t.Fatalf("posted %+v, closed %t, want two of different ids, and closed", p.posts, p.closed)
		}
		for _, one := range p.posts {
			want := `{"type":"decision","id":"` + one.id + `","timestamp":"2026-01-02T12:00:00Z","data":{"act":"send"}}`
			if one.body != want || !strings.HasPrefix(one.id, "evt_") {
				t.Errorf("the body is %s, want %s", one.body, want)
			}
		}
		if log.String() != "" {
			t.Errorf("the log says %s", log)
		}
	})
}

// What the site does not take is posted again, the same under the same name, later each time, and dropped in the end.
func TestEventHookRetries(t *testing.T) {
	for name, answer := range map[string]func(context.Context, int) (wire.Answer, error){
		"Status":   func(context.Context, int) (wire.Answer, error) { return status(http.StatusInternalServerError) },
		"Redirect": func(context.Context, int) (wire.Answer, error) { return status(http.StatusFound) },
		"Refused":  func(context.Context, int) (wire.Answer, error) { return status(http.StatusUnauthorized) },
		"NoAnswer": func(context.Context, int) (wire.Answer, error) {
			return wire.Answer{}, errors.New("connection refused")
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &postman{answer: answer}
				h, counts, log := testHook(t, p)
				defer h.Close()
				h.addOne()
				pass(time.Hour)
				counts.want(t, 0, len(eventPauses), 1)
				if len(p.posts) != 1+len(eventPauses) {
					t.Fatalf("%d posts, want %d", len(p.posts), 1+len(eventPauses))
				}
				for i, pause := range eventPauses {
					before, after := p.posts[i], p.posts[i+1]
					if got := after.at.Sub(before.at); got < pause/2 || got >= pause*3/2 {
						t.Errorf("after post %d it waited %v, want about %v", i, got, pause)
					}
					if before.id != after.id || before.body != after.body {
						t.Errorf("post %d is %+v, want the same as %+v", i+1, after, before)
					}
				}
				if n := strings.Count(log.String(), "the site does not take events"); n < 2 || n > 4 {
					t.Errorf("it complained %d times in a quarter of an hour, want once after each long pause:\n%s", n, log)
				}
			})
		})
	}
}

// An event that the site takes at last is delivered, and not posted again.
func TestEventHookRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &postman{answer: func(_ context.Context, n int) (wire.Answer, error) {
			return status([]int{503, 200}[n])
		}}
		h, counts, _ := testHook(t, p)
		defer h.Close()
		h.addOne()
		pass(time.Hour)
		counts.want(t, 1, 1, 0)
	})
}

// A site that says when it wants to be asked again is asked then, but for times that are too long.
func TestEventHookRetryAfter(t *testing.T) {
	for after, want := range map[string]time.Duration{"60": time.Minute, "86400": maxEventPause} {
		synctest.Test(t, func(t *testing.T) {
			p := &postman{answer: func(_ context.Context, n int) (wire.Answer, error) {
				if n > 0 {
					return status(http.StatusOK)
				}
				return wire.Answer{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {after}}}, nil
			}}
			h, _, _ := testHook(t, p)
			defer h.Close()
			h.addOne()
			pass(time.Hour)
			if got := p.posts[1].at.Sub(p.posts[0].at); got != want {
				t.Errorf("Retry-After %s: posted again after %v, want %v", after, got, want)
			}
		})
	}
}

// 410 ends it: what waits is dropped, and so is all that comes.
func TestEventHookGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &postman{answer: func(_ context.Context, n int) (wire.Answer, error) {
			return status([]int{500, 410}[n])
		}}
		h, counts, log := testHook(t, p)
		defer h.Close()
		h.addOne()
		synctest.Wait()
		h.addOne()
		pass(time.Hour)
		h.addOne()
		counts.want(t, 0, 1, 3)
		if len(p.posts) != 2 || strings.Count(log.String(), "it answers 410") != 1 {
			t.Errorf("%d posts, want 2; the log says\n%s", len(p.posts), log)
		}
	})
}

// A site that hangs costs neither time nor memory without bound: few events are posted at a time, so many wait, and more are
// dropped. When the process ends they have a few seconds.
func TestEventHookIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &postman{answer: func(ctx context.Context, _ int) (wire.Answer, error) {
			<-ctx.Done()
			return wire.Answer{}, ctx.Err()
		}}
		h, counts, _ := testHook(t, p)
		began := time.Now()
		for range maxUnpostedEvents + 100 {
			h.addOne()
		}
		synctest.Wait()
		counts.want(t, 0, 0, 100)
		if p.most != eventPosters || !time.Now().Equal(began) {
			t.Errorf("%d posts at a time after %v, want %d at once", p.most, time.Since(began), eventPosters)
		}
		h.Close()
		if took := time.Since(began); took != eventDrain {
			t.Errorf("Close took %v, want %v", took, eventDrain)
		}
		h.addOne()
		counts.want(t, 0, 0, maxUnpostedEvents+101)
	})
}

// What waits to be posted again when the process ends is posted once more, at once.
func TestEventHookDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &postman{answer: func(_ context.Context, n int) (wire.Answer, error) {
			return status([]int{500, 500, 500, 200, 500, 200}[n])
		}}
		h, counts, log := testHook(t, p)
		for range 3 {
			h.addOne()
		}
		synctest.Wait()
		began := time.Now()
		h.Close()
		counts.want(t, 2, 3, 1)
		if took := time.Since(began); took != 0 {
			t.Errorf("Close took %v, want no time", took)
		}
		if want := "events were dropped, because the process ends and the site did not take them\" events=1\n"; !strings.HasSuffix(log.String(), want) {
			t.Errorf("the log says\n%swant at its end\n%s", log, want)
		}
	})
}

// A receipt that is posted has neither the number nor the provider's id of the message, and reads as the line does.
func TestEventHookReceipt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &postman{}
		h, counts, _ := testHook(t, p)
		e := &events{clock: func() time.Time { return noon }, hook: h}
		e.reported(lost())
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		counts.want(t, 1, 0, 0)
		var body struct {
			Type, Timestamp string
			Data            receiptEvent
		}
		if err := json.Unmarshal([]byte(p.posts[0].body), &body); err != nil {
			t.Fatal(err)
		}
		if want := newReceiptEvent(noon, lost()); body.Data != want || body.Type != "receipt" || body.Timestamp != "2026-01-02T12:00:00Z" {
			t.Errorf("posted %+v, want a receipt of %+v", body, want)
		}
		if strings.Contains(p.posts[0].body, mobile) {
			t.Errorf("the number is in %s", p.posts[0].body)
		}
	})
}
