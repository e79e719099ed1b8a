package guard

import (
	"fmt"
	"slices"
	"time"
)

// Debit is one charge against one limit.
//
// Several limits may stand on one account: debits of one step with the same Key, which differ in nothing but Limit. Then
// the charge is remembered once, for the longest of their windows.
type Debit struct {
	Limit Limit
	Key   string // whose account is charged; a store keeps one Log under it
	ID    string // names the charge: it is what a refund gives back
	Cost  int    // units; at least 1

	// Adds says what a charge does whose ID is granted on the Key already: it adds its cost to the earlier one, and both
	// count from now on. Otherwise such a charge is free, and nothing moves.
	Adds bool

	// Record is the key of the [Record] that the limit grows by, and to which a settled charge is added; "" if there is none.
	Record string

	// Lane, if set, makes the debit conditional.
	Lane *Lane

	// Next has a store tell how long the same charge under another ID would have to wait after this one, see Keep.
	Next bool
}

// Base is what the debit's limit grows by at now, given its record: [Record.Within] in a lane, else [Record.Base].
func (d *Debit) Base(r *Record, now int64) int {
	if d.Lane != nil {
		return r.Within(now, d.Limit.Window)
	}
	return r.Base(now, d.Limit.Window)
}

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
	MaxUnits  = 1_000_000_000        // of Limit.Max
	MaxWindow = 366 * 24 * time.Hour // of Limit.Window
	MaxRanks  = 4                    // of a Lane
)

// Validate reports the first reason why a store must not charge debits: a field out of bounds, or debits that contradict
// one another. A cost that is more than the limit ever grants is no reason: it never fits.
func Validate(debits []Debit) error {
	var ranks []Rank
	for i := range debits {
		d := &debits[i] // a Debit is large, and there are many pairs
		if err := d.validate(); err != nil {
			return fmt.Errorf("debit on %s: %w", d.Limit.Name, err)
		}
		if d.Lane != nil {
			if ranks != nil && !slices.Equal(ranks, d.Lane.Ranks) {
				return fmt.Errorf("debit on %s: two lanes have different ranks", d.Limit.Name)
			}
			ranks = d.Lane.Ranks
		}
		for j := i - 1; j >= 0; j-- {
			other := &debits[j]
			if other.Key != d.Key {
				continue
			}
			if d.sharesWith(other) {
				break // and with all before it
			}
			return fmt.Errorf("debit on %s: it shares a key with one on %s, but not what is charged", d.Limit.Name, other.Limit.Name)
		}
	}
	return nil
}

// sharesWith reports whether both are one charge under several limits.
func (d *Debit) sharesWith(other *Debit) bool {
	sameLane := d.Lane == other.Lane || d.Lane != nil && other.Lane != nil && d.Lane.Depth == other.Lane.Depth
	return d.ID == other.ID && d.Cost == other.Cost && d.Adds == other.Adds && d.Record == other.Record && sameLane &&
		d.Limit.Coarse == other.Limit.Coarse
}

func (d *Debit) validate() error {
	switch {
	case d.Key == "" || len(d.Key) > MaxKeyLen:
		return fmt.Errorf("the key is %d bytes long, want 1 to %d", len(d.Key), MaxKeyLen)
	case d.ID == "" || len(d.ID) > MaxIDLen:
		return fmt.Errorf("the id is %d bytes long, want 1 to %d", len(d.ID), MaxIDLen)
	case d.ID[0] == '~':
		return fmt.Errorf("the id begins with %q, which is how a log names charges that it merged", "~")
	case d.Limit.Window < time.Millisecond || d.Limit.Window > MaxWindow:
		return fmt.Errorf("the window is %v, want 1ms to %v", d.Limit.Window, MaxWindow)
	case d.Limit.Max < 1 || d.Limit.Max > MaxUnits:
		return fmt.Errorf("the limit is %d, want 1 to %d", d.Limit.Max, MaxUnits)
	case d.Limit.Grow < 0 || d.Limit.Grow > 1000:
		return fmt.Errorf("the limit grows by %d percent, want 0 to 1000", d.Limit.Grow)
	case d.Limit.Grow > 0 && (d.Record == "" || d.Limit.Window > MaxGrowWindow):
		return fmt.Errorf("the limit grows, but has no record or a window of more than %v", MaxGrowWindow)
	case d.Cost < 1 || d.Cost > MaxUnits:
		return fmt.Errorf("the cost is %d, want 1 to %d", d.Cost, MaxUnits)
	case len(d.Record) > MaxKeyLen:
		return fmt.Errorf("the record's key is %d bytes long, want at most %d", len(d.Record), MaxKeyLen)
	}
	if d.Lane == nil {
		return nil
	}
	if len(d.Lane.Ranks) > MaxRanks || d.Lane.Depth < 0 || d.Lane.Depth > len(d.Lane.Ranks) {
		return fmt.Errorf("the lane has depth %d of %d ranks, want 0 to %d", d.Lane.Depth, len(d.Lane.Ranks), MaxRanks)
	}
	for _, rank := range d.Lane.Ranks {
		if rank.Record == "" || len(rank.Record) > MaxKeyLen || rank.Least < 1 {
			return fmt.Errorf("a rank of the lane has a key of %d bytes and wants %d verified, want 1 to %d bytes and at least 1", len(rank.Record), rank.Least, MaxKeyLen)
		}
	}
	return nil
}
