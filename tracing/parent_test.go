package tracing_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/tracing"
)

const (
	named    = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	unwanted = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
)

var trusted = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::ffff:172.16.0.0/108")}

// Whose trace a request goes on is for trusted callers to say, and nobody else.
func TestParent(t *testing.T) {
	for name, tt := range map[string]struct {
		from   string
		header []string
		want   string // the span's parent; "none" if nothing is recorded
	}{
		"Trusted":         {"10.0.0.1:1", []string{named}, "caller"},
		"TrustedMapped":   {"[::ffff:172.16.0.1]:1", []string{named}, "caller"},
		"Stranger":        {"192.0.2.1:1", []string{named}, ""},
		"StrangerRefuses": {"192.0.2.1:1", []string{unwanted}, ""},
		"Unwanted":        {"10.0.0.1:1", []string{unwanted}, "none"},
		"Malformed":       {"10.0.0.1:1", []string{"00-0af7-b7ad-01"}, ""},
		"Two":             {"10.0.0.1:1", []string{named, named}, ""},
		"None":            {"10.0.0.1:1", nil, ""},
		"NoAddress":       {"@", []string{named}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCollector(t)
			traces := newTracing(t, c, func(o *tracing.Options) { o.TrustedCallers = trusted })
			r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
			r.RemoteAddr = tt.from
			r.Header["Traceparent"] = tt.header
			r.Header.Set("Tracestate", "secret=1")
			traces.Handler(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), r)
			got := "none"
			if spans := c.recorded(t, traces); len(spans) == 1 {
				got = spans[0].Parent
				if state := c.spans[0].GetTraceState(); state != "" {
					t.Errorf("the trace's state %q came from outside", state)
				}
			}
			if got != tt.want {
				t.Errorf("the parent is %q, want %q", got, tt.want)
			}
		})
	}
}

// However many requests ask for it, no more are recorded than the ratio says; what belongs to them is recorded as they are.
func TestRatio(t *testing.T) {
	const requests, ratio = 4000, 0.1
	for name, header := range map[string]string{"Fresh": "", "AlwaysTheSameTrace": named} {
		t.Run(name, func(t *testing.T) {
			c := newCollector(t)
			traces := newTracing(t, c, func(o *tracing.Options) { o.TrustedCallers, o.Ratio = trusted, ratio })
			store := traces.Store(cattlegrid.NewMemStore(cattlegrid.MemOptions{}))
			handler := traces.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _ = store.Ping(r.Context()) }))
			for range requests {
				r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
				r.RemoteAddr = "10.0.0.1:1"
				if header != "" {
					r.Header.Set("Traceparent", header)
				}
				handler.ServeHTTP(httptest.NewRecorder(), r)
			}
			count := map[string]int{}
			for _, s := range c.recorded(t, traces) {
				count[s.Name]++
			}
			// 400 are expected, with a standard deviation of 19.
			if n := count["*"]; n < 250 || n > 550 || count["store ping"] != n || len(count) != 2 {
				t.Errorf("recorded %v of %d requests, want about %v of them with their steps", count, requests, requests*ratio)
			}
		})
	}
}

// What no request asked for is in no trace.
func TestNoRequest(t *testing.T) {
	c := newCollector(t)
	traces := newTracing(t, c, nil)
	if err := traces.Store(cattlegrid.NewMemStore(cattlegrid.MemOptions{})).Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := traces.Sender("aliyun", failing{}).Send(t.Context(), cattlegrid.Message{}); err == nil {
		t.Error("the sender's error is lost")
	}
	if diff := cmp.Diff([]span{}, c.recorded(t, traces)); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
}
