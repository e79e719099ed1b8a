package route

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// Order is in which order the links that serve a country are asked. Links that rest come last in any.
type Order int

const (
	// Configured is the order of [Options].Links.
	Configured Order = iota
	// ByPrice is the cheapest first; of equal ones the one configured first.
	ByPrice
	// Adaptive is the one first whose messages gain most. The package comment has the formula.
	Adaptive
)

// Options is what a [Route] needs. Links is required.
type Options struct {
	Links []Link
	Order Order

	// Worth is, for Adaptive, what a verified number is worth, in the money of the prices. Zero means ten times the dearest
	// price of the links that serve the country; where there are no prices it does not matter.
	Worth float64
	// Explore is the share of messages that try whether links still are what their past says, more than 0 to 0.5. Zero means
	// 0.05.
	Explore float64
	// HalfLife is how long it takes what is known of links to count half. Zero means an hour.
	HalfLife time.Duration

	// OnEvent learns what changes for a link. It is called while a message waits, from many goroutines, and under no lock: it
	// may ask the route, but must not block. Nil means that nobody wants to know.
	OnEvent func(Event)
	// OnTry learns of each try of a message, under the same terms: of a first one that failed before the second begins.
	OnTry func(context.Context, Try)

	Clock  func() time.Time // tells the time for rests and rates; contexts and the breaker go by the system's. Nil means [time.Now]
	Random rand.Source      // decides what explores, and draws rates. Nil means one seeded at random
}

// Link is one way to deliver.
type Link struct {
	// Name tells the link from others in events and states, and finds it in [Route.Observe]: use the name that the sender
	// puts into [cattlegrid.Delivery].Provider, which the route leaves as it is.
	Name   string
	Sender cattlegrid.Sender
	// Countries are those that the link serves, in ISO 3166. Nil means all.
	Countries []string
	// Prices are what a message costs, by country; that of "" is for all others. The unit is any, but one for all links.
	// ByPrice wants a price for each country that a link serves, Adaptive too if any link has prices.
	Prices map[string]float64
	// InFlight is how many messages may be under way at once. Zero means 64.
	InFlight int
	// Timeout bounds a try. Zero means 2.5 seconds; 5 seconds is the most.
	Timeout time.Duration
}

const (
	budget    = 5 * time.Second        // of both tries of a message
	leastTime = 500 * time.Millisecond // that is left for a second one

	defaultInFlight = 64
	defaultTimeout  = 2500 * time.Millisecond
	defaultExplore  = 0.05
	maxExplore      = 0.5
	defaultHalfLife = time.Hour
)

// withDefaults fills what is zero and refuses what is wrong. The links are copied.
func (o Options) withDefaults() (Options, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Random == nil {
		o.Random = rand.NewPCG(rand.Uint64(), rand.Uint64()) //nolint:gosec // no secret is made of it
	}
	orElse(&o.Explore, defaultExplore)
	orElse(&o.HalfLife, defaultHalfLife)
	switch {
	case o.Order < Configured || o.Order > Adaptive:
		return o, fmt.Errorf("order is %d; want Configured, ByPrice or Adaptive", o.Order)
	case !isAmount(o.Worth):
		return o, fmt.Errorf("worth is %v; want an amount of money, for instance 0.5", o.Worth)
	case !(o.Explore > 0 && o.Explore <= maxExplore):
		return o, fmt.Errorf("share that explores is %v; want more than 0 and at most %v, for instance 0.05", o.Explore, maxExplore)
	case o.HalfLife < 0:
		return o, fmt.Errorf("half-life is %v; want more than 0", o.HalfLife)
	case len(o.Links) == 0:
		return o, errors.New("there are no links; want at least one")
	}
	priced := o.Order == ByPrice || o.Order == Adaptive && slices.ContainsFunc(o.Links, func(l Link) bool { return len(l.Prices) > 0 })
	names := map[string]bool{}
	o.Links = slices.Clone(o.Links)
	for i := range o.Links {
		l := &o.Links[i]
		orElse(&l.InFlight, defaultInFlight)
		orElse(&l.Timeout, defaultTimeout)
		if err := l.check(priced); err != nil {
			return o, fmt.Errorf("link %d, %q: %w", i+1, l.Name, err)
		}
		if names[l.Name] {
			return o, fmt.Errorf("link %d, %q: another link has that name; receipts could not tell them apart", i+1, l.Name)
		}
		names[l.Name] = true
	}
	return o, nil
}

func (l *Link) check(priced bool) error {
	switch {
	case l.Name == "":
		return errors.New(`has no name; want what the sender calls itself, for instance "aliyun"`)
	case l.Sender == nil:
		return errors.New("has no sender")
	case l.InFlight < 0:
		return fmt.Errorf("in flight is %d; want more than 0", l.InFlight)
	case l.Timeout < 0 || l.Timeout > budget:
		return fmt.Errorf("timeout is %v; want more than 0 and at most %v, which is what a visitor waits", l.Timeout, budget)
	case l.Countries != nil && len(l.Countries) == 0:
		return errors.New("serves no country; leave countries nil to serve all")
	}
	for _, country := range l.Countries {
		if !isCountry(country) {
			return fmt.Errorf(`country is %q; want two capital letters, for instance "CN"`, country)
		}
		if _, ok := l.price(country); priced && !ok {
			return fmt.Errorf(`has no price for %s; add one, or one for ""`, country)
		}
	}
	if _, ok := l.price(""); priced && l.Countries == nil && !ok {
		return errors.New(`serves all countries, but has no price for ""`)
	}
	for country, price := range l.Prices {
		if !isAmount(price) {
			return fmt.Errorf("price for %q is %v; want an amount of money, for instance 0.045", country, price)
		}
	}
	return nil
}

// price is what a message costs, if that is known.
func (l *Link) price(country string) (float64, bool) {
	if price, ok := l.Prices[country]; ok {
		return price, true
	}
	price, ok := l.Prices[""]
	return price, ok
}

func isAmount(f float64) bool { return f >= 0 && !math.IsInf(f, 0) }

func isCountry(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

func orElse[T comparable](value *T, otherwise T) {
	var zero T
	if *value == zero {
		*value = otherwise
	}
}
