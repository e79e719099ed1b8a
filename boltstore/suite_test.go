package boltstore_test

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/boltstore"
	"github.com/cattlegrid/cattlegrid/storetest"
)

// A boltstore is a Store: written behind, with each change waited for, and over any number of restarts.
func TestStore(t *testing.T) {
	t.Run("WriteBehind", func(t *testing.T) { storetest.Run(t, harness(boltstore.Options{})) })
	t.Run("Sync", func(t *testing.T) {
		storetest.Run(t, storetest.Harness{New: func(t testing.TB) (cattlegrid.Store, func(time.Duration)) {
			now := newClock()
			// The disk is left out: what is tested is the waiting, some ten thousand times.
			o := boltstore.Options{Clock: now.now, Sync: true}
			s, err := boltstore.OpenAround(dataPath(t), o, func(func() error) error { return nil })
			must(t, err)
			t.Cleanup(func() { closeStore(t, s) })
			return s, now.advance
		}})
	})
	t.Run("Restarts", func(t *testing.T) {
		storetest.Run(t, storetest.Harness{New: func(t testing.TB) (cattlegrid.Store, func(time.Duration)) {
			now, path := newClock(), dataPath(t)
			o := boltstore.Options{Clock: now.now}
			s := &restarting{}
			start := func() {
				var err error
				s.Store, err = boltstore.OpenUnsafe(path, o)
				must(t, err)
			}
			start()
			t.Cleanup(func() { closeStore(t, s.Store) })
			return s, func(d time.Duration) {
				now.advance(d)
				closeStore(t, s.Store)
				start()
			}
		}})
	})
}

// harness opens stores with o and a clock of the harness.
func harness(o boltstore.Options) storetest.Harness {
	return storetest.Harness{New: func(t testing.TB) (cattlegrid.Store, func(time.Duration)) {
		now := newClock()
		o := o
		o.Clock = now.now
		return open(t, dataPath(t), o), now.advance
	}}
}

// restarting is a store that is closed and opened each time that the clock moves.
type restarting struct{ *boltstore.Store }
