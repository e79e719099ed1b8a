package boltstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// Options configures a [Store]. The zero value is good.
type Options struct {
	Clock      func() time.Time // nil means time.Now
	Tick       time.Duration    // how often changes are committed; 0 means 250ms
	Sync       bool             // calls that change something return when the change is committed
	MaxEntries int              // see [cattlegrid.MemOptions]
	Logger     *slog.Logger     // is told when the file takes long to read or cannot be written; nil means nobody is
}

const defaultTick = 250 * time.Millisecond

// Store is a [cattlegrid.Store] in one local file. Make one with [Open].
type Store struct {
	mem    *cattlegrid.MemStore
	writer *writer
	file   *file
}

var _ cattlegrid.Store = (*Store)(nil)

// Open opens the store in the file at path, and makes the file and its directory if they are missing. It fails within
// about a second if another process has the file open. The caller must close the store.
func Open(path string, o Options) (*Store, error) {
	s, err := load(path, o)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	go s.writer.run()
	return s, nil
}

// load is Open without the goroutine that writes.
func load(path string, o Options) (*Store, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Tick < 0 {
		return nil, fmt.Errorf("the tick is %v, want more than zero", o.Tick)
	}
	if o.Tick == 0 {
		o.Tick = defaultTick
	}
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	mem := cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: o.Clock, MaxEntries: o.MaxEntries, Journal: true})
	if err := f.load(mem, o.Clock, o.Logger); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return &Store{mem: mem, writer: newWriter(mem, f, o), file: f}, nil
}

// Close commits what is not committed yet and closes the file. Calls are refused from then on. If the last commit fails,
// the error says how many changes are not in the file, at most.
func (s *Store) Close() error {
	return errors.Join(s.writer.close(), s.file.close())
}

// Put implements [cattlegrid.Store].
func (s *Store) Put(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) error {
	return s.change(ctx, secret.Lasting, func() error { return s.mem.Put(ctx, key, secret, debits...) })
}

// Keep implements [cattlegrid.Store].
func (s *Store) Keep(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) (kept cattlegrid.Kept, err error) {
	err = s.change(ctx, secret.Lasting, func() (err error) {
		kept, err = s.mem.Keep(ctx, key, secret, debits...)
		return err
	})
	if err != nil {
		return cattlegrid.Kept{}, err
	}
	return kept, nil
}

// Peek implements [cattlegrid.Store].
func (s *Store) Peek(ctx context.Context, key string) (cattlegrid.Secret, error) {
	if err := s.writer.ready(); err != nil {
		return cattlegrid.Secret{}, err
	}
	return s.mem.Peek(ctx, key)
}

// Attempt implements [cattlegrid.Store].
func (s *Store) Attempt(ctx context.Context, key, guess string, wrong ...cattlegrid.Debit) (payload []byte, err error) {
	err = s.change(ctx, false, func() (err error) {
		payload, err = s.mem.Attempt(ctx, key, guess, wrong...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return payload, nil
}

// Delete implements [cattlegrid.Store].
func (s *Store) Delete(ctx context.Context, key string) error {
	return s.change(ctx, false, func() error { return s.mem.Delete(ctx, key) })
}

// Spend implements [cattlegrid.Store].
func (s *Store) Spend(ctx context.Context, debits ...cattlegrid.Debit) error {
	return s.change(ctx, false, func() error { return s.mem.Spend(ctx, debits...) })
}

// Refund implements [cattlegrid.Store].
func (s *Store) Refund(ctx context.Context, debits ...cattlegrid.Debit) error {
	return s.change(ctx, false, func() error { return s.mem.Refund(ctx, debits...) })
}

// Settle implements [cattlegrid.Store].
func (s *Store) Settle(ctx context.Context, credit cattlegrid.Debit, debits ...cattlegrid.Debit) error {
	return s.change(ctx, false, func() error { return s.mem.Settle(ctx, credit, debits...) })
}

// Ping implements [cattlegrid.Store].
func (s *Store) Ping(ctx context.Context) error {
	if err := s.writer.ready(); err != nil {
		return err
	}
	return s.mem.Ping(ctx)
}

// change takes a step that may change something in memory and, if it did, sees to it that the change is kept: for certain, if
// it is to be lasting, and otherwise as the options say.
func (s *Store) change(ctx context.Context, lasting bool, step func() error) error {
	if err := s.writer.ready(); err != nil {
		return err
	}
	err := step()
	// A wrong guess is the one answer besides success that comes with a change that must not be lost.
	if err == nil || errors.Is(err, cattlegrid.ErrWrong) {
		if err := s.writer.keep(ctx, lasting); err != nil {
			return err
		}
	}
	return err
}
