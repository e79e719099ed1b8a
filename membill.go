package cattlegrid

import (
	"slices"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
)

// memBill is the debits of one step. The shards of all that they name are locked.
type memBill struct {
	store  *MemStore
	now    int64
	debits []Debit
	depth  int // of the lanes, which all have the same ranks
}

func (m *MemStore) bill(now int64, debits []Debit) memBill {
	b := memBill{store: m, now: now, debits: debits}
	for i := range debits {
		if lane := debits[i].Lane; lane != nil {
			b.depth = guard.Depth(lane.Ranks, b.total)
			break
		}
	}
	return b
}

// spend charges the debits if all of them fit, and if there is room for them and for a secret under key, unless that is "".
// Attempts do not come here: whoever has a code may still check it when the store is full.
func (b memBill) spend(key string) error {
	if err := b.afford(); err != nil {
		return err
	}
	if b.full(key) {
		return errFull
	}
	b.charge()
	return nil
}

// afford returns the [*LimitError] of the debits that do not fit, or nil.
func (b memBill) afford() error {
	var refusals []Refusal
	for i := range b.debits {
		d := &b.debits[i]
		if !b.takesPart(d) {
			continue
		}
		log := b.log(d)
		for j := range d.Limits {
			if wait, used, base := b.wait(d, log, &d.Limits[j]); wait > 0 {
				refusals = append(refusals, Refusal{Debit: *d, Limit: d.Limits[j], Wait: wait, Used: used, Base: base})
			}
		}
	}
	if refusals != nil {
		return NewLimitError(refusals)
	}
	return nil
}

// charge charges the debits.
func (b memBill) charge() {
	for i := range b.debits {
		d := &b.debits[i]
		if !b.takesPart(d) {
			continue
		}
		shard := b.store.shard(d.Key)
		e := shard.account(b.now, d.Key)
		fresh := e == nil
		if fresh {
			e = newEntry[guard.Log](d.Key)
		}
		e.log().Charge(b.now, d)
		shard.live(e, e.log().Until(), fresh)
	}
}

// next is how long the debits that ask for it would have to wait under another ID.
func (b memBill) next() (longest time.Duration) {
	for i := range b.debits {
		d := &b.debits[i]
		if !d.Next || !b.takesPart(d) {
			continue
		}
		other := *d
		other.ID = "" // which no charge has
		log := b.log(d)
		for j := range d.Limits {
			wait, _, _ := b.wait(&other, log, &d.Limits[j])
			longest = max(longest, wait)
		}
	}
	return longest
}

// refund takes back one charge of each debit.
func (b memBill) refund() {
	for i := range b.debits {
		d := &b.debits[i]
		shard := b.store.shard(d.Key)
		if e := shard.account(b.now, d.Key); e != nil {
			e.log().Refund(b.now, d)
			shard.left(e)
		}
	}
}

// settle takes the first debit for the credit, and settles the others.
func (b memBill) settle() error {
	credit, debits := b, b.debits[1:]
	credit.debits = b.debits[:1]
	full := b.fullForRecords()
	var charged []string // records
	for i := range debits {
		d := &debits[i]
		shard := b.store.shard(d.Key)
		e := shard.account(b.now, d.Key)
		if e == nil || !e.log().Settle(b.now, d.ID) {
			continue
		}
		shard.left(e)
		if d.Record != "" && !slices.Contains(charged, d.Record) {
			charged = append(charged, d.Record)
		}
	}
	if full {
		return errFull // to record anything; what was charged is taken back all the same
	}
	// If it does not fit, the number was recorded already.
	if credit.afford() == nil {
		credit.charge()
		for _, key := range charged {
			b.store.shard(key).verified(b.now, key)
		}
	}
	return nil
}

// takesPart reports whether a debit counts: it has no lane, or that of what is known.
func (b memBill) takesPart(d *Debit) bool { return d.Lane == nil || d.Lane.Depth == b.depth }

// log is that of a debit's account.
func (b memBill) log(d *Debit) *guard.Log {
	if e := b.store.shard(d.Key).account(b.now, d.Key); e != nil {
		return e.log()
	}
	return &noLog
}

// noLog is that of an account that does not exist. Nobody charges it.
var noLog guard.Log

// wait says how long d has to wait for one of the limits on its log, how many units are used, and what the limit grows by.
func (b memBill) wait(d *Debit, log *guard.Log, limit *guard.Limit) (wait time.Duration, used, base int) {
	if limit.Grow > 0 {
		if e := b.store.shard(d.Record).record(b.now, d.Record); e != nil {
			base = d.Base(e.record(), b.now, limit.Window)
		}
	}
	wait, used = log.Wait(b.now, d, limit.Window, limit.Ceiling(base))
	return wait, used, base
}

// total is how many numbers a record holds.
func (b memBill) total(key string) int {
	if e := b.store.shard(key).record(b.now, key); e != nil {
		return e.record().Total(b.now)
	}
	return 0
}

// full reports whether the store is full and has no entry yet for one of the debits, or for key unless that is "".
func (b memBill) full(key string) bool {
	if b.store.count.Load() < b.store.max {
		return false
	}
	for i := range b.debits {
		if d := &b.debits[i]; b.takesPart(d) && !b.store.holds(d.Key) {
			return true
		}
	}
	return key != "" && !b.store.holds(key)
}

// fullForRecords reports whether the store is full and has no entry yet for the credit or a record.
func (b memBill) fullForRecords() bool {
	if b.store.count.Load() < b.store.max {
		return false
	}
	for i := range b.debits {
		if d := &b.debits[i]; i == 0 && !b.store.holds(d.Key) || i > 0 && d.Record != "" && !b.store.holds(d.Record) {
			return true
		}
	}
	return false
}

// holds reports whether there is an entry under key. Its shard is locked.
func (m *MemStore) holds(key string) bool { return m.shard(key).entries[key] != nil }
