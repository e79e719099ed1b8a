package boltstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// patience is how long a commit may take before calls are refused. Without it, a disk that hangs would stretch without
// bound what a kill can make the store forget.
const patience = time.Second

var (
	errClosed  = errors.New("store is closed")
	errStalled = fmt.Errorf("store refuses: a commit takes longer than %v", patience)
)

// writer carries what changes in memory to the file, all from one goroutine, see run.
type writer struct {
	mem   *cattlegrid.MemStore
	file  *file
	write func(*changes) error // file.write
	tick  time.Duration
	sync  bool
	log   *slog.Logger

	pending changes     // what is to be written; belongs to run
	late    atomic.Bool // a commit takes longer than a tick
	down    atomic.Pointer[error]
	closed  atomic.Bool

	mu    sync.Mutex
	batch *batch // the calls that wait for the next commit; nil if none do

	wake chan struct{} // there is a batch
	stop chan struct{}
	done chan struct{}
	last error // of the last commit, once done
}

// batch is calls that wait for one commit.
type batch struct {
	done chan struct{}
	err  error // once done
}

func newWriter(mem *cattlegrid.MemStore, f *file, o Options) *writer {
	return &writer{
		mem:   mem,
		file:  f,
		write: f.write,
		tick:  o.Tick,
		sync:  o.Sync,
		log:   o.Logger,
		wake:  make(chan struct{}, 1),
		stop:  make(chan struct{}),
		done:  make(chan struct{}),
	}
}

// ready returns why calls are refused, or nil.
func (w *writer) ready() error {
	if w.closed.Load() {
		return errClosed
	}
	if err := w.down.Load(); err != nil {
		return *err
	}
	return nil
}

// keep is called after a change in memory, and returns nil if the change is in the file, or will be as promised. It asks once
// more whether calls are refused: if the store was not closed until after the change, the last commit has the change.
func (w *writer) keep(ctx context.Context, lasting bool) error {
	if err := w.ready(); err != nil || !lasting && !w.sync && !w.late.Load() {
		return err
	}
	b := w.join()
	select {
	case <-b.done:
		return b.err
	case <-w.done:
		return errClosed
	case <-ctx.Done():
		return fmt.Errorf("wait for a commit: %w", ctx.Err())
	}
}

// join makes the caller part of the batch for the next commit.
func (w *writer) join() *batch {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.batch == nil {
		w.batch = &batch{done: make(chan struct{})}
		select {
		case w.wake <- struct{}{}:
		default: // it will wake up anyway
		}
	}
	return w.batch
}

func (w *writer) run() {
	defer close(w.done)
	tick := time.NewTicker(w.tick)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-w.wake:
		case <-w.stop:
			w.last = w.flush()
			return
		}
		_ = w.flush() // the callers learn of the error through ready or their batch
	}
}

// close ends run after one more commit and returns how that went.
func (w *writer) close() error {
	if !w.closed.Swap(true) {
		close(w.stop)
	}
	<-w.done
	if w.last != nil {
		return fmt.Errorf("close store: the last %d changes are lost: %w", w.pending.count, w.last)
	}
	return nil
}

// flush commits all changes whose calls have joined the batch, and all others so far.
func (w *writer) flush() error {
	w.mu.Lock()
	b := w.batch
	w.batch = nil
	w.mu.Unlock()

	// A change is the whole state of its key, so the later one replaces what an earlier commit failed to write.
	w.mem.Drain(w.pending.add)
	err := w.commit()
	if b != nil {
		b.err = err
		close(b.done)
	}
	return err
}

func (w *writer) commit() error {
	if w.pending.count == 0 {
		return nil
	}
	// Whoever changes something faster than the disk takes it has to wait, or the next commit is larger, and the one after
	// it larger still. Should the timer go off too late, the first call that waits in vain puts it right.
	late := time.AfterFunc(w.tick, func() { w.late.Store(true) })
	defer func() {
		late.Stop()
		w.late.Store(false)
	}()
	stalled := make(chan struct{})
	stall := time.AfterFunc(patience, func() {
		w.refuse(errStalled)
		close(stalled)
	})
	err := w.renew()
	if err == nil {
		err = w.write(&w.pending)
	}
	if !stall.Stop() {
		<-stalled
	}
	if err != nil {
		err = fmt.Errorf("store refuses: the last changes are not on disk: %w", err)
		w.refuse(err)
		return err
	}
	if w.down.Swap(nil) != nil {
		w.log.Info("store serves again", slog.Int("changes", w.pending.count))
	}
	w.pending.clear()
	if w.file.lapped() {
		w.mem.Lap()
	}
	return nil
}

// renew adds the states that have to be written again because the oldest changes are taken out of the file.
func (w *writer) renew() error {
	before := w.pending.size
	worn, err := w.file.wearOut(before, w.mem.Renew)
	if worn {
		w.mem.Drain(w.pending.add)
		w.pending.again = w.pending.size - before
	}
	return err
}

// refuse makes ready return err until a commit succeeds.
func (w *writer) refuse(err error) {
	if w.down.Swap(&err) == nil {
		w.log.Error("store refuses until it can write its file", slog.Any("error", err))
	}
}
