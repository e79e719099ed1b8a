package storetest

import (
	"fmt"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// model is a store that is as simple as the contract.
type model struct {
	ledger
	secrets map[string]modelSecret
}

type modelSecret struct {
	cattlegrid.Secret
	until time.Time
}

// answer is what any verb says.
type answer struct {
	Secret   cattlegrid.Secret // of Keep and Peek
	Next     [2]time.Duration  // of Keep: bounds
	Payload  string            // of Attempt
	Outcome  string            // "ok", "absent", "limit" or "wrong, n left"
	Refusals []verdict         // with "limit"
}

func newModel(now time.Time) *model {
	return &model{ledger: ledger{now: now, records: map[string][]time.Time{}}, secrets: map[string]modelSecret{}}
}

func (m *model) get(key string) (modelSecret, bool) {
	s, ok := m.secrets[key]
	return s, ok && m.now.Before(s.until)
}

func (m *model) set(key string, s cattlegrid.Secret) {
	m.secrets[key] = modelSecret{Secret: s, until: m.now.Add(s.TTL)}
}

func (m *model) put(key string, s cattlegrid.Secret, debits []cattlegrid.Debit) answer {
	if refusals, ok := m.afford(debits); !ok {
		return answer{Outcome: "limit", Refusals: refusals}
	}
	m.charge(debits)
	m.set(key, s)
	return answer{Outcome: "ok"}
}

func (m *model) keep(key string, s cattlegrid.Secret, debits []cattlegrid.Debit) answer {
	if refusals, ok := m.afford(debits); !ok {
		return answer{Outcome: "limit", Refusals: refusals}
	}
	m.charge(debits)
	if old, ok := m.get(key); ok {
		ttl := s.TTL
		s = old.Secret
		s.TTL = ttl
	}
	m.set(key, s)
	return answer{Outcome: "ok", Secret: s, Next: m.next(debits)}
}

func (m *model) peek(key string) answer {
	s, ok := m.get(key)
	if !ok {
		return answer{Outcome: "absent"}
	}
	s.TTL = s.until.Sub(m.now)
	return answer{Outcome: "ok", Secret: s.Secret}
}

func (m *model) attempt(key, guess string, wrong []cattlegrid.Debit) answer {
	s, ok := m.get(key)
	if !ok {
		return answer{Outcome: "absent"}
	}
	if refusals, ok := m.afford(wrong); !ok {
		return answer{Outcome: "limit", Refusals: refusals}
	}
	if guess == s.Value {
		delete(m.secrets, key)
		return answer{Outcome: "ok", Payload: string(s.Payload)}
	}
	m.charge(wrong)
	s.Attempts--
	m.secrets[key] = s
	if s.Attempts == 0 {
		delete(m.secrets, key)
	}
	return answer{Outcome: fmt.Sprintf("wrong, %d left", s.Attempts)}
}

func (m *model) spend(debits []cattlegrid.Debit) answer {
	if refusals, ok := m.afford(debits); !ok {
		return answer{Outcome: "limit", Refusals: refusals}
	}
	m.charge(debits)
	return answer{Outcome: "ok"}
}
