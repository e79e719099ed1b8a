package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/webhook"
)

// A message arrives whole, signed and fresh, over plain HTTP and TLS, and the answer's id is the delivery's.
func TestSend(t *testing.T) {
	t.Parallel()
	for name, overTLS := range map[string]bool{"HTTP": false, "TLS": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t, overTLS, func(w http.ResponseWriter, req *http.Request) {
				user, password, _ := req.BasicAuth()
				if req.Method != http.MethodPost || req.URL.String() != "/hook-path?token=hook-query" ||
					user != "hook-user" || password != "hook-password" || req.Header.Get("Content-Type") != "application/json" || !req.Close {
					t.Errorf("request is %s %v, user %q, %v", req.Method, req.URL, user, req.Header)
				}
				_, _ = io.WriteString(w, `{"id": "SM-1"}`)
			})
			before := time.Now()
			c := webhook.Config{URL: withSecrets(r.URL), Secret: secret, AllowPrivate: true}
			if overTLS {
				c.RootCAs = r.roots()
			}
			s, err := webhook.New(c)
			if err != nil {
				t.Fatal(err)
			}
			d, err := s.Send(t.Context(), message(t))
			if err != nil || d != (cattlegrid.Delivery{Provider: "webhook", ID: "SM-1"}) {
				t.Fatalf("Send = %+v, %v", d, err)
			}
			want := []webhook.Event{{
				Type: "sms.send", ID: r.header.Get("Webhook-Id"), MessageID: "MESSAGE2ABCDEFGHIJKLMNOPQR", To: "+8613800138000", Country: "CN", Code: "918273", Text: "【示例】<918273>",
				Purpose: "login", Lang: "zh", LifetimeSeconds: 300,
			}}
			got := r.received()
			if at := got[0].Timestamp; at.Before(before) || at.After(time.Now()) {
				t.Errorf("timestamp = %v, want between %v and now", at, before)
			}
			got[0].Timestamp = time.Time{}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

// The clock of the configuration gives the timestamps.
func TestSendNow(t *testing.T) {
	t.Parallel()
	now := time.Now().Add(-time.Minute).Truncate(time.Millisecond).In(time.FixedZone("", 8*60*60))
	r := newReceiver(t, false, status(http.StatusOK))
	s, err := webhook.New(webhook.Config{
		URL: r.URL, Secret: secret, AllowPrivate: true, Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Send(t.Context(), message(t)); err != nil {
		t.Fatal(err)
	}
	if got := r.received()[0].Timestamp; !got.Equal(now) || got.Location() != time.UTC ||
		r.header.Get("Webhook-Timestamp") != strconv.FormatInt(now.Unix(), 10) {
		t.Errorf("timestamps are %v and %s, want %v", got, r.header.Get("Webhook-Timestamp"), now.UTC())
	}
}

// While secrets change, requests verify with the old one and the new one.
func TestSendOldSecret(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string]struct{ now, old string }{
		"ReceiverIsAhead": {oldSecret, secret}, "ReceiverIsBehind": {secret, oldSecret},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t, false, status(http.StatusOK)) // verifies with secret
			s, err := webhook.New(webhook.Config{URL: r.URL, Secret: keys.now, OldSecret: keys.old, AllowPrivate: true})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Send(t.Context(), message(t)); err != nil || len(r.received()) != 1 {
				t.Errorf("Send = %v, %d received", err, len(r.received()))
			}
		})
	}
}

// Each answer has its class, and costs one request.
func TestSendStatus(t *testing.T) {
	t.Parallel()
	const delivered = cattlegrid.SendClass(-1)
	for class, codes := range map[cattlegrid.SendClass][]int{
		delivered:                {200, 201, 202, 204, 299},
		cattlegrid.Throttled:     {429},
		cattlegrid.Unpaid:        {402},
		cattlegrid.Misconfigured: {301, 307, 308, 401, 403, 404, 405},
		cattlegrid.Permanent:     {400, 410, 413, 422, 451},
		cattlegrid.Unknown:       {300, 302, 303, 304, 408, 409, 499, 500, 501, 502, 503, 504, 507, 599, 600, 999},
	} {
		for _, code := range codes {
			t.Run(strconv.Itoa(code), func(t *testing.T) {
				t.Parallel()
				r := newReceiver(t, false, status(code))
				d, err := newSender(t, r.URL, nil).Send(t.Context(), message(t))
				if class != delivered {
					wantFailure(t, err, class)
					if !strings.Contains(err.Error(), strconv.Itoa(code)) {
						t.Errorf("%v does not tell the status", err)
					}
				} else if err != nil || d.Provider != "webhook" {
					t.Errorf("Send = %+v, %v", d, err)
				}
				if n := len(r.received()); n != 1 {
					t.Errorf("%d requests, want 1", n)
				}
			})
		}
	}
}

// A receiver that has enough says for how long, in seconds and for up to a day.
func TestSendRetryAfter(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]time.Duration{"": 0, "60": time.Minute, "86400": 24 * time.Hour, "86401": 0, "soon": 0} {
		r := newReceiver(t, false, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", header)
			w.WriteHeader(http.StatusTooManyRequests)
		})
		_, err := newSender(t, r.URL, nil).Send(t.Context(), message(t))
		wantFailure(t, err, cattlegrid.Throttled)
		if failure, _ := errors.AsType[*cattlegrid.SendError](err); failure.RetryAfter != want {
			t.Errorf("Retry-After %q: %v, want %v", header, failure.RetryAfter, want)
		}
	}
}

// The id of a delivery is the one in the answer, if there is one fit to be shown; the message was taken in any case.
func TestSendID(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ body, want string }{
		"OK":          {`{"id":"SM-1","more":[1]}`, "SM-1"},
		"Longest":     {`{"id":"` + strings.Repeat("x", 128) + `"}`, strings.Repeat("x", 128)},
		"TooLong":     {`{"id":"` + strings.Repeat("x", 129) + `"}`, ""},
		"Empty":       {``, ""},
		"None":        {`{}`, ""},
		"NoObject":    {`"SM-1"`, ""},
		"NoString":    {`{"id":1}`, ""},
		"NoJSON":      {`ok`, ""},
		"Half":        {`{"id":"SM-1"`, ""},
		"LineBreak":   {`{"id":"SM\n1"}`, ""},
		"Blank":       {`{"id":"SM 1"}`, ""},
		"NoASCII":     {`{"id":"短信"}`, ""},
		"TheCode":     {`{"id":"SM-918273"}`, ""},
		"TheNumber":   {`{"id":"13800138000"}`, ""},
		"PastTheLast": {`{"pad":"` + strings.Repeat("x", 4096) + `","id":"SM-1"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t, false, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, tc.body) })
			d, err := newSender(t, r.URL, nil).Send(t.Context(), message(t))
			if err != nil || d.ID != tc.want {
				t.Errorf("Send = %+v, %v, want id %q", d, err, tc.want)
			}
		})
	}
}

// An answer without end is read up to its bound and no further.
func TestSendEndlessAnswer(t *testing.T) {
	t.Parallel()
	const most = 64 << 20 // far more than the buffers of a socket hold
	written := make(chan int, 1)
	r := newReceiver(t, false, func(w http.ResponseWriter, _ *http.Request) {
		total, chunk := 0, []byte(strings.Repeat("x", 64<<10))
		for total < most {
			n, err := w.Write(chunk)
			total += n
			if err != nil {
				break
			}
		}
		written <- total
	})
	d, err := newSender(t, r.URL, nil).Send(t.Context(), message(t))
	if err != nil || d.ID != "" {
		t.Errorf("Send = %+v, %v", d, err)
	}
	if n := <-written; n >= most {
		t.Errorf("all of %d bytes were read", n)
	}
}

// An answer whose headers have no end is no answer.
func TestSendHugeHeader(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, false, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Padding", strings.Repeat("x", 64<<10))
	})
	_, err := newSender(t, r.URL, nil).Send(t.Context(), message(t))
	wantFailure(t, err, cattlegrid.Unknown)
}

// A context that ends before anything is connected leaves no doubt; one that ends while the receiver works leaves all.
func TestSendContext(t *testing.T) {
	t.Parallel()
	t.Run("Before", func(t *testing.T) {
		t.Parallel()
		r := newReceiver(t, false, status(http.StatusOK))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := newSender(t, r.URL, nil).Send(ctx, message(t))
		wantFailure(t, err, cattlegrid.Temporary)
		if !errors.Is(err, context.Canceled) || len(r.received()) != 0 {
			t.Errorf("Send = %v, %d received", err, len(r.received()))
		}
	})
	t.Run("After", func(t *testing.T) {
		t.Parallel()
		entered := make(chan struct{})
		r := newReceiver(t, false, func(_ http.ResponseWriter, req *http.Request) {
			close(entered)
			<-req.Context().Done() // the sender hung up
		})
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-entered; cancel() }()
		_, err := newSender(t, r.URL, nil).Send(ctx, message(t))
		wantFailure(t, err, cattlegrid.Unknown)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v hides its cause", err)
		}
	})
}

// A connection that breaks in the body of a success changes nothing: the message was taken.
func TestSendBrokenBody(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, false, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"id":"SM-1"}`) // fewer than promised, so the server closes
	})
	d, err := newSender(t, r.URL, nil).Send(t.Context(), message(t))
	if err != nil || d != (cattlegrid.Delivery{Provider: "webhook"}) {
		t.Errorf("Send = %+v, %v", d, err)
	}
}

// Concurrent sends each arrive once, under an id of their own.
func TestSendConcurrently(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, true, status(http.StatusAccepted))
	s := newSender(t, r.URL, r.roots())
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			if _, err := s.Send(t.Context(), message(t)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	ids := map[string]bool{}
	for _, e := range r.received() {
		ids[e.ID] = true
	}
	if len(r.received()) != 32 || len(ids) != 32 {
		t.Errorf("%d requests with %d ids, want 32", len(r.received()), len(ids))
	}
}

// No way of printing a sender shows a secret.
func TestSenderIsSilent(t *testing.T) {
	t.Parallel()
	s, err := webhook.New(webhook.Config{URL: withSecrets("https://example.com"), Secret: secret, OldSecret: oldSecret})
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		wantSilent(t, fmt.Sprintf(format, s))
		wantSilent(t, fmt.Sprintf(format, *s))
	}
}
