package smsc

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// What the inbox keeps at most: whole messages, and parts that wait for others.
const (
	maxMessages = 1000
	maxParts    = 1000
)

// Message is a whole text that was taken.
type Message struct {
	From, To string
	Text     string
	IDs      []string // of its parts, in their order
	At       time.Time
}

// inbox puts parts together. The zero value is ready.
type inbox struct {
	mu       sync.Mutex
	ids      int
	messages []Message
	parts    []piece // in the order in which they came
}

// piece is a part that waits for others.
type piece struct {
	Submit

	id string
}

// next returns an id that no message has.
func (b *inbox) next() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ids++
	return fmt.Sprintf("%08X", b.ids)
}

func (b *inbox) all() []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.messages)
}

// keep takes a submit, and tells OnMessage if it completes a message.
func (s *Server) keep(m Submit, id string) {
	message, whole := s.inbox.add(piece{m, id}, s.config.Now())
	if whole && s.config.OnMessage != nil {
		s.config.OnMessage(message)
	}
}

func (b *inbox) add(p piece, now time.Time) (Message, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	pieces := b.siblings(p)
	if len(pieces) < p.Total {
		b.parts = append(b.parts[max(0, len(b.parts)+1-maxParts):], p)
		return Message{}, false
	}
	b.parts = slices.DeleteFunc(b.parts, p.sameText)
	m := Message{From: p.From, To: p.To, At: now}
	var text strings.Builder
	for _, p := range pieces {
		text.WriteString(p.Text)
		m.IDs = append(m.IDs, p.id)
	}
	m.Text = text.String()
	b.messages = append(b.messages[max(0, len(b.messages)+1-maxMessages):], m)
	return m, true
}

// siblings returns the parts of p's text that are here, with p, in the order of the text. Of two with the same number the
// later one counts.
func (b *inbox) siblings(p piece) []piece {
	b.parts = slices.DeleteFunc(b.parts, func(q piece) bool { return p.sameText(q) && q.Part == p.Part })
	pieces := []piece{p}
	for _, q := range b.parts {
		if p.sameText(q) {
			pieces = append(pieces, q)
		}
	}
	slices.SortFunc(pieces, func(a, b piece) int { return a.Part - b.Part })
	return pieces
}

func (p piece) sameText(q piece) bool {
	return q.From == p.From && q.To == p.To && q.Group == p.Group && q.Total == p.Total
}
