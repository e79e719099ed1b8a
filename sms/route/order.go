package route

import (
	"cmp"
	"math"
	"slices"

	"github.com/cattlegrid/cattlegrid"
)

const (
	fewestKnown = 20 // messages, before their fate costs a link its place
	worstRate   = 0.5
	worthPrices = 10 // dearest ones, if Worth is not known
)

// order returns the links that serve the message's country, the best first. The slice is the caller's.
func (r *Route) order(m cattlegrid.Message) []*link {
	links := make([]*link, 0, len(r.links))
	for _, l := range r.links {
		if l.Countries == nil || slices.Contains(l.Countries, m.Country) {
			links = append(links, l)
		}
	}
	if len(links) < 2 {
		return links
	}
	if r.options.Order != Configured {
		slices.SortStableFunc(links, func(a, b *link) int { return cmp.Compare(a.cost(m.Country), b.cost(m.Country)) })
	}
	known, total := r.evidence(links, m.Country)
	switch {
	case total == 0: // nothing says that the order is wrong
	case r.options.Order == Adaptive:
		r.byGain(links, known, m.Country)
	default:
		r.demote(links, known)
	}
	return links
}

// cost is the price, zero if none is known; then none is known of any link.
func (l *link) cost(country string) float64 {
	price, _ := l.price(country)
	return price
}

// evidence is what is known of each link, and how many messages that is in all.
func (r *Route) evidence(links []*link, country string) (known []evidence, total float64) {
	known = make([]evidence, len(links))
	now, converts := r.options.Clock(), r.converts.Load()
	for i, l := range links {
		known[i] = l.health.of(country, now).evidence(converts)
		total += known[i].total()
	}
	return known, total
}

// demote puts links whose messages do not arrive behind the others, unless this message explores.
func (r *Route) demote(links []*link, known []evidence) {
	best := 0.0
	for _, e := range known {
		best = max(best, e.rate())
	}
	var good, bad []*link
	for i, l := range links {
		if known[i].total() >= fewestKnown && known[i].rate() < best*worstRate {
			bad = append(bad, l)
		} else {
			good = append(good, l)
		}
	}
	if len(bad) > 0 && !r.explores() {
		copy(links[copy(links, good):], bad)
	}
}

// byGain sorts by what a message over the link gains, with rates that are drawn from what is known.
func (r *Route) byGain(links []*link, known []evidence, country string) {
	worth := r.options.Worth
	if worth == 0 {
		for _, l := range links {
			worth = max(worth, worthPrices*l.cost(country))
		}
		orElse(&worth, 1) // no prices: any will do
	}
	type candidate struct {
		*link
		gain float64
	}
	candidates := make([]candidate, len(links))
	r.mu.Lock()
	for i, l := range links {
		candidates[i] = candidate{l, beta(r.random, known[i].good+1, known[i].bad+1)*worth - l.cost(country)}
	}
	if r.random.Float64() < r.options.Explore {
		candidates[r.random.IntN(len(links))].gain = math.Inf(1)
	}
	r.mu.Unlock()
	slices.SortStableFunc(candidates, func(a, b candidate) int { return cmp.Compare(b.gain, a.gain) })
	for i, c := range candidates {
		links[i] = c.link
	}
}

func (r *Route) explores() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.random.Float64() < r.options.Explore
}
