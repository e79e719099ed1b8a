package route

import (
	"math"
	"strings"
	"sync"
	"time"
)

// Outcome is what became of a message that a link took.
type Outcome int

// The outcomes.
const (
	Delivered   Outcome = iota // a receipt says that the phone has it
	Undelivered                // a receipt says that it will never arrive
	Converted                  // the code was entered
)

// Observe says what became of a message that the link of that name took; country is the message's. Say Converted once for a
// code, even if it was sent twice, of the link that sent it last. A name that no link has is ignored: it may be that of a link
// there was before a restart.
func (r *Route) Observe(name, country string, outcome Outcome) {
	for _, l := range r.links {
		if l.Name != name {
			continue
		}
		l.health.observe(country, outcome, r.options.Clock())
		if outcome == Converted {
			r.converts.Store(true)
		}
	}
}

const (
	maxCountries = 250              // that a link keeps counts for: there are 249, and one for what is none
	halfEntered  = 2 * time.Minute  // when half of what was taken counts as taken: later than people enter codes
	manyKnown    = 500              // messages: more make counts hardly wiser, but slower to change, so they
	halfMany     = 10 * time.Minute // fade so fast
)

// health is what is known of one link.
type health struct {
	halfLife time.Duration

	mu        sync.Mutex
	countries map[string]counts
	latency   time.Duration // of messages taken, the mean of about the last sixteen
}

// counts are numbers of messages that fade.
type counts struct {
	taken, converted       float64
	delivered, undelivered float64
	at                     time.Time // as they are here

	// fresh ones were taken, and go over into taken more slowly than codes are entered. Else a burst of messages, which nobody
	// had time to enter, would look like failures.
	fresh float64
}

func newHealth(halfLife time.Duration) *health {
	return &health{halfLife: halfLife, countries: map[string]counts{}}
}

// took counts a message that left, or may have.
func (h *health) took(country string, now time.Time) {
	h.count(country, now, func(c *counts) { c.fresh++ })
}

func (h *health) observe(country string, outcome Outcome, now time.Time) {
	h.count(country, now, func(c *counts) {
		switch outcome {
		case Delivered:
			c.delivered++
		case Undelivered:
			c.undelivered++
		case Converted:
			c.converted++
		}
	})
}

func (h *health) count(country string, now time.Time, add func(*counts)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c, ok := h.countries[country]
	if !ok {
		if country != "" && (!isCountry(country) || len(h.countries) >= maxCountries) {
			country = ""
			c = h.countries[country]
		}
		country = strings.Clone(country) // it may be a piece of something large
	}
	c = c.faded(now, h.halfLife)
	add(&c)
	h.countries[country] = c
}

// waited counts how long a provider took to take a message.
func (h *health) waited(d time.Duration) {
	const last = 16
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.latency == 0 {
		h.latency = d
	}
	h.latency += (d - h.latency) / last
}

// of returns the counts of a country as they are now.
func (h *health) of(country string, now time.Time) counts {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.countries[country].faded(now, h.halfLife)
}

// faded is the counts as they are at a later time. A clock that goes back fades nothing.
func (c counts) faded(now time.Time, halfLife time.Duration) counts {
	age := now.Sub(c.at)
	if age <= 0 {
		return c
	}
	ripe := c.fresh * (1 - half(age, halfEntered))
	c.fresh -= ripe
	left := fade(c.taken, age, halfLife)
	c.taken = (c.taken + ripe) * left
	c.converted *= left
	left = fade(c.delivered+c.undelivered, age, halfLife)
	c.delivered *= left
	c.undelivered *= left
	c.at = now
	return c
}

// half is what is left of one after a while.
func half(age, halfLife time.Duration) float64 { return math.Exp2(-float64(age) / float64(halfLife)) }

// fade is what is left of each of many messages.
func fade(many float64, age, halfLife time.Duration) float64 {
	if many > manyKnown {
		return half(age, min(halfLife, halfMany))
	}
	return half(age, halfLife)
}

// all is how many messages were taken.
func (c counts) all() float64 { return c.taken + c.fresh }

// evidence is how many messages did what they were sent for, and how many did not.
type evidence struct{ good, bad float64 }

// evidence weighs the counts, whose conversions count if anybody reports them.
func (c counts) evidence(converts bool) evidence {
	if converts {
		// More can be converted than taken: what is fresh converts, and what was taken before a restart.
		return evidence{good: c.converted, bad: max(c.taken-c.converted, 0)}
	}
	return evidence{good: c.delivered, bad: c.undelivered}
}

// rate is the share of good ones, 1/2 while nothing is known.
func (e evidence) rate() float64 { return (e.good + 1) / (e.total() + 2) }

func (e evidence) total() float64 { return e.good + e.bad }
