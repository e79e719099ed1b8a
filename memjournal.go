package cattlegrid

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
)

// Drain calls each with what changed since the last Drain: the key and its present state in the format that
// [MemStore.Restore] reads, or nil if it is gone. The state is each's for the time of the call. Drain shows each step whole or
// not at all, for which it stops all steps while it collects.
func (m *MemStore) Drain(each func(key string, state []byte)) {
	m.many.Lock()
	defer m.many.Unlock()
	for i := range m.shards {
		m.shards[i].mu.Lock()
	}
	var state []byte
	for i := range m.shards {
		state = m.shards[i].drain(each, state)
		m.shards[i].mu.Unlock()
	}
}

// drain uses and returns room for a state.
func (s *memShard) drain(each func(key string, state []byte), room []byte) []byte {
	for _, key := range s.dirty {
		e := s.entries[key]
		switch {
		case e == nil:
			each(key, nil)
		case e.dirty:
			room, e.dirty, e.lap = e.appendState(room[:0]), false, s.store.lap.Load()
			each(key, room)
		}
	}
	clear(s.dirty)
	s.dirty = s.dirty[:0]
	return room
}

// Renew lets the next Drain give the state of key once more, if it is there and no Drain has given it since the last
// [MemStore.Lap], or since the store was filled. It reports whether the next Drain gives it for that reason alone. See Lap.
func (m *MemStore) Renew(key string) bool {
	shard := m.shard(key)
	shard.mu.Lock()
	defer shard.mu.Unlock()
	e := shard.entries[key]
	if e == nil || e.dirty || e.lap == m.lap.Load() {
		return false
	}
	shard.changed(e)
	return m.journal
}

// Lap begins a lap of a journal. Who keeps what Drain gave one after the other can forget the oldest of it: all that was kept when
// the lap began, bit by bit, once the keys in a bit are renewed and the Drain after that is kept. Each entry is given at most once
// more for it, however often the journal has it, and none if it has changed meanwhile. When all of that is forgotten the next lap may
// begin, which must not be while something that Drain gave is not kept yet.
func (m *MemStore) Lap() { m.lap.Store(!m.lap.Load()) }

// Restore puts back the state of key as Drain gave it, in place of an earlier one. If it is empty, or has expired meanwhile,
// nothing is there afterwards. It is meant for filling a store before it is used: the next Drain says nothing of it.
func (m *MemStore) Restore(key string, state []byte) error {
	if key == "" || len(key) > MaxKeyLen {
		return fmt.Errorf("restore an entry: its key is %d bytes long, want 1 to %d", len(key), MaxKeyLen)
	}
	var e *memEntry
	if len(state) > 0 {
		var err error
		if e, err = readState(state); err != nil {
			return fmt.Errorf("restore an entry: %w", err)
		}
	}
	shard := m.shard(key)
	shard.mu.Lock()
	defer shard.mu.Unlock()
	if before := shard.entries[key]; before != nil {
		before.dirty = true // or it would be drained as gone
		shard.drop(key)
	}
	if e != nil && m.clock().UnixNano() < e.until {
		e.key, e.dirty = key, true
		shard.add(e)
		e.dirty, e.lap = false, !m.lap.Load() // what was read need not be written, but has to be renewed
	}
	return nil
}

// A state is a kind, and then
//   - of a secret: the moment of expiry, attempts, value, payload;
//   - of an account: the longest window, and of each grant time, cost, charges, id;
//   - of a record: how many hours, and of each hour and then each day when it was and its number.
//
// Numbers are varints, strings carry their length before them.
const (
	stateSecret  = 's'
	stateAccount = 'a'
	stateRecord  = 'r'
)

func (e *memEntry) appendState(b []byte) []byte {
	number := binary.AppendVarint
	text := func(b []byte, s string) []byte { return append(number(b, int64(len(s))), s...) }
	switch {
	case e.value != "":
		b = number(append(b, stateSecret), e.until)
		b = text(number(b, int64(e.attempts)), e.value)
		payload, _ := e.about.([]byte)
		return append(number(b, int64(len(payload))), payload...)
	case e.record() != nil:
		record := e.record()
		b = number(append(b, stateRecord), int64(len(record.Hours)))
		for _, counts := range [][]guard.Count{record.Hours, record.Days} {
			for _, c := range counts {
				b = number(number(b, c.At), int64(c.N))
			}
		}
		return b
	default:
		b = number(append(b, stateAccount), int64(e.log().Window()))
		for g := range e.log().Grants() {
			b = number(number(number(b, g.At), int64(g.Cost)), int64(g.Charges))
			b = text(b, g.ID)
		}
		return b
	}
}

func readState(b []byte) (*memEntry, error) {
	r := stateReader{rest: b[1:]}
	e := &memEntry{}
	switch b[0] {
	case stateSecret:
		r.secret(e)
	case stateAccount:
		r.account(e)
	case stateRecord:
		r.record(e)
	default:
		return nil, fmt.Errorf("its kind is %q", b[0])
	}
	// Numbers can be written in more than one way, but state does it in one.
	if r.broken || !bytes.Equal(e.appendState(nil), b) {
		return nil, errors.New("it is broken")
	}
	return e, nil
}

// stateReader reads what state writes. Once broken, it reads zeros.
type stateReader struct {
	rest   []byte
	broken bool
}

func (r *stateReader) secret(e *memEntry) {
	until := r.number()
	s := Secret{Attempts: int(r.number()), Value: r.text(MaxValueLen), Payload: []byte(r.text(MaxPayloadLen))}
	if s.Value == "" || s.Attempts < 1 || s.Attempts > MaxAttempts {
		r.broken = true
		return
	}
	*e = *newSecretEntry("", s)
	e.until = until
}

func (r *stateReader) account(e *memEntry) {
	window := time.Duration(r.number())
	var grants []guard.Grant
	for len(r.rest) > 0 && !r.broken {
		grants = append(grants, guard.Grant{At: r.number(), Cost: int(r.number()), Charges: int(r.number()), ID: r.text(guard.MaxIDLen)})
	}
	log, err := guard.NewLog(window, grants)
	if err != nil || window < time.Millisecond || len(grants) == 0 {
		r.broken = true
	}
	e.about, e.until = &log, log.Until()
}

// Bounds of a record. A day that is farther off is none that any clock shows.
const (
	maxRecordHours = int(guard.MaxGrowWindow/time.Hour) + 1
	maxRecordDay   = 100_000 // since the Unix epoch
	maxRecordCount = 1 << 40
)

func (r *stateReader) record(e *memEntry) {
	hours := r.number()
	record := &guard.Record{}
	e.about = record
	for len(r.rest) > 0 && !r.broken {
		counts, days, most := &record.Days, int64(1), guard.RecordDays
		if int64(len(record.Hours)) < hours {
			counts, days, most = &record.Hours, 24, maxRecordHours
		}
		at, n := r.number(), r.number()
		early := at < 0 || len(*counts) > 0 && at <= (*counts)[len(*counts)-1].At
		if early || at > maxRecordDay*days || n < 1 || n > maxRecordCount || len(*counts) == most {
			r.broken = true
		}
		*counts = append(*counts, guard.Count{At: at, N: int(n)})
	}
	if int64(len(record.Hours)) != hours || len(record.Days) == 0 {
		r.broken = true
	}
	e.until = record.Until()
}

func (r *stateReader) number() int64 {
	v, n := binary.Varint(r.rest)
	if n <= 0 {
		r.broken = true
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *stateReader) text(most int64) string {
	length := r.number()
	if length < 0 || length > most || length > int64(len(r.rest)) {
		r.broken = true
		return ""
	}
	s := string(r.rest[:length])
	r.rest = r.rest[length:]
	return s
}
