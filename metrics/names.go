package metrics

import "sync"

// maxNames is how many providers are told apart. There are ten that ship.
const maxNames = 32

// names are the values that a label may have where no policy says so: the first that come.
type names struct {
	mu    sync.RWMutex
	known map[string]bool
}

// bound returns the name, or "other" if too many came before it.
func (n *names) bound(name string) string {
	n.mu.RLock()
	known := n.known[name]
	n.mu.RUnlock()
	if known {
		return name
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.known) >= maxNames && !n.known[name] {
		return other
	}
	if n.known == nil {
		n.known = map[string]bool{}
	}
	n.known[name] = true
	return name
}
