package cattlegrid

import (
	"sync"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
)

// hints remembers which clients were lately told to answer a hard challenge, so that a page which knows nothing of efforts,
// such as the tutorial's, shows one when its visitor asks for the next picture. It is a kindness of one process: what a
// client must do is decided when it sends.
type hints struct {
	mu    sync.Mutex
	until map[string]time.Time // by client
}

const (
	hintLifetime = 10 * time.Minute
	maxHints     = 10_000
)

func newHints() *hints { return &hints{until: map[string]time.Time{}} }

// add makes the client's next challenges hard ones. Proving work takes a page that asks for it.
func (h *hints) add(client string, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.until) >= maxHints {
		clear(h.until) // rarely, and the worst that comes of it is one more refusal
	}
	h.until[client] = now.Add(hintLifetime)
}

func (h *hints) of(client string, now time.Time) guard.Effort {
	h.mu.Lock()
	defer h.mu.Unlock()
	until, ok := h.until[client]
	switch {
	case !ok:
		return guard.Normal
	case now.Before(until):
		return guard.Hard
	default:
		delete(h.until, client)
		return guard.Normal
	}
}
