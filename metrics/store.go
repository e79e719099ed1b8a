package metrics

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/cattlegrid/cattlegrid"
)

// The verbs of a store, and what came of them.
var (
	verbs    = [...]string{"put", "keep", "peek", "attempt", "delete", "spend", "refund", "settle", "ping"}
	outcomes = [...]string{"ok", "not_found", "wrong", "limit", "canceled", "failed"}
)

type (
	verb    int
	outcome int
)

const (
	put verb = iota
	keep
	peek
	attempt
	del
	spend
	refund
	settle
	ping
)

const (
	succeeded outcome = iota
	notFound
	wrong
	limited
	canceled
	failed
)

// store is a store that is measured.
type store struct {
	of      cattlegrid.Store
	seconds *prometheus.HistogramVec
	common  [len(verbs)][len(outcomes)]prometheus.Observer // those that are there from the start; nil are the others
}

var _ cattlegrid.Store = (*store)(nil)

// Store returns a store that does what the given one does and measures how long it takes. The error is the registerer's.
//
// What the given store can do besides [cattlegrid.Store] the other one cannot.
func Store(registerer prometheus.Registerer, of cattlegrid.Store) (cattlegrid.Store, error) {
	s := &store{of: of, seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "cattlegrid_store_duration_seconds",
		Help:    "How long steps of the store took.",
		Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1},
	}, []string{"verb", "outcome"})}
	if err := registerer.Register(s.seconds); err != nil {
		return nil, err
	}
	for v := range verbs {
		for _, o := range []outcome{succeeded, failed} { // from zero on, so that the first failure is an increase
			s.common[v][o] = s.seconds.WithLabelValues(verbs[v], outcomes[o])
		}
	}
	return s, nil
}

// took observes a step that began then. The store measures nothing but time: no key, no answer.
func (s *store) took(ctx context.Context, v verb, began time.Time, err error) {
	o := outcomeOf(ctx, err)
	observer := s.common[v][o]
	if observer == nil {
		observer = s.seconds.WithLabelValues(verbs[v], outcomes[o])
	}
	observer.Observe(time.Since(began).Seconds())
}

func outcomeOf(ctx context.Context, err error) outcome {
	switch {
	case err == nil:
		return succeeded
	case errors.Is(err, cattlegrid.ErrLimit):
		return limited
	case errors.Is(err, cattlegrid.ErrWrong):
		return wrong
	case errors.Is(err, cattlegrid.ErrNotFound):
		return notFound
	case errors.Is(ctx.Err(), context.Canceled): // the visitor left; a store that does not answer in time has failed
		return canceled
	default:
		return failed
	}
}

// Put implements [cattlegrid.Store].
func (s *store) Put(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) error {
	began := time.Now()
	err := s.of.Put(ctx, key, secret, debits...)
	s.took(ctx, put, began, err)
	return err
}

// Keep implements [cattlegrid.Store].
func (s *store) Keep(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) (cattlegrid.Kept, error) {
	began := time.Now()
	kept, err := s.of.Keep(ctx, key, secret, debits...)
	s.took(ctx, keep, began, err)
	return kept, err
}

// Peek implements [cattlegrid.Store].
func (s *store) Peek(ctx context.Context, key string) (cattlegrid.Secret, error) {
	began := time.Now()
	secret, err := s.of.Peek(ctx, key)
	s.took(ctx, peek, began, err)
	return secret, err
}

// Attempt implements [cattlegrid.Store].
func (s *store) Attempt(ctx context.Context, key, guess string, charged ...cattlegrid.Debit) ([]byte, error) {
	began := time.Now()
	payload, err := s.of.Attempt(ctx, key, guess, charged...)
	s.took(ctx, attempt, began, err)
	return payload, err
}

// Delete implements [cattlegrid.Store].
func (s *store) Delete(ctx context.Context, key string) error {
	began := time.Now()
	err := s.of.Delete(ctx, key)
	s.took(ctx, del, began, err)
	return err
}

// Spend implements [cattlegrid.Store].
func (s *store) Spend(ctx context.Context, debits ...cattlegrid.Debit) error {
	began := time.Now()
	err := s.of.Spend(ctx, debits...)
	s.took(ctx, spend, began, err)
	return err
}

// Refund implements [cattlegrid.Store].
func (s *store) Refund(ctx context.Context, debits ...cattlegrid.Debit) error {
	began := time.Now()
	err := s.of.Refund(ctx, debits...)
	s.took(ctx, refund, began, err)
	return err
}

// Settle implements [cattlegrid.Store].
func (s *store) Settle(ctx context.Context, credit cattlegrid.Debit, debits ...cattlegrid.Debit) error {
	began := time.Now()
	err := s.of.Settle(ctx, credit, debits...)
	s.took(ctx, settle, began, err)
	return err
}

// Ping implements [cattlegrid.Store].
func (s *store) Ping(ctx context.Context) error {
	began := time.Now()
	err := s.of.Ping(ctx)
	s.took(ctx, ping, began, err)
	return err
}
