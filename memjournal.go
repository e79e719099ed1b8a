package cattlegrid

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

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
	for key := range s.dirty {
		if e := s.entries[key]; e != nil {
			changes[key] = e.record()
		} else {
			changes[key] = nil
		}
	}
	clear(s.dirty)
}

// Restore puts back the state of key as Drain gave it. What has expired meanwhile is left out, and gone as of the next
// Drain. It is meant for filling a store before it is used.
func (m *MemStore) Restore(key string, record []byte) error {
	if key == "" || len(key) > MaxKeyLen {
		return fmt.Errorf("restore a record: its key is %d bytes long, want 1 to %d", len(key), MaxKeyLen)
	}
	e, err := readRecord(record)
	if err != nil {
		return fmt.Errorf("restore a record: %w", err)
	}
	shard := m.shard(key)
	shard.mu.Lock()
	defer shard.mu.Unlock()
	if m.clock().UnixNano() < e.until {
		e.key = key
		shard.add(e)
		delete(shard.dirty, key) // what was read need not be written
	} else {
		shard.changed(key) // the next Drain says that it is gone
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
		if payload := r.text(MaxPayloadLen); payload != "" {
			e.payload = []byte(payload)
		}
		if e.value == "" || e.attempts < 1 || e.attempts > MaxAttempts {
			r.broken = true
		}
	case recordAccount:
		for len(r.rest) > 0 && !r.broken {
			g := guard.Grant{At: r.number(), Cost: int(r.number()), ID: r.text(guard.MaxIDLen)}
			if n := len(e.log.Grants); g.Cost < 1 || g.ID == "" || n > 0 && g.At < e.log.Grants[n-1].At {
				r.broken = true
			}
			e.log.Grants = append(e.log.Grants, g)
		}
		if len(e.log.Grants) == 0 {
			r.broken = true
		}
	default:
		return nil, fmt.Errorf("its kind is %q", b[0])
	}
	// Numbers can be written in more than one way, but record does it in one.
	if r.broken || !bytes.Equal(e.record(), b) {
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
