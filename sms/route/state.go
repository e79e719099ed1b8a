package route

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/sony/gobreaker/v2"
)

// State is how a link is, for operators.
type State struct {
	Name     string
	Breaker  string // "closed", "open" or "half-open"
	Rests    []Rest // why it is asked last; none if it is well
	InFlight int    // messages under way
	Latency  time.Duration
	Rates    []Rate // by country, those of unknown country first
}

// Rest is one reason for a link to be asked last.
type Rest struct {
	Reason Reason
	Kind   Kind // with Misconfigured, the messages that are meant
	Until  time.Time
}

// Rate is what became of messages to a country. The numbers fade; see [Options].HalfLife.
type Rate struct {
	Country                                  string
	Taken, Delivered, Undelivered, Converted float64
}

// Links returns how the links are, in the order of the options.
func (r *Route) Links() []State {
	now := r.options.Clock()
	states := make([]State, len(r.links))
	for i, l := range r.links {
		latency, rates := l.health.state(now)
		states[i] = State{Name: l.Name, InFlight: len(l.slots), Latency: latency, Rates: rates}
		states[i].Breaker, states[i].Rests = l.breaker.state(now)
		states[i].Rests = append(states[i].Rests, l.pauses.state(now)...)
	}
	return states
}

func (b *breaker) state(now time.Time) (string, []Rest) {
	state := b.two.State()
	b.mu.Lock()
	defer b.mu.Unlock()
	if now.Before(b.until) { // gobreaker's own rest may be over, ours is longer
		return gobreaker.StateOpen.String(), []Rest{{Reason: Failing, Until: b.until}}
	}
	return state.String(), nil
}

func (p *pauses) state(now time.Time) (rests []Rest) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, pause := range p.on {
		if now.Before(pause.until) {
			rests = append(rests, Rest{Reason: key.reason, Kind: key.kind, Until: pause.until})
		}
	}
	slices.SortFunc(rests, func(a, b Rest) int {
		return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Kind.Country, b.Kind.Country),
			cmp.Compare(a.Kind.Purpose, b.Kind.Purpose), cmp.Compare(a.Kind.Lang, b.Kind.Lang))
	})
	return rests
}

func (h *health) state(now time.Time) (latency time.Duration, rates []Rate) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, country := range slices.Sorted(maps.Keys(h.countries)) {
		c := h.countries[country].faded(now, h.halfLife)
		rates = append(rates, Rate{Country: country, Taken: c.all(), Delivered: c.delivered, Undelivered: c.undelivered, Converted: c.converted})
	}
	return h.latency, rates
}
