package httpapi

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// Options configures the handler of [New]. The zero value serves visitors who connect directly.
type Options struct {
	// TrustedProxies are the networks of the proxies in front, whose X-Forwarded-For and X-Request-Id are believed. A
	// network of everybody is an error. The first peer that is none of them and sends X-Forwarded-For is logged as a warning.
	TrustedProxies []netip.Prefix

	// TrustedOrigins are other sites, "https://www.example.com", whose pages may ask for codes.
	TrustedOrigins []string

	// MaxChallenges is how many challenges may be in the making at once, drawn or spoken; 0 means 64 for each processor that
	// Go uses. Who asks when there are as many is turned away with 503 and Retry-After.
	MaxChallenges int

	// OnShed is told of each request that is turned away so; it must not block. Nil means that nobody is.
	OnShed func()

	// Stopping is closed when this process is going to stop: from then on /readyz says 503, and all is served as before. Nil
	// means that it is never said.
	Stopping <-chan struct{}

	// Receivers, by the short names of providers, read what is posted to /receipts/{provider}.
	Receivers map[string]Receiver

	// Inbox, for development only, is what GET /dev/inbox and the panel on the page show. Nil means that both are
	// absent.
	Inbox Inbox

	Logger *slog.Logger // nil means that nothing is logged
}

// Inbox holds messages instead of delivering them. It is safe for concurrent use.
type Inbox interface {
	// Last returns the last message to a phone and when it was sent; false if there is none.
	Last(phone cattlegrid.Phone) (cattlegrid.Message, time.Time, bool)
}

// api is what all endpoints share.
type api struct {
	gate      *cattlegrid.Gate
	receivers map[string]Receiver
	inbox     Inbox
	logger    *slog.Logger
	proxies   *proxies
	origins   *http.CrossOriginProtection
	mux       *http.ServeMux
	shedder   *shedder
	stopping  <-chan struct{}
	unknown   *handler // answers what no route does

	imagePolicy string // Cross-Origin-Resource-Policy of a challenge, drawn or spoken
}

// New returns a handler that serves gate, or says which option cannot work. It is safe for concurrent use.
func New(gate *cattlegrid.Gate, o Options) (http.Handler, error) {
	if gate == nil {
		return nil, errors.New("serve a gate: there is none")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	proxies, err := newProxies(o.TrustedProxies, o.Logger)
	if err != nil {
		return nil, fmt.Errorf("options: TrustedProxies: %w", err)
	}
	a := &api{
		gate:        gate,
		receivers:   o.Receivers,
		inbox:       o.Inbox,
		logger:      o.Logger,
		proxies:     proxies,
		origins:     http.NewCrossOriginProtection(),
		stopping:    o.Stopping,
		imagePolicy: "same-site", // www.example.com may show what passport.example.com draws
	}
	for _, origin := range o.TrustedOrigins {
		if err := a.origins.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("options: TrustedOrigins: %w; an origin is written https://www.example.com", err)
		}
		a.imagePolicy = "cross-origin" // whose pages may ask for codes must be able to show challenges
	}
	if o.MaxChallenges < 0 {
		return nil, fmt.Errorf("options: MaxChallenges is %d, want 0 or more", o.MaxChallenges)
	}
	if o.OnShed == nil {
		o.OnShed = func() {}
	}
	a.shedder = newShedder(o.MaxChallenges, o.OnShed, a.logger)
	a.route()
	return a, nil
}
