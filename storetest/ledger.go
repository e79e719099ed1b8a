package storetest

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// ledger is the accounts of the model: it remembers every charge and every number that was verified, with their true
// times, and looks through them all for each answer.
type ledger struct {
	now     time.Time
	charges []charge
	records map[string][]time.Time // when a number was added

	// granted is what the store did, for where the contract leaves open whether a coarse limit grants.
	granted bool
}

// charge is one charge of an ID. Those that were free are charges too, of no units.
type charge struct {
	key, id string
	units   int
	made    time.Time
	from    time.Time     // counts from then on: later than made if others were added
	keep    time.Duration // the longest window of its key
}

// verdict is what the contract says of a debit that does not fit, by one of its limits. Of a coarse limit it says bounds,
// the second ones if every charge that is merged leaves as late as it may.
type verdict struct {
	debit cattlegrid.Debit
	limit guard.Limit
	wait  [2]time.Duration
	used  [2]int
	base  int
}

// mergeAge is how old a charge under a coarse limit must be to be merged with others.
const mergeAge = 15 * time.Minute

// lateness is how much later than after one window a charge may leave the limit.
func lateness(l guard.Limit) time.Duration {
	if l.Coarse && l.Window > mergeAge {
		return l.Window / 60
	}
	return 0
}

// live reports whether c is remembered at a moment.
func (c charge) live(at time.Time) bool { return at.Sub(c.from) < c.keep }

// needs is how many units a limit has to have room for so that it grants d: none if its charge is free.
func (l *ledger) needs(d cattlegrid.Debit, limit guard.Limit, at time.Time, late time.Duration) int {
	units := d.Cost
	for _, c := range l.charges {
		switch {
		case c.key != d.Key:
		case c.id == d.ID && c.live(at):
			if !d.Adds {
				return 0
			}
			units += c.units
		case at.Sub(c.from) < limit.Window+late:
			units += c.units
		}
	}
	return units
}

// wait is the least time after which a limit grants d: it tries every moment at which a charge leaves the window or is
// forgotten.
func (l *ledger) wait(d cattlegrid.Debit, limit guard.Limit, late time.Duration) time.Duration {
	ceiling := limit.Ceiling(l.base(d, limit))
	switch {
	case l.needs(d, limit, l.now, late) <= ceiling:
		return 0
	case d.Cost > ceiling:
		return limit.Window
	}
	least := time.Duration(math.MaxInt64)
	for _, c := range l.charges {
		for _, leaves := range []time.Duration{limit.Window + late, c.keep} {
			wait := c.from.Add(leaves).Sub(l.now)
			if c.key == d.Key && wait > 0 && wait < least && l.needs(d, limit, l.now.Add(wait), late) <= ceiling {
				least = wait
			}
		}
	}
	return least
}

// base is what a limit of d's grows by: the numbers since the beginning of the hour in which the window begins, or the
// share of the best of fourteen days, which does not count for a lane.
func (l *ledger) base(d cattlegrid.Debit, limit guard.Limit) int {
	if limit.Grow == 0 {
		return 0
	}
	since, within, best := l.now.Add(-limit.Window).Truncate(time.Hour), 0, 0
	days := map[time.Time]int{}
	for _, at := range l.recorded(d.Record) {
		if !at.Before(since) {
			within++
		}
		day := at.Truncate(24 * time.Hour)
		days[day]++
		best = max(best, days[day])
	}
	if d.Lane != nil {
		return within
	}
	const day = 24 * 60
	share := 4 * max(1, int(limit.Window.Minutes()))
	return max(within, best*min(share, day)/day)
}

// recorded is when the numbers of the last fourteen days were added.
func (l *ledger) recorded(record string) (moments []time.Time) {
	first := l.now.Truncate(24*time.Hour).AddDate(0, 0, -13)
	for _, at := range l.records[record] {
		if !at.Before(first) {
			moments = append(moments, at)
		}
	}
	return moments
}

// charged is those of the debits that are in their lane.
func (l *ledger) charged(debits []cattlegrid.Debit) (in []cattlegrid.Debit) {
	for _, d := range debits {
		depth := 0
		if d.Lane != nil {
			for i, rank := range d.Lane.Ranks {
				if len(l.recorded(rank.Record)) >= rank.Least {
					depth = i + 1
				}
			}
		}
		if d.Lane == nil || d.Lane.Depth == depth {
			in = append(in, d)
		}
	}
	return in
}

// afford reports whether all limits of all debits grant, and if not, which do not or may not.
func (l *ledger) afford(debits []cattlegrid.Debit) (refusals []verdict, ok bool) {
	ok = true
	for _, d := range l.charged(debits) {
		for _, limit := range d.Limits {
			late := lateness(limit)
			v := verdict{
				debit: d, limit: limit, base: l.base(d, limit),
				wait: [2]time.Duration{l.wait(d, limit, 0), l.wait(d, limit, late)},
				used: [2]int{l.needs(d, limit, l.now, 0) - d.Cost, l.needs(d, limit, l.now, late) - d.Cost},
			}
			if v.wait[1] > 0 {
				refusals = append(refusals, v)
				ok = ok && v.wait[0] == 0 && l.granted
			}
		}
	}
	return refusals, ok
}

func (l *ledger) charge(debits []cattlegrid.Debit) {
	for _, d := range l.charged(debits) {
		c := charge{key: d.Key, id: d.ID, units: d.Cost, made: l.now, from: l.now}
		for _, limit := range d.Limits {
			c.keep = max(c.keep, limit.Window)
		}
		for i, old := range l.charges {
			switch {
			case old.key != d.Key || old.id != d.ID || !old.live(l.now):
			case d.Adds:
				l.charges[i].from = l.now
			default:
				c.units, c.from = 0, old.from
			}
		}
		l.charges = append(l.charges, c)
	}
}

// refund takes back the last charge of each debit.
func (l *ledger) refund(debits []cattlegrid.Debit) {
	for _, d := range debits {
		for i, c := range slices.Backward(l.charges) {
			if c.key == d.Key && c.id == d.ID && c.live(l.now) {
				l.charges = slices.Delete(l.charges, i, i+1)
				break
			}
		}
	}
}

func (l *ledger) settle(credit cattlegrid.Debit, debits []cattlegrid.Debit) {
	records := map[string]bool{}
	for _, d := range debits {
		l.charges = slices.DeleteFunc(l.charges, func(c charge) bool {
			taken := c.key == d.Key && c.id == d.ID && c.live(l.now)
			records[d.Record] = records[d.Record] || taken
			return taken
		})
	}
	if _, ok := l.afford([]cattlegrid.Debit{credit}); !ok {
		return
	}
	l.charge([]cattlegrid.Debit{credit})
	for record, counts := range records {
		if counts && record != "" {
			l.records[record] = append(l.records[record], l.now)
		}
	}
}

// next is how long the debits that ask for it would have to wait under an ID that was never used, or at most.
func (l *ledger) next(debits []cattlegrid.Debit) (bounds [2]time.Duration) {
	for _, d := range l.charged(debits) {
		if d.ID = ""; !d.Next {
			continue
		}
		for _, limit := range d.Limits {
			bounds[0] = max(bounds[0], l.wait(d, limit, 0))
			bounds[1] = max(bounds[1], l.wait(d, limit, lateness(limit)))
		}
	}
	return bounds
}

// overdrawn reports whether more was granted in the window that ends now than the ceiling of one of the debits' limits, by
// the true times of all charges; it is asked after each grant, so for every window there is. "" means no.
func (l *ledger) overdrawn(debits []cattlegrid.Debit) string {
	for _, d := range l.charged(debits) {
		for _, limit := range d.Limits {
			units, last := l.grantedWithin(d.Key, limit.Window)
			if ceiling := limit.Ceiling(l.base(d, limit)); last > 0 && units > ceiling {
				return fmt.Sprintf("%s: %d units granted within %v, the ceiling is %d", limit.Name, units, limit.Window, ceiling)
			}
		}
	}
	return ""
}

// grantedWithin is the units of an account's charges that were made within the window, and those of its last one.
func (l *ledger) grantedWithin(key string, window time.Duration) (units, last int) {
	for _, c := range l.charges {
		if c.key != key {
			continue
		}
		if last = c.units; l.now.Sub(c.made) < window {
			units += c.units
		}
	}
	return units, last
}
