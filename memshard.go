package cattlegrid

import (
	"container/heap"
	"context"
	"hash/maphash"
	"math/bits"
	"slices"
	"strings"
	"sync"

	"github.com/cattlegrid/cattlegrid/guard"
)

// fewLocks is how many shards a step may need without waiting for its turn. Two steps that need many nearly always need one
// in common: if the second one waited for that with others in hand, all who need those would wait too.
const fewLocks = 4

// memShards is how many locks a MemStore spreads its keys over; a step's locks are a set in one uint64.
const memShards = 64

// memShard is the part of a MemStore under one lock.
type memShard struct {
	store   *MemStore
	mu      sync.Mutex
	entries map[string]*memEntry
	expiry  memHeap
	dirty   []string // keys that changed since the last Drain, some of them twice
}

// memEntry is a secret, which has a value, or a record or an account. Of secrets there may be millions, so an entry is
// exactly as large as one without a payload needs, 64 bytes.
type memEntry struct {
	key      string
	until    int64  // absent from this moment on, in nanoseconds since the Unix epoch
	value    string // of a secret
	place    int32  // in the shard's heap
	attempts int16  // left, of a secret
	dirty    bool   // changed since the last Drain
	lap      bool   // the store's when a Drain gave it last
	about    any    // the payload of a secret, if it has one, in a []byte; or a *guard.Record, or a *guard.Log
}

func newSecretEntry(key string, s Secret) *memEntry {
	e := &memEntry{key: key, value: s.Value, attempts: int16(s.Attempts)} //nolint:gosec // at most MaxAttempts
	if len(s.Payload) > 0 {
		e.about = slices.Clone(s.Payload)
	}
	return e
}

// payload is a copy of a secret's payload.
func (e *memEntry) payload() []byte {
	payload, _ := e.about.([]byte)
	return slices.Clone(payload)
}

func (e *memEntry) log() *guard.Log {
	log, _ := e.about.(*guard.Log)
	return log
}

func (e *memEntry) record() *guard.Record {
	record, _ := e.about.(*guard.Record)
	return record
}

func (s *memShard) init(m *MemStore) {
	s.store = m
	s.entries = map[string]*memEntry{}
}

// get returns the live entry under key, or nil.
func (s *memShard) get(now int64, key string) *memEntry {
	if e := s.entries[key]; e != nil && now < e.until {
		return e
	}
	return nil
}

// secret returns the live secret under key, or nil. Nothing else is one.
func (s *memShard) secret(now int64, key string) *memEntry {
	if e := s.get(now, key); e != nil && e.value != "" {
		return e
	}
	return nil
}

// account returns the live account under key, or nil. Nothing else is one.
func (s *memShard) account(now int64, key string) *memEntry {
	if e := s.get(now, key); e != nil && e.log() != nil {
		return e
	}
	return nil
}

// record returns the live record under key, or nil. Nothing else is one.
func (s *memShard) record(now int64, key string) *memEntry {
	if e := s.get(now, key); e != nil && e.record() != nil {
		return e
	}
	return nil
}

func (s *memShard) put(now int64, key string, secret Secret) {
	s.live(newSecretEntry(key, secret), now+int64(secret.TTL), true)
}

// live lets e, which is fresh or there already, live until the given moment.
func (s *memShard) live(e *memEntry, until int64, fresh bool) {
	if fresh {
		e.until = until
		s.add(e)
	} else {
		s.extend(e, until)
	}
}

// add puts e in place of what is under its key.
func (s *memShard) add(e *memEntry) {
	s.drop(e.key)
	s.entries[e.key] = e
	heap.Push(&s.expiry, e)
	s.store.count.Add(1)
	s.changed(e)
}

// extend lets e live until the given moment.
func (s *memShard) extend(e *memEntry, until int64) {
	e.until = until
	heap.Fix(&s.expiry, int(e.place))
	s.changed(e)
}

// left is called when something was taken out of an account.
func (s *memShard) left(e *memEntry) {
	if until := e.log().Until(); until > 0 {
		s.extend(e, until)
	} else {
		s.drop(e.key)
	}
}

// newEntry returns an entry with an empty log or record, in one piece of memory: accounts are most of what a busy store holds,
// and each piece costs the collector. The entry has its key for itself: those of debits are made many at once, and one that is
// kept would keep all others of its request in memory.
func newEntry[T guard.Log | guard.Record](key string) *memEntry {
	var whole struct {
		memEntry

		what T
	}
	whole.key, whole.about = strings.Clone(key), &whole.what
	return &whole.memEntry
}

// verified counts one more number in a record.
func (s *memShard) verified(now int64, key string) {
	e := s.record(now, key)
	fresh := e == nil
	if fresh {
		e = newEntry[guard.Record](key)
	}
	e.record().Add(now)
	s.live(e, e.record().Until(), fresh)
}

func (s *memShard) drop(key string) {
	e := s.entries[key]
	if e == nil {
		return
	}
	delete(s.entries, key)
	heap.Remove(&s.expiry, int(e.place))
	s.store.count.Add(-1)
	s.changed(e)
}

func (s *memShard) changed(e *memEntry) {
	if s.store.journal && !e.dirty {
		e.dirty = true
		s.dirty = append(s.dirty, e.key)
	}
}

// sweep clears away what has expired by now.
func (s *memShard) sweep(now int64) {
	for len(s.expiry) > 0 && s.expiry[0].until <= now {
		s.drop(s.expiry[0].key)
	}
}

// step runs one atomic step: it checks what it was given, locks the shards of key, of debits and of their records, and
// clears away what has expired there. The shard handed to do is that of key.
func (m *MemStore) step(ctx context.Context, key string, s *Secret, debits []Debit, do func(now int64, shard *memShard) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := guard.Validate(debits); err != nil {
		return err
	}
	if s != nil {
		if err := s.Validate(key); err != nil {
			return err
		}
	}
	if m.count.Load() >= m.max {
		m.sweep()
	}
	locks := m.locks(key, debits)
	if bits.OnesCount64(locks) > fewLocks {
		m.many.Lock()
		defer m.many.Unlock()
	}
	// Always from the lowest to the highest, so that two steps never wait for each other.
	for l := locks; l != 0; l &= l - 1 {
		m.shards[bits.TrailingZeros64(l)].mu.Lock()
	}
	defer func() {
		for l := locks; l != 0; l &= l - 1 {
			m.shards[bits.TrailingZeros64(l)].mu.Unlock()
		}
	}()
	// The clock is read under the locks: steps on one key see it in the order in which they run.
	now := m.clock().UnixNano()
	for l := locks; l != 0; l &= l - 1 {
		m.shards[bits.TrailingZeros64(l)].sweep(now)
	}
	return do(now, m.shard(key))
}

// locks is the set of shards that a step needs.
func (m *MemStore) locks(key string, debits []Debit) uint64 {
	locks := uint64(1) << m.index(key)
	var lane *guard.Lane
	for i := range debits {
		d := &debits[i]
		locks |= 1 << m.index(d.Key)
		if d.Record != "" {
			locks |= 1 << m.index(d.Record)
		}
		if lane == nil && d.Lane != nil {
			lane = d.Lane // all have the same ranks
			for _, rank := range lane.Ranks {
				locks |= 1 << m.index(rank.Record)
			}
		}
	}
	return locks
}

// sweep clears away all that has expired. No lock is held.
func (m *MemStore) sweep() {
	for i := range m.shards {
		m.shards[i].mu.Lock()
		m.shards[i].sweep(m.clock().UnixNano())
		m.shards[i].mu.Unlock()
	}
}

func (m *MemStore) index(key string) uint64 { return maphash.String(m.seed, key) % memShards }

func (m *MemStore) shard(key string) *memShard { return &m.shards[m.index(key)] }
