package main

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// alarm warns when a share of a ceiling on what is spent is reached, once for each share in each window. It adds up what
// this process allowed; that the store refuses more, or asks for more of an effort, it knows of all replicas.
type alarm struct {
	clock  func() time.Time
	logger *slog.Logger
	count  func(window string, percent int) // a metric

	mu       sync.Mutex
	ceilings map[string]*ceiling // by the name of the limit
}

// shares are those that are warned of, in percent of the ceiling.
var shares = [...]int{50, 80, 100}

// ceiling is what was spent of one within the last window.
type ceiling struct {
	limit    guard.Limit
	soft     int               // percent from which on the store asks for more of an effort
	currency string            // of the limit
	spent    [60]part          // a ring
	warned   map[int]time.Time // by share
}

// part is what was spent in a sixtieth of the window.
type part struct {
	number int64 // since the Unix epoch
	amount amount
}

func newAlarm(clock func() time.Time, logger *slog.Logger, count func(window string, percent int)) *alarm {
	return &alarm{clock: clock, logger: logger, count: count, ceilings: map[string]*ceiling{}}
}

// follow takes over the ceilings of a configuration. What was spent stays spent.
func (a *alarm) follow(c *config) {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := a.ceilings
	a.ceilings = map[string]*ceiling{}
	for _, limit := range c.Guard.Spend.limits() {
		kept := before[limit.Name]
		if kept == nil {
			kept = &ceiling{}
		}
		if kept.limit.Max != limit.Max {
			kept.warned = map[int]time.Time{} // another ceiling has shares of its own
		}
		kept.limit, kept.soft, kept.currency = limit, c.Guard.Spend.Soft, c.currency()
		a.ceilings[limit.Name] = kept
	}
}

// observe adds up what was allowed, and takes note of what was not.
func (a *alarm) observe(ctx context.Context, d cattlegrid.Decision) {
	if d.Act != guard.Send {
		return
	}
	now := a.clock()
	var warnings []warning
	a.mu.Lock()
	for name, c := range a.ceilings {
		percent := 0
		switch {
		case d.Verdict == cattlegrid.Allowed:
			percent = c.spend(now, amount(d.Price))
		case slices.Contains(d.Rules, name):
			percent = c.refused(d)
		}
		if share := c.warns(now, percent); share > 0 {
			warnings = append(warnings, warning{window: strings.TrimPrefix(name, "spend_"), share: share, ceiling: *c, spent: c.sum(now)})
		}
	}
	a.mu.Unlock()
	for _, w := range warnings {
		a.count(w.window, w.share)
		a.logger.WarnContext(ctx, "much was spent on messages", slog.Int("percent", w.share), slog.String("window", w.window),
			slog.String("ceiling", amount(w.ceiling.limit.Max).String()), slog.String("spent_here", w.spent.String()),
			slog.String("currency", w.ceiling.currency))
	}
}

type warning struct {
	window  string
	share   int
	ceiling ceiling
	spent   amount
}

func (c *ceiling) numberAt(now time.Time) int64 {
	return now.UnixNano() / int64(c.limit.Window/time.Duration(len(c.spent)))
}

// spend adds what a message costs, and returns how much of the ceiling that makes, in percent.
func (c *ceiling) spend(now time.Time, price amount) int {
	number := c.numberAt(now)
	p := &c.spent[number%int64(len(c.spent))]
	if p.number != number {
		*p = part{number: number}
	}
	p.amount += price
	return int(int64(c.sum(now)) * 100 / int64(c.limit.Max))
}

func (c *ceiling) sum(now time.Time) (sum amount) {
	number := c.numberAt(now)
	for _, p := range c.spent {
		if p.number > number-int64(len(c.spent)) {
			sum += p.amount
		}
	}
	return sum
}

// refused is how much of the ceiling all replicas must have spent if it stood against a message. One that nothing but
// ceilings stands against for good met one that is reached.
func (c *ceiling) refused(d cattlegrid.Decision) int {
	onlyCeilings := !slices.ContainsFunc(d.Rules, func(rule string) bool { return rule != spendHour && rule != spendDay })
	if d.Verdict == cattlegrid.Refused && onlyCeilings && d.Rules[0] == c.limit.Name {
		return 100
	}
	return c.soft
}

// warns returns the share to warn of, or 0.
func (c *ceiling) warns(now time.Time, percent int) (share int) {
	for _, s := range shares {
		if at, ok := c.warned[s]; s <= percent && (!ok || now.Sub(at) >= c.limit.Window) {
			c.warned[s], share = now, s
		}
	}
	return share
}
