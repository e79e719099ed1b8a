package smpp

import (
	"math/rand/v2"
	"sync"
)

// maxReferences is how many messages are remembered, for receipts that repeat a reference. A power of two.
const maxReferences = 4096

// references numbers messages and remembers their ids. The zero value is ready, and begins somewhere.
type references struct {
	mu   sync.Mutex
	last uint16
	ids  map[uint16]string // by reference modulo maxReferences
}

// add numbers a message. Two messages have the same number if 65535 others are between them.
func (r *references) add(id string) uint16 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ids == nil {
		r.ids = make(map[uint16]string)
		r.last = uint16(rand.N(1 << 16)) //nolint:gosec // fits, and is not secret: another process has other parts on the same phone
	}
	r.last++
	r.ids[r.last%maxReferences] = id
	return r.last
}

// find returns the id of a message that is not too long ago, or nothing.
func (r *references) find(reference uint16) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.last-reference >= maxReferences {
		return ""
	}
	return r.ids[reference%maxReferences]
}
