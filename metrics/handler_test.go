package metrics_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/cattlegrid/cattlegrid/metrics"
)

const httpMetric = "cattlegrid_http_request_duration_seconds"

func measured(t *testing.T, of http.Handler) (*prometheus.Registry, http.Handler) {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	handler, err := metrics.Handler(registry, of)
	if err != nil {
		t.Fatal(err)
	}
	return registry, handler
}

// testMux answers with the status that the path names, after 10 ms.
func testMux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status/{code}", func(w http.ResponseWriter, r *http.Request) {
		<-time.After(10 * time.Millisecond)
		code, err := strconv.Atoi(r.PathValue("code"))
		if err != nil {
			return // no header, no body
		}
		w.WriteHeader(code)
	})
	mux.HandleFunc("/status/{code}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusMethodNotAllowed) })
	mux.HandleFunc("POST /body", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) })
	mux.HandleFunc("GET /abort", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	return mux
}

// Requests count by pattern and class of status; nothing that a visitor chose is in a label.
func TestHandler(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		registry, handler := measured(t, testMux())
		for _, request := range [][2]string{
			{"GET", "/status/200"},
			{"GET", "/status/204"},
			{"GET", "/status/302"},
			{"GET", "/status/404"},
			{"GET", "/status/503"},
			{"GET", "/status/600"},
			{"GET", "/status/none"},
			{"HEAD", "/status/200"},
			{"PUT", "/status/200"},
			{"T13800138000", "/status/13800138000"},
			{"POST", "/body"},
			{"GET", "/13800138000"},
			{"GET", "/wp-login.php?code=123456"},
		} {
			handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(request[0], request[1], http.NoBody))
		}
		want := map[string]string{
			"method=GET route=/status/{code} status=2xx":   "4 in 40ms",
			"method=GET route=/status/{code} status=3xx":   "1 in 10ms",
			"method=GET route=/status/{code} status=4xx":   "1 in 10ms",
			"method=GET route=/status/{code} status=5xx":   "1 in 10ms",
			"method=GET route=/status/{code} status=other": "1 in 10ms",
			"method=other route=/status/{code} status=4xx": "2 in 0s",
			"method=POST route=/body status=2xx":           "1 in 0s",
			"method=other route=* status=4xx":              "2 in 0s",
		}
		if diff := cmp.Diff(want, observed(t, registry, httpMetric)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// A connection that the handler cuts counts as that, goes on to the server, and is in flight no more.
func TestHandlerAborts(t *testing.T) {
	t.Parallel()
	registry, handler := measured(t, testMux())
	func() {
		defer func() {
			if err, _ := recover().(error); !errors.Is(err, http.ErrAbortHandler) {
				t.Errorf("got panic %v, want http.ErrAbortHandler", err)
			}
		}()
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/abort", http.NoBody))
	}()
	if got := observed(t, registry, httpMetric); got["method=GET route=/abort status=aborted"] == "" || len(got) != 1 {
		t.Errorf("got %v", got)
	}
	if got := inFlight(t, registry); got != 0 {
		t.Errorf("%v are in flight", got)
	}
}

// A request is in flight while it is answered, and the connection is within reach.
func TestHandlerInFlight(t *testing.T) {
	t.Parallel()
	var registry *prometheus.Registry
	registry, handler := measured(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if got := inFlight(t, registry); got != 1 {
			t.Errorf("%v are in flight, want 1", got)
		}
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Errorf("flush: %v", err)
		}
	}))
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	problems, err := testutil.GatherAndLint(registry)
	if err != nil || len(problems) > 0 {
		t.Errorf("lint: %v, %v", problems, err)
	}
}

func inFlight(t *testing.T, registry *prometheus.Registry) float64 {
	t.Helper()
	return gather(t, registry, "cattlegrid_http_requests_in_flight")[0].gauge
}

func BenchmarkHandler(b *testing.B) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /passport/image_code", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	handler, err := metrics.Handler(prometheus.NewRegistry(), mux)
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/passport/image_code", http.NoBody)
	for name, h := range map[string]http.Handler{"bare": mux, "measured": handler} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			w := httptest.NewRecorder()
			for b.Loop() {
				h.ServeHTTP(w, r)
			}
		})
	}
}
