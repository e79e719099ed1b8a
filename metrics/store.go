package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/internal/outcome"
)

// The verbs of a store.
var verbs = [...]string{"put", "keep", "peek", "attempt", "delete", "spend", "refund", "settle", "ping"}

type verb int

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

// store is a store that is measured.
type store struct {
	of      cattlegrid.Store
	seconds *prometheus.HistogramVec
	common  [len(verbs)][outcome.Steps]prometheus.Observer // those that are there from the start; nil are the others
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
		for _, o := range []outcome.Step{outcome.OK, outcome.Failed} { // from zero on, so that the first failure is an increase
			s.common[v][o] = s.seconds.WithLabelValues(verbs[v], o.String())
		}
	}
	return s, nil
}

// took observes a step that began then. The store measures nothing but time: no key, no answer.
func (s *store) took(ctx context.Context, v verb, began time.Time, err error) {
	o := outcome.OfStep(ctx, err)
	observer := s.common[v][o]
	if observer == nil {
		observer = s.seconds.WithLabelValues(verbs[v], o.String())
	}
	observer.Observe(time.Since(began).Seconds())
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
