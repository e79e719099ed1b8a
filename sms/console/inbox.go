package console

import (
	"container/list"
	"sync"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// inboxSize is for how many numbers a message is remembered.
const inboxSize = 1000

// inbox remembers the last message of each number, and forgets the number that has waited longest for another.
// The zero value is empty.
type inbox struct {
	mu    sync.Mutex
	order list.List // of received, oldest first
	byTo  map[cattlegrid.Phone]*list.Element
}

type received struct {
	message cattlegrid.Message
	at      time.Time
}

func (b *inbox) put(m cattlegrid.Message, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.byTo == nil {
		b.byTo = make(map[cattlegrid.Phone]*list.Element)
	}
	if before, ok := b.byTo[m.To]; ok {
		b.order.Remove(before)
	}
	b.byTo[m.To] = b.order.PushBack(received{message: m, at: at})
	if b.order.Len() > inboxSize {
		oldest := b.order.Remove(b.order.Front()).(received)
		delete(b.byTo, oldest.message.To)
	}
}

func (b *inbox) last(to cattlegrid.Phone) (cattlegrid.Message, time.Time, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e, ok := b.byTo[to]
	if !ok {
		return cattlegrid.Message{}, time.Time{}, false
	}
	r := e.Value.(received)
	return r.message, r.at, true
}
