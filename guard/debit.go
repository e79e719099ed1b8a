package guard

import (
	"fmt"
	"slices"
	"time"
)

// Debit is one charge to one account, under all limits that stand on it.
type Debit struct {
	Key  string // whose account is charged; a store keeps one Log under it
	ID   string // names the charge: it is what a refund gives back
	Cost int    // units; at least 1

	// Limits all have to grant the charge, and are all coarse or none. There are 1 to MaxLimits. They may be shared with
	// other debits, and so must not be changed.
	Limits []Limit

	// Adds says what a charge does whose ID is granted on the Key already: it adds its cost to the earlier one, and both
	// count from now on. Otherwise such a charge is free, and nothing moves.
	Adds bool

	// Record is the key of the [Record] that the limits grow by, and to which a settled charge is added; "" if there is none.
	Record string

	// Lane, if set, makes the debit conditional.
	Lane *Lane

	// Next has a store tell how long the same charge under another ID would have to wait after this one, see Keep.
	Next bool
}

// Base is what a limit of the debit's with the given window grows by at now, given the debit's record: [Record.Within] in
// a lane, else [Record.Base].
func (d *Debit) Base(r *Record, now int64, window time.Duration) int {
	if d.Lane != nil {
		return r.Within(now, window)
	}
	return r.Base(now, window)
}

// Longest is the longest window of the debit's limits: the charge is remembered for as long.
func (d *Debit) Longest() (longest time.Duration) {
	for i := range d.Limits {
		longest = max(longest, d.Limits[i].Window)
	}
	return longest
}

// Coarse reports whether the debit's limits are coarse, see [Limit].
func (d *Debit) Coarse() bool { return d.Limits[0].Coarse }

// Lane is a condition: the debit is charged only if Depth is how deep the ranks are known. All debits of one step that
// have a lane have the same ranks.
type Lane struct {
	Ranks []Rank // at most MaxRanks, the widest first
	Depth int    // the place of the last known rank, counted from 1; 0 if none is known
}

// Rank is one step of a lane's ranks, known if the record holds at least Least verified numbers, see [Record.Total].
type Rank struct {
	Record string // key
	Least  int    // at least 1
}

// Depth is how deep ranks are known, given the total of each rank's record.
func Depth(ranks []Rank, total func(record string) int) int {
	for i, rank := range slices.Backward(ranks) {
		if total(rank.Record) >= rank.Least {
			return i + 1
		}
	}
	return 0
}

// Bounds of a Debit. They keep what a store holds for one charge small, and sums of costs and times far from overflow.
const (
	MaxKeyLen = 256                  // bytes
	MaxIDLen  = 64                   // bytes
	MaxLimits = 32                   // of an account
	MaxUnits  = 1_000_000_000        // of Limit.Max
	MaxWindow = 366 * 24 * time.Hour // of Limit.Window
	MaxRanks  = 4                    // of a Lane
)

// Validate reports the first reason why a store must not charge debits: a field out of bounds, or debits that contradict
// one another. A cost that is more than a limit ever grants is no reason: it never fits.
func Validate(debits []Debit) error {
	var ranks []Rank
	for i := range debits {
		d := &debits[i]
		if err := d.validate(); err != nil {
			return fmt.Errorf("debit on %s: %w", d.name(), err)
		}
		if d.Lane != nil {
			if ranks != nil && !slices.Equal(ranks, d.Lane.Ranks) {
				return fmt.Errorf("debit on %s: two lanes have different ranks", d.name())
			}
			ranks = d.Lane.Ranks
		}
		for j := range i {
			if debits[j].Key == d.Key {
				return fmt.Errorf("debit on %s: there is one on %s with the same key", d.name(), debits[j].name())
			}
		}
	}
	return nil
}

// name is that of the first limit: an account's would tell whose it is.
func (d *Debit) name() string {
	if len(d.Limits) == 0 {
		return "no limit"
	}
	return d.Limits[0].Name
}

func (d *Debit) validate() error {
	switch {
	case d.Key == "" || len(d.Key) > MaxKeyLen:
		return fmt.Errorf("the key is %d bytes long, want 1 to %d", len(d.Key), MaxKeyLen)
	case d.ID == "" || len(d.ID) > MaxIDLen:
		return fmt.Errorf("the id is %d bytes long, want 1 to %d", len(d.ID), MaxIDLen)
	case d.ID[0] == '~':
		return fmt.Errorf("the id begins with %q, which is how a log names charges that it merged", "~")
	case d.Cost < 1 || d.Cost > MaxUnits:
		return fmt.Errorf("the cost is %d, want 1 to %d", d.Cost, MaxUnits)
	case len(d.Record) > MaxKeyLen:
		return fmt.Errorf("the record's key is %d bytes long, want at most %d", len(d.Record), MaxKeyLen)
	case len(d.Limits) == 0 || len(d.Limits) > MaxLimits:
		return fmt.Errorf("it has %d limits, want 1 to %d", len(d.Limits), MaxLimits)
	}
	for i := range d.Limits {
		if err := d.validateLimit(&d.Limits[i]); err != nil {
			return err
		}
	}
	return d.Lane.validate()
}

func (d *Debit) validateLimit(l *Limit) error {
	switch {
	case l.Window < time.Millisecond || l.Window > MaxWindow:
		return fmt.Errorf("the window is %v, want 1ms to %v", l.Window, MaxWindow)
	case l.Max < 1 || l.Max > MaxUnits:
		return fmt.Errorf("the limit is %d, want 1 to %d", l.Max, MaxUnits)
	case l.Grow < 0 || l.Grow > 1000:
		return fmt.Errorf("the limit grows by %d percent, want 0 to 1000", l.Grow)
	case l.Grow > 0 && (d.Record == "" || l.Window > MaxGrowWindow):
		return fmt.Errorf("the limit grows, but has no record or a window of more than %v", MaxGrowWindow)
	case l.Coarse != d.Coarse():
		return fmt.Errorf("the limit %s is coarse and another one on the account is not, or the other way round", l.Name)
	}
	return nil
}

func (l *Lane) validate() error {
	if l == nil {
		return nil
	}
	if len(l.Ranks) > MaxRanks || l.Depth < 0 || l.Depth > len(l.Ranks) {
		return fmt.Errorf("the lane has depth %d of %d ranks, want 0 to %d", l.Depth, len(l.Ranks), MaxRanks)
	}
	for _, rank := range l.Ranks {
		if rank.Record == "" || len(rank.Record) > MaxKeyLen || rank.Least < 1 {
			return fmt.Errorf("a rank of the lane has a key of %d bytes and wants %d verified, want 1 to %d bytes and at least 1", len(rank.Record), rank.Least, MaxKeyLen)
		}
	}
	return nil
}
