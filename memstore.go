package cattlegrid

import (
	"context"
	"crypto/subtle"
	"errors"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"
)

// MemOptions configures a [MemStore]. The zero value is good.
type MemOptions struct {
	Clock      func() time.Time // nil means time.Now
	MaxEntries int              // secrets, accounts and records held at once, about; beyond it no new ones are taken; 0 means 2,000,000
	Journal    bool             // remember what changed, for [MemStore.Drain]
}

// MemStore is a [Store] in the memory of one process. What is in it ends with the process; package boltstore keeps it.
// It runs no goroutine: what has expired is cleared away by later calls.
type MemStore struct {
	clock   func() time.Time
	max     int64
	journal bool
	seed    maphash.Seed
	count   atomic.Int64
	lap     atomic.Bool // changes with each Lap
	many    sync.Mutex  // of whose turn it is to lock many shards; before any of theirs
	shards  [memShards]memShard
}

var _ Store = (*MemStore)(nil)

var errFull = errors.New("memory store is full")

// NewMemStore returns an empty store.
func NewMemStore(o MemOptions) *MemStore {
	m := &MemStore{clock: o.Clock, max: int64(o.MaxEntries), journal: o.Journal, seed: maphash.MakeSeed()}
	if m.clock == nil {
		m.clock = time.Now
	}
	if m.max == 0 {
		m.max = 2_000_000
	}
	for i := range m.shards {
		m.shards[i].init(m)
	}
	return m
}

// Put implements [Store].
func (m *MemStore) Put(ctx context.Context, key string, s Secret, debits ...Debit) error {
	return m.step(ctx, key, &s, debits, func(now int64, shard *memShard) error {
		if err := m.bill(now, debits).spend(key); err != nil {
			return err
		}
		shard.put(now, key, s)
		return nil
	})
}

// Keep implements [Store].
func (m *MemStore) Keep(ctx context.Context, key string, s Secret, debits ...Debit) (Kept, error) {
	var next time.Duration
	err := m.step(ctx, key, &s, debits, func(now int64, shard *memShard) error {
		b := m.bill(now, debits)
		if err := b.spend(key); err != nil {
			return err
		}
		next = b.next()
		e := shard.secret(now, key)
		if e == nil {
			shard.put(now, key, s)
			return nil
		}
		shard.extend(e, now+int64(s.TTL))
		s.Value, s.Payload, s.Attempts = e.value, e.payload(), int(e.attempts)
		return nil
	})
	if err != nil {
		return Kept{}, err
	}
	s.Lasting = false
	return Kept{Secret: s, Next: next}, nil
}

// Peek implements [Store].
func (m *MemStore) Peek(ctx context.Context, key string) (s Secret, err error) {
	err = m.step(ctx, key, nil, nil, func(now int64, shard *memShard) error {
		e := shard.secret(now, key)
		if e == nil {
			return ErrNotFound
		}
		s = Secret{Value: e.value, Attempts: int(e.attempts), Payload: e.payload(), TTL: time.Duration(e.until - now)}
		return nil
	})
	return s, err
}

// Attempt implements [Store].
func (m *MemStore) Attempt(ctx context.Context, key, guess string, wrong ...Debit) (payload []byte, err error) {
	err = m.step(ctx, key, nil, wrong, func(now int64, shard *memShard) error {
		e := shard.secret(now, key)
		if e == nil {
			return ErrNotFound
		}
		b := m.bill(now, wrong)
		if err := b.afford(); err != nil {
			return err
		}
		if subtle.ConstantTimeCompare([]byte(e.value), []byte(guess)) == 1 {
			payload, _ = e.about.([]byte) // nobody else has it any more
			shard.drop(key)
			return nil
		}
		b.charge()
		if e.attempts--; e.attempts == 0 {
			shard.drop(key)
		} else {
			shard.changed(e)
		}
		return &WrongError{AttemptsLeft: int(e.attempts)}
	})
	return payload, err
}

// Delete implements [Store].
func (m *MemStore) Delete(ctx context.Context, key string) error {
	return m.step(ctx, key, nil, nil, func(now int64, shard *memShard) error {
		if shard.secret(now, key) != nil {
			shard.drop(key)
		}
		return nil
	})
}

// Spend implements [Store].
func (m *MemStore) Spend(ctx context.Context, debits ...Debit) error {
	return m.step(ctx, "", nil, debits, func(now int64, _ *memShard) error { return m.bill(now, debits).spend("") })
}

// Refund implements [Store].
func (m *MemStore) Refund(ctx context.Context, debits ...Debit) error {
	return m.step(ctx, "", nil, debits, func(now int64, _ *memShard) error {
		m.bill(now, debits).refund()
		return nil
	})
}

// Settle implements [Store].
func (m *MemStore) Settle(ctx context.Context, credit Debit, debits ...Debit) error {
	spare, _ := spareDebits.Get().(*[]Debit)
	defer spareDebits.Put(spare)
	all := append(append((*spare)[:0], credit), debits...)
	*spare = all
	return m.step(ctx, "", nil, all, func(now int64, _ *memShard) error { return m.bill(now, all).settle() })
}

// Ping implements [Store]. Memory is always there.
func (m *MemStore) Ping(ctx context.Context) error { return ctx.Err() }

// Len returns how many secrets, accounts and records are held, some of which may have expired.
func (m *MemStore) Len() int { return int(m.count.Load()) }
