package cattlegrid

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cattlegrid/cattlegrid/guard"
)

// Change is what became of one key of a [MemStore] with a journal.
type Change struct {
	Key    string
	Record []byte // the state in the format that [MemStore.Restore] reads; nil if the key is gone
}

// Drain returns what changed since the last Drain, each key once, in its present state.
func (m *MemStore) Drain() []Change {
	var changes []Change
	for i := range m.shards {
		changes = m.shards[i].drain(changes)
	}
	return changes
}

func (s *memShard) drain(changes []Change) []Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key := range s.dirty {
		c := Change{Key: key}
		if e := s.entries[key]; e != nil {
			c.Record = e.record()
		}
		changes = append(changes, c)
	}
	clear(s.dirty)
	return changes
}

// Restore puts back the state of key as Drain gave it. What has expired meanwhile is left out. It is meant for filling a
// store before it is used.
func (m *MemStore) Restore(key string, record []byte) error {
	e, err := readRecord(record)
	if err != nil {
		return fmt.Errorf("restore a record: %w", err)
	}
	shard := m.shard(key)
	shard.mu.Lock()
	defer shard.mu.Unlock()
	if m.clock().UnixNano() < e.until {
		shard.add(key, e)
		delete(shard.dirty, key) // what was read need not be written
	}
	return nil
}

// A record is a kind, the moment of expiry, and then for a secret: attempts, value, payload; for an account: its grants,
// each with time, cost, id. Numbers are varints, strings carry their length before them.
const (
	recordSecret  = 's'
	recordAccount = 'a'
)

func (e *memEntry) record() []byte {
	text := func(b []byte, s string) []byte { return append(binary.AppendVarint(b, int64(len(s))), s...) }
	if e.value != "" {
		b := binary.AppendVarint([]byte{recordSecret}, e.until)
		b = binary.AppendVarint(b, int64(e.attempts))
		return text(text(b, e.value), string(e.payload))
	}
	b := binary.AppendVarint([]byte{recordAccount}, e.until)
	for _, g := range e.log.Grants {
		b = binary.AppendVarint(binary.AppendVarint(b, g.At), int64(g.Cost))
		b = text(b, g.ID)
	}
	return b
}

func readRecord(b []byte) (*memEntry, error) {
	if len(b) == 0 {
		return nil, errors.New("it is empty")
	}
	r := recordReader{rest: b[1:]}
	e := &memEntry{until: r.number()}
	switch b[0] {
	case recordSecret:
		e.attempts = int(r.number())
		e.value = r.text(MaxValueLen)
		e.payload = []byte(r.text(MaxPayloadLen))
		if len(r.rest) > 0 || e.value == "" || e.attempts < 1 {
			r.broken = true
		}
	case recordAccount:
		for len(r.rest) > 0 && !r.broken {
			e.log.Grants = append(e.log.Grants, guard.Grant{At: r.number(), Cost: int(r.number()), ID: r.text(guard.MaxIDLen)})
		}
	default:
		return nil, fmt.Errorf("its kind is %q", b[0])
	}
	if r.broken {
		return nil, errors.New("it is broken")
	}
	return e, nil
}

// recordReader reads what record writes. Once broken, it reads zeros.
type recordReader struct {
	rest   []byte
	broken bool
}

func (r *recordReader) number() int64 {
	v, n := binary.Varint(r.rest)
	if n <= 0 {
		r.broken = true
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *recordReader) text(most int64) string {
	length := r.number()
	if length < 0 || length > most || length > int64(len(r.rest)) {
		r.broken = true
		return ""
	}
	s := string(r.rest[:length])
	r.rest = r.rest[length:]
	return s
}
