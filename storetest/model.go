package storetest

import (
	"fmt"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// model is a store that is as simple as the contract: it remembers every secret and every charge, and looks through them
// all for each answer.
type model struct {
	now     time.Duration
	secrets map[string]modelSecret
	charges []modelCharge
}

type modelSecret struct {
	cattlegrid.Secret
	until time.Duration
}

type modelCharge struct {
	cattlegrid.Debit
	at time.Duration
}

// answer is what any verb says.
type answer struct {
	Secret  cattlegrid.Secret // of Keep and Peek
	Payload string            // of Attempt
	Outcome string            // "ok", "absent", "limit" or "wrong, n left"
	Waits   []time.Duration   // with "limit": how long each debit has to wait
}

func (m *model) get(key string) (modelSecret, bool) {
	s, ok := m.secrets[key]
	return s, ok && m.now < s.until
}

func (m *model) set(key string, s cattlegrid.Secret) {
	m.secrets[key] = modelSecret{Secret: s, until: m.now + s.TTL}
}

// wait is the least time after which d fits: it tries every moment at which a charge leaves the window.
func (m *model) wait(d cattlegrid.Debit) time.Duration {
	if m.fits(d, m.now) {
		return 0
	}
	least := d.Limit.Window
	for _, c := range m.charges {
		if wait := c.at + d.Limit.Window - m.now; c.Key == d.Key && wait > 0 && wait < least && m.fits(d, m.now+wait) {
			least = wait
		}
	}
	return least
}

func (m *model) fits(d cattlegrid.Debit, at time.Duration) bool {
	used := d.Cost
	for _, c := range m.charges {
		if c.Key != d.Key || at-c.at >= d.Limit.Window {
			continue
		}
		if c.ID == d.ID {
			return true
		}
		used += c.Cost
	}
	return used <= d.Limit.Max
}

// afford tells whether all debits fit, and if not, how long each has to wait.
func (m *model) afford(debits []cattlegrid.Debit) (waits []time.Duration, ok bool) {
	ok = true
	for _, d := range debits {
		wait := m.wait(d)
		waits = append(waits, wait)
		ok = ok && wait == 0
	}
	return waits, ok
}

func (m *model) charge(debits []cattlegrid.Debit) {
	for _, d := range debits {
		known := false
		for _, c := range m.charges {
			known = known || c.Key == d.Key && c.ID == d.ID && m.now-c.at < d.Limit.Window
		}
		if !known {
			m.charges = append(m.charges, modelCharge{Debit: d, at: m.now})
		}
	}
}

func (m *model) put(key string, s cattlegrid.Secret, debits []cattlegrid.Debit) answer {
	if waits, ok := m.afford(debits); !ok {
		return answer{Outcome: "limit", Waits: waits}
	}
	m.charge(debits)
	m.set(key, s)
	return answer{Outcome: "ok"}
}

func (m *model) keep(key string, s cattlegrid.Secret, debits []cattlegrid.Debit) answer {
	if waits, ok := m.afford(debits); !ok {
		return answer{Outcome: "limit", Waits: waits}
	}
	m.charge(debits)
	if old, ok := m.get(key); ok {
		ttl := s.TTL
		s = old.Secret
		s.TTL = ttl
	}
	m.set(key, s)
	return answer{Outcome: "ok", Secret: s}
}

func (m *model) peek(key string) answer {
	s, ok := m.get(key)
	if !ok {
		return answer{Outcome: "absent"}
	}
	s.TTL = s.until - m.now
	return answer{Outcome: "ok", Secret: s.Secret}
}

func (m *model) attempt(key, guess string, wrong []cattlegrid.Debit) answer {
	s, ok := m.get(key)
	if !ok {
		return answer{Outcome: "absent"}
	}
	if waits, ok := m.afford(wrong); !ok {
		return answer{Outcome: "limit", Waits: waits}
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
	if waits, ok := m.afford(debits); !ok {
		return answer{Outcome: "limit", Waits: waits}
	}
	m.charge(debits)
	return answer{Outcome: "ok"}
}

func (m *model) refund(debits []cattlegrid.Debit) answer {
	for _, d := range debits {
		var left []modelCharge
		for _, c := range m.charges {
			if c.Key != d.Key || c.ID != d.ID {
				left = append(left, c)
			}
		}
		m.charges = left
	}
	return answer{Outcome: "ok"}
}
