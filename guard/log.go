package guard

import (
	"slices"
	"time"
)

// Grant is one charge that a Log remembers.
type Grant struct {
	At   int64 // when it was granted, in nanoseconds since the Unix epoch
	Cost int
	ID   string
}

// Log is the grants of one key, oldest first. The zero value is an empty log. A Log is not safe for concurrent use.
type Log struct {
	Grants []Grant
}

// Wait says how long d has to wait at now: zero when it fits. It changes nothing. The grants must be those of d's limit:
// a grant counts from the moment it was made until, exclusively, one window later.
func (l *Log) Wait(now int64, d Debit) time.Duration {
	live := l.live(now, d.Limit.Window)
	used := d.Cost
	for _, g := range live {
		if g.ID == d.ID {
			return 0
		}
		used += g.Cost
	}
	// The oldest grants fall out of the window first; the wait is for the one whose going makes room.
	for _, g := range live {
		if used <= d.Limit.Max {
			break
		}
		if used -= g.Cost; used <= d.Limit.Max {
			return time.Duration(g.At - now + int64(d.Limit.Window))
		}
	}
	return 0
}

// Charge grants d at now, forgetting what the window has left behind. It does not ask whether d fits: see [Log.Wait].
// A grant with d's ID that is still in the window stays as it is.
func (l *Log) Charge(now int64, d Debit) {
	l.Grants = slices.Delete(l.Grants, 0, len(l.Grants)-len(l.live(now, d.Limit.Window)))
	if l.index(d.ID) >= 0 {
		return
	}
	// A clock that was set back must not break the order: grants count as made no earlier than the last one.
	if n := len(l.Grants); n > 0 {
		now = max(now, l.Grants[n-1].At)
	}
	l.Grants = append(l.Grants, Grant{At: now, Cost: d.Cost, ID: d.ID})
}

// Refund takes back the grant with the given ID. An unknown ID changes nothing.
func (l *Log) Refund(id string) {
	if i := l.index(id); i >= 0 {
		l.Grants = slices.Delete(l.Grants, i, i+1)
	}
}

// live is the grants that still count at now.
func (l *Log) live(now int64, window time.Duration) []Grant {
	for i, g := range l.Grants {
		if now-g.At < int64(window) {
			return l.Grants[i:]
		}
	}
	return nil
}

func (l *Log) index(id string) int {
	return slices.IndexFunc(l.Grants, func(g Grant) bool { return g.ID == id })
}
