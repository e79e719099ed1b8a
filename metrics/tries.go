package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/internal/outcome"
)

// Tries measures the single tries of messages: there are two where a first provider failed and another one was asked. It is
// made by [NewTries], and safe for concurrent use.
type Tries struct {
	seconds   *prometheus.HistogramVec
	providers names
}

// NewTries registers the metric. The error is the registerer's.
func NewTries(registerer prometheus.Registerer) (*Tries, error) {
	t := &Tries{seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "cattlegrid_provider_duration_seconds",
		Help:    "How long providers took over each try of a message.",
		Buckets: []float64{.025, .05, .1, .2, .3, .5, .75, 1, 1.5, 2.5, 4, 5, 10, 20},
	}, []string{"provider", "try", "result"})}
	return t, registerer.Register(t.seconds)
}

// Observe counts a try. The error is what the provider's sender returned: nil is "taken", any that is no
// [*cattlegrid.SendError] is "unknown", as it is to the gate. It fits [github.com/cattlegrid/cattlegrid/sms/route.Options].OnTry.
func (t *Tries) Observe(provider string, second bool, took time.Duration, err error) {
	try := "first"
	if second {
		try = "second"
	}
	t.seconds.WithLabelValues(t.providers.bound(provider), try, outcome.OfTry(err)).Observe(took.Seconds())
}

// Sender returns a sender that does what the given one does, each time observed as a first try. It is for a sender that is in
// no route.
func (t *Tries) Sender(provider string, of cattlegrid.Sender) cattlegrid.Sender {
	return &sender{of: of, provider: provider, tries: t}
}

type sender struct {
	of       cattlegrid.Sender
	provider string
	tries    *Tries
}

// Send implements [cattlegrid.Sender].
func (s *sender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	began := time.Now()
	delivery, err := s.of.Send(ctx, m)
	s.tries.Observe(s.provider, false, time.Since(began), err)
	return delivery, err
}
