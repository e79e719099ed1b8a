package cattlegrid

import (
	"context"
	"hash/maphash"
	"math/bits"
	"sync"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
)

// memShards is how many locks a MemStore spreads its keys over; a step's locks are a set in one uint64.
const memShards = 64

// memShard is the part of a MemStore under one lock.
type memShard struct {
	store   *MemStore
	mu      sync.Mutex
	entries map[string]*memEntry
	due     map[int64][]string  // keys to look at, by the second in which they may have expired
	swept   int64               // all of due up to this second has been looked at
	stale   int                 // places in due whose entry is gone or watched elsewhere
	dirty   map[string]struct{} // keys that changed since the last Drain; nil without a journal
}

// memEntry is a secret or an account.
type memEntry struct {
	until    int64 // absent from this moment on, in nanoseconds since the Unix epoch
	due      int64 // the second under which the shard will look at it
	value    string
	payload  []byte
	attempts int
	log      guard.Log // of an account, which has no value
}

func (s *memShard) init(m *MemStore) {
	s.store = m
	s.entries = map[string]*memEntry{}
	s.due = map[int64][]string{}
	if m.journal {
		s.dirty = map[string]struct{}{}
	}
}

// get returns the live entry under key, or nil.
func (s *memShard) get(now int64, key string) *memEntry {
	if e := s.entries[key]; e != nil && now < e.until {
		return e
	}
	return nil
}

// secret returns the live secret under key, or nil. An account is none.
func (s *memShard) secret(now int64, key string) *memEntry {
	if e := s.get(now, key); e != nil && e.value != "" {
		return e
	}
	return nil
}

func (s *memShard) put(now int64, key string, secret Secret) {
	e := &memEntry{
		until:    now + int64(secret.TTL),
		value:    secret.Value,
		payload:  append([]byte(nil), secret.Payload...),
		attempts: secret.Attempts,
	}
	s.add(key, e)
}

// add sets the entry under key and remembers when to look whether it has expired.
func (s *memShard) add(key string, e *memEntry) {
	if s.entries[key] == nil {
		s.store.count.Add(1)
	} else {
		s.stale++
	}
	s.entries[key] = e
	s.watch(key, e)
	s.changed(key)
}

func (s *memShard) watch(key string, e *memEntry) {
	e.due = e.until/int64(time.Second) + 1
	s.due[e.due] = append(s.due[e.due], key)
	s.swept = min(s.swept, e.due-1) // when the clock was set back
}

// drop removes the entry under key, if there is one, and leaves its place in due.
func (s *memShard) drop(key string) {
	if s.entries[key] == nil {
		return
	}
	s.remove(key)
	s.stale++
	s.tidy()
}

func (s *memShard) remove(key string) {
	delete(s.entries, key)
	s.store.count.Add(-1)
	s.changed(key)
}

// tidy lets go of stale places in due once there are more of them than others: what is used up soon must not be
// remembered for as long as it could have lived.
func (s *memShard) tidy() {
	if s.stale <= len(s.entries)+memShards {
		return
	}
	clear(s.due)
	for key, e := range s.entries {
		s.watch(key, e)
	}
	s.stale = 0
}

func (s *memShard) changed(key string) {
	if s.dirty != nil {
		s.dirty[key] = struct{}{}
	}
}

// sweep clears away what has expired by now. Its work is proportional to what was stored, not to the time that passed.
func (s *memShard) sweep(now int64) {
	second := now / int64(time.Second)
	if second <= s.swept {
		return
	}
	if second-s.swept > int64(len(s.due)) {
		for due := range s.due {
			if due <= second {
				s.sweepSecond(now, due)
			}
		}
	} else {
		for due := s.swept + 1; due <= second; due++ {
			s.sweepSecond(now, due)
		}
	}
	s.swept = second
}

func (s *memShard) sweepSecond(now, due int64) {
	keys := s.due[due]
	delete(s.due, due)
	for _, key := range keys {
		switch e := s.entries[key]; {
		case e == nil || e.due != due: // gone, or stored again and watched elsewhere
			s.stale--
		case now < e.until: // its lifetime was extended
			s.watch(key, e)
		default:
			s.remove(key)
		}
	}
}

// step runs one atomic step: it checks what it was given, locks the shards of key and debits, and clears away what has
// expired there. The shard handed to do is that of key.
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
	locks := uint64(1) << m.index(key)
	for _, d := range debits {
		locks |= 1 << m.index(d.Key)
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

// spend charges debits if all of them fit, and if there is room for them and for a secret under key, unless that is "".
// Their shards are locked. Attempts do not come here: whoever has a code may still check it when the store is full.
func (m *MemStore) spend(now int64, key string, debits []Debit) error {
	if err := m.afford(now, debits); err != nil {
		return err
	}
	if m.count.Load() >= m.max && !m.holds(key, debits) {
		return errFull
	}
	m.charge(now, debits)
	return nil
}

// holds reports whether there are entries for all of these already.
func (m *MemStore) holds(key string, debits []Debit) bool {
	for _, d := range debits {
		if m.shard(d.Key).entries[d.Key] == nil {
			return false
		}
	}
	return key == "" || m.shard(key).entries[key] != nil
}

// afford returns the [*LimitError] of the debit that has longest to wait, or nil.
func (m *MemStore) afford(now int64, debits []Debit) error {
	var refusal *LimitError
	for _, d := range debits {
		e := m.shard(d.Key).get(now, d.Key)
		if e == nil {
			continue
		}
		if wait := e.log.Wait(now, d); wait > 0 && (refusal == nil || wait > refusal.RetryAfter) {
			refusal = &LimitError{Debit: d, RetryAfter: wait}
		}
	}
	if refusal != nil {
		return refusal
	}
	return nil
}

func (m *MemStore) charge(now int64, debits []Debit) {
	for _, d := range debits {
		shard := m.shard(d.Key)
		e := shard.get(now, d.Key)
		if e == nil {
			e = &memEntry{until: now + int64(d.Limit.Window)}
			shard.add(d.Key, e)
		}
		e.log.Charge(now, d)
		e.until = e.log.Grants[len(e.log.Grants)-1].At + int64(d.Limit.Window)
		shard.changed(d.Key)
	}
}
