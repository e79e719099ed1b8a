package metrics

import (
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// handler is a handler that is measured.
type handler struct {
	of       http.Handler
	seconds  *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

// Handler returns a handler that does what the given one does and measures how long it takes. The given one has to be an
// [http.ServeMux], or to hand the very same request to one: the labels are the patterns of that, and never what a visitor asked
// for. The error is the registerer's.
func Handler(registerer prometheus.Registerer, of http.Handler) (http.Handler, error) {
	h := &handler{
		of: of,
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "cattlegrid_http_request_duration_seconds",
			Help:    "How long requests took to answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"method", "route", "status"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "cattlegrid_http_requests_in_flight", Help: "Requests that are being answered.",
		}),
	}
	for _, c := range []prometheus.Collector{h.seconds, h.inFlight} {
		if err := registerer.Register(c); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// ServeHTTP implements [http.Handler].
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	seen := &answer{ResponseWriter: w, class: "aborted"}
	h.inFlight.Inc()
	defer func() {
		h.inFlight.Dec()
		method, route := split(r.Pattern)
		h.seconds.WithLabelValues(method, route, seen.class).Observe(time.Since(began).Seconds())
	}()
	h.of.ServeHTTP(seen, r)
	if seen.class == "aborted" {
		seen.class = classes[2] // the server sends a header for who sent none
	}
}

// answer remembers the class of the status.
type answer struct {
	http.ResponseWriter

	class string // "aborted" until an answer has begun, and for good if the handler panics before
}

var classes = [...]string{"other", "other", "2xx", "3xx", "4xx", "5xx"}

// WriteHeader implements [http.ResponseWriter].
func (a *answer) WriteHeader(status int) {
	if a.class == "aborted" && status >= http.StatusOK {
		a.class = classes[0]
		if c := status / 100; c < len(classes) {
			a.class = classes[c]
		}
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (a *answer) Write(p []byte) (int, error) {
	if a.class == "aborted" {
		a.class = classes[2]
	}
	return a.ResponseWriter.Write(p)
}

// Unwrap lets [http.ResponseController] reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// split takes a pattern apart. Patterns without a method answer those that no other has, and "/" all that there is not.
func split(pattern string) (method, route string) {
	method, route, found := strings.Cut(pattern, " ")
	if !found {
		method, route = other, pattern
	}
	if route == "" || route == "/" {
		route = "*"
	}
	return method, route
}
