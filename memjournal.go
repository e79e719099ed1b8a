package cattlegrid

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
)

// Drain adds to changes what changed since the last Drain: the key, and its present state in the format that
// [MemStore.Restore] reads, or nil if it is gone. What is in changes for the key already is replaced. Drain shows each
// step whole or not at all, for which it stops all steps while it collects.
func (m *MemStore) Drain(changes map[string][]byte) {
	for i := range m.shards {
		m.shards[i].mu.Lock()
	}
	for i := range m.shards {
		m.shards[i].drain(changes)
		m.shards[i].mu.Unlock()
	}
}

func (s *memShard) drain(changes map[string][]byte) {
	for _, key := range s.dirty {
		e := s.entries[key]
		switch {
		case e == nil:
			changes[key] = nil
		case e.dirty:
			changes[key], e.dirty = e.state(), false
		}
	}
	clear(s.dirty)
	s.dirty = s.dirty[:0]
}

// Restore puts back the state of key as Drain gave it. What has expired meanwhile is left out, and gone as of the next
// Drain. It is meant for filling a store before it is used.
func (m *MemStore) Restore(key string, state []byte) error {
	if key == "" || len(key) > MaxKeyLen {
		return fmt.Errorf("restore an entry: its key is %d bytes long, want 1 to %d", len(key), MaxKeyLen)
	}
	e, err := readState(state)
	if err != nil {
		return fmt.Errorf("restore an entry: %w", err)
	}
	shard := m.shard(key)
	shard.mu.Lock()
	defer shard.mu.Unlock()
	if m.clock().UnixNano() < e.until {
		e.key, e.dirty = key, true
		shard.add(e)
		e.dirty = false // what was read need not be written
	} else if m.journal {
		shard.dirty = append(shard.dirty, key) // the next Drain says that it is gone
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

func (e *memEntry) state() []byte {
	number := binary.AppendVarint
	text := func(b []byte, s string) []byte { return append(number(b, int64(len(s))), s...) }
	switch {
	case e.value != "":
		b := number([]byte{stateSecret}, e.until)
		b = number(b, int64(e.attempts))
		return text(text(b, e.value), string(e.payload()))
	case e.record() != nil:
		record := e.record()
		b := number([]byte{stateRecord}, int64(len(record.Hours)))
		for _, counts := range [][]guard.Count{record.Hours, record.Days} {
			for _, c := range counts {
				b = number(number(b, c.At), int64(c.N))
			}
		}
		return b
	default:
		b := number([]byte{stateAccount}, int64(e.log().Window()))
		for g := range e.log().Grants() {
			b = number(number(number(b, g.At), int64(g.Cost)), int64(g.Charges))
			b = text(b, g.ID)
		}
		return b
	}
}

func readState(b []byte) (*memEntry, error) {
	if len(b) == 0 {
		return nil, errors.New("it is empty")
	}
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
	if r.broken || !bytes.Equal(e.state(), b) {
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
