package guard

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"time"
)

const (
	settled = 15 * time.Minute // the age from which on charges under a coarse limit are merged
	parts   = 60               // of a coarse limit's window; the charges of one are merged
	merged  = '~'              // begins the ID of a merged grant, which goes on with the number of the part since the epoch

	// shortLog is how many grants are looked through faster than looked up.
	shortLog = 64
)

// Grant is what a Log remembers of one ID.
type Grant struct {
	At      int64  // when it was granted, or last added to, in nanoseconds since the Unix epoch
	Cost    int    // units
	Charges int    // how often it was charged, the times it was free included
	ID      string // of a merged grant "~" and a number
}

// Log is the grants of one key. Several limits may stand on it, each with its window. The zero value is an empty log. A
// Log is not safe for concurrent use, and a copy must not be used beside what it was copied from.
//
// Times are nanoseconds since the Unix epoch. Whatever the clock does, grants count as made no earlier than the last one.
type Log struct {
	window int64     // the longest window of the limits
	grants []Grant   // by At; in a long log those without an ID are gone
	long   *longTail // of a log that was longer than shortLog; or nil
}

// NewLog returns a log that goes on where another one ended, which had this [Log.Window] and these [Log.Grants].
func NewLog(window time.Duration, grants []Grant) (Log, error) {
	if window < 0 || window > MaxWindow {
		return Log{}, fmt.Errorf("log: the window is %v, want at most %v", window, MaxWindow)
	}
	l := Log{window: int64(window), grants: slices.Clone(grants)}
	for i, g := range grants {
		switch {
		case g.ID == "" || len(g.ID) > MaxIDLen:
			return Log{}, fmt.Errorf("log: an id is %d bytes long, want 1 to %d", len(g.ID), MaxIDLen)
		case g.Cost < 1 || g.Cost > MaxUnits || g.Charges < 1:
			return Log{}, fmt.Errorf("log: a grant has %d units in %d charges, want 1 to %d units", g.Cost, g.Charges, MaxUnits)
		case g.At > math.MaxInt64/2 || g.At < -math.MaxInt64/2 || i > 0 && g.At < grants[i-1].At:
			return Log{}, errors.New("log: the grants are not in the order of time")
		}
	}
	l.index()
	for i, g := range grants {
		if g.ID[0] != merged && l.place(g.ID) != i {
			return Log{}, errors.New("log: two grants have one id")
		}
	}
	return l, nil
}

// Wait says how long d has to wait at now for a limit with the given window and ceiling, zero if it fits, and how many
// units are used: those that were granted within the window, and those of an earlier charge that d adds to, wherever that
// lies. It changes nothing. A grant counts from the moment it was made until, exclusively, one window later.
func (l *Log) Wait(now int64, d *Debit, length time.Duration, ceiling int) (wait time.Duration, used int) {
	window := int64(length)
	first := l.after(now - window)
	before := l.before(first)
	used = l.before(len(l.grants)) - before
	known, earlier := l.find(now, d.ID), 0
	if known >= 0 {
		if !d.Adds {
			return 0, used
		}
		if earlier = l.grants[known].Cost; known < first {
			used += earlier
		}
	}
	if d.Cost > ceiling {
		return length, used
	}
	over := used + d.Cost - ceiling
	if over <= 0 {
		return 0, used
	}
	// The oldest grants fall out of the window first; the wait is for the one whose going makes room. An earlier charge
	// of d's own moves with d, so it makes none.
	leave := func(units int) int64 {
		if units <= 0 {
			return now
		}
		i := l.reach(before + units)
		if known >= first && i >= known {
			i = l.reach(before + units + earlier)
		}
		return l.grants[i].At + window
	}
	if known < 0 {
		return time.Duration(leave(over) - now), used
	}
	// Unless it is forgotten, and d a charge of its own.
	until := max(l.grants[known].At+l.window, leave(over-earlier))
	if over <= used-earlier {
		until = min(until, leave(over))
	}
	return time.Duration(until - now), used
}

// Charge grants d at now, forgetting what the longest window of d's limits has left behind. It does not ask whether d
// fits: see [Log.Wait]. If d's ID is there already, d adds to it, or is counted and changes nothing else.
func (l *Log) Charge(now int64, d *Debit) {
	l.window = int64(d.Longest())
	l.forget(now)
	g := Grant{At: now, Cost: d.Cost, Charges: 1, ID: d.ID}
	i := l.find(now, d.ID)
	if i >= 0 {
		l.grants[i].Charges++
		g.Charges = l.grants[i].Charges
		g.Cost += l.grants[i].Cost
	}
	if i < 0 || d.Adds {
		if i >= 0 {
			l.drop(i)
		}
		l.tidy()
		l.push(g)
	}
	if d.Coarse() {
		l.merge(now)
	}
	l.tidy()
}

// Refund takes back one charge of d's ID. The last one takes the grant along; before that, if d adds, the grant is less by
// d's cost. What is not there changes nothing.
func (l *Log) Refund(now int64, d *Debit) {
	i := l.find(now, d.ID)
	if i < 0 {
		return
	}
	g := &l.grants[i]
	if g.Charges--; g.Charges == 0 {
		l.drop(i)
		l.tidy()
	} else if d.Adds {
		// Each charge that is left cost a unit at least.
		l.add(i, -min(d.Cost, g.Cost-g.Charges))
	}
}

// Settle takes back all charges of an ID, and reports whether there were any.
func (l *Log) Settle(now int64, id string) bool {
	i := l.find(now, id)
	if i < 0 {
		return false
	}
	l.drop(i)
	l.tidy()
	return true
}

// Window is the longest window of the limits on the key, as of the last charge.
func (l *Log) Window() time.Duration { return time.Duration(l.window) }

// Grants returns what is remembered, the oldest first.
func (l *Log) Grants() iter.Seq[Grant] {
	return func(yield func(Grant) bool) {
		for _, g := range l.grants {
			if g.ID != "" && !yield(g) {
				return
			}
		}
	}
}

// Until is the moment from which on the log says nothing any more.
func (l *Log) Until() int64 {
	if len(l.grants) == 0 {
		return 0
	}
	return l.grants[len(l.grants)-1].At + l.window
}

// forget drops what the longest window has left behind.
func (l *Log) forget(now int64) {
	first := 0
	if l.long != nil {
		first = l.long.first
	}
	end := l.after(now - l.window)
	for i := first; i < end; i++ {
		l.drop(i)
	}
	if l.long != nil {
		l.long.first = end
	}
}

// merge makes one of all grants in one part of the window that are older than settled.
func (l *Log) merge(now int64) {
	i := 0
	if l.long != nil {
		i = l.long.settled
	}
	last := -1
	end := l.after(now - int64(settled) - 1)
	for ; i < end; i++ {
		g := &l.grants[i]
		if g.ID == "" {
			continue
		}
		if g.ID[0] != merged {
			id := string(merged) + strconv.FormatInt(g.At/(l.window/parts), 10)
			if l.long != nil {
				delete(l.long.places, g.ID)
			}
			g.ID = id
			if last >= 0 && l.grants[last].ID == id {
				g.Charges += l.grants[last].Charges
				l.add(i, l.grants[last].Cost)
				l.drop(last)
			}
		}
		last = i
	}
	if l.long != nil && last >= 0 {
		l.long.settled = last // the next one may belong to the same part
	}
}

// after is the place of the first grant that was made after the given moment.
func (l *Log) after(at int64) int {
	i, _ := slices.BinarySearchFunc(l.grants, at, func(g Grant, at int64) int {
		return cmp.Or(cmp.Compare(g.At, at), -1)
	})
	return i
}

// find is the place of an ID that was granted within the longest window, or -1.
func (l *Log) find(now int64, id string) int {
	if i := l.place(id); i >= 0 && now-l.grants[i].At < l.window {
		return i
	}
	return -1
}

func (l *Log) place(id string) int {
	if l.long == nil {
		return slices.IndexFunc(l.grants, func(g Grant) bool { return g.ID == id })
	}
	if i, ok := l.long.places[id]; ok {
		return i
	}
	return -1
}

// before is the units of the first n grants.
func (l *Log) before(n int) (units int) {
	if l.long != nil {
		return l.long.units.before(n)
	}
	for _, g := range l.grants[:n] {
		units += g.Cost
	}
	return units
}

// reach is the place of the first grant that brings the units of all up to it to the given number.
func (l *Log) reach(units int) int {
	if l.long != nil {
		return l.long.units.reach(units)
	}
	for i, g := range l.grants {
		if units -= g.Cost; units <= 0 {
			return i
		}
	}
	return len(l.grants) - 1
}

func (l *Log) push(g Grant) {
	if n := len(l.grants); n > 0 {
		g.At = max(g.At, l.grants[n-1].At)
	}
	l.grants = append(l.grants, g)
	if l.long == nil {
		l.index()
		return
	}
	l.long.places[g.ID] = len(l.grants) - 1
	l.long.units = l.long.units.push(g.Cost)
}

// add adds units to a grant.
func (l *Log) add(i, units int) {
	l.grants[i].Cost += units
	if l.long != nil {
		l.long.units.add(i, units)
	}
}

// drop makes a grant one that is gone. It keeps its place until tidy is called.
func (l *Log) drop(i int) {
	g := &l.grants[i]
	if g.ID == "" {
		return
	}
	l.add(i, -g.Cost)
	if l.long != nil {
		delete(l.long.places, g.ID)
		l.long.gone++
	}
	g.ID = ""
}

// tidy clears away grants that are gone: all in a short log; in a long one the last, by whose time the next is made, and
// the others when they are more than half.
func (l *Log) tidy() {
	for n := len(l.grants); n > 0 && l.grants[n-1].ID == ""; n-- {
		l.grants = l.grants[:n-1]
		if l.long != nil {
			l.long.gone--
			l.long.units = l.long.units[:n-1]
		}
	}
	// A log that was emptied is never left long: first and settled would lie behind its end.
	if l.long != nil && len(l.grants) > shortLog/2 && l.long.gone <= len(l.grants)/2 {
		return
	}
	l.grants = slices.DeleteFunc(l.grants, func(g Grant) bool { return g.ID == "" })
	if n := len(l.grants); cap(l.grants) > 4*n+shortLog {
		l.grants = slices.Clone(l.grants)
	}
	l.index()
}

// index makes the tail of a long log anew.
func (l *Log) index() {
	l.long = nil
	if len(l.grants) <= shortLog {
		return
	}
	l.long = &longTail{places: make(map[string]int, len(l.grants)), units: make(sums, 0, cap(l.grants))}
	for i, g := range l.grants {
		l.long.places[g.ID] = i
		l.long.units = l.long.units.push(g.Cost)
	}
}

// longTail spares a long log from being looked through: at ten thousand grants that would take longer than all the rest
// of a charge.
type longTail struct {
	places  map[string]int // of the grants by ID
	units   sums           // of the grants
	gone    int            // how many grants are gone
	first   int            // before this place all are gone
	settled int            // before this place all are merged or gone
}
