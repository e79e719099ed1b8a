package tracing

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/internal/outcome"
)

// Store returns a store that does what the given one does, each step in a span. What the given store can do besides
// [cattlegrid.Store] the other one cannot.
func (t *Tracing) Store(of cattlegrid.Store) cattlegrid.Store {
	return &store{of: of, tracer: t.tracer}
}

type store struct {
	of     cattlegrid.Store
	tracer trace.Tracer
}

var _ cattlegrid.Store = (*store)(nil)

// step runs a step in a span, if its request is recorded.
func (s *store) step(ctx context.Context, name string, run func(context.Context) error) {
	if !recorded(ctx) {
		_ = run(ctx) // which keeps the error
		return
	}
	ctx, span := s.tracer.Start(ctx, name)
	defer span.End()
	came := outcome.OfStep(ctx, run(ctx))
	span.SetAttributes(attribute.String("outcome", came.String()))
	if came == outcome.Canceled || came == outcome.Failed { // a refusal is an answer
		span.SetStatus(codes.Error, "")
	}
}

// Put implements [cattlegrid.Store].
func (s *store) Put(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) (err error) {
	s.step(ctx, "store put", func(ctx context.Context) error {
		err = s.of.Put(ctx, key, secret, debits...)
		return err
	})
	return err
}

// Keep implements [cattlegrid.Store].
func (s *store) Keep(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) (kept cattlegrid.Kept, err error) {
	s.step(ctx, "store keep", func(ctx context.Context) error {
		kept, err = s.of.Keep(ctx, key, secret, debits...)
		return err
	})
	return kept, err
}

// Peek implements [cattlegrid.Store].
func (s *store) Peek(ctx context.Context, key string) (secret cattlegrid.Secret, err error) {
	s.step(ctx, "store peek", func(ctx context.Context) error {
		secret, err = s.of.Peek(ctx, key)
		return err
	})
	return secret, err
}

// Attempt implements [cattlegrid.Store].
func (s *store) Attempt(ctx context.Context, key, guess string, wrong ...cattlegrid.Debit) (payload []byte, err error) {
	s.step(ctx, "store attempt", func(ctx context.Context) error {
		payload, err = s.of.Attempt(ctx, key, guess, wrong...)
		return err
	})
	return payload, err
}

// Delete implements [cattlegrid.Store].
func (s *store) Delete(ctx context.Context, key string) (err error) {
	s.step(ctx, "store delete", func(ctx context.Context) error {
		err = s.of.Delete(ctx, key)
		return err
	})
	return err
}

// Spend implements [cattlegrid.Store].
func (s *store) Spend(ctx context.Context, debits ...cattlegrid.Debit) (err error) {
	s.step(ctx, "store spend", func(ctx context.Context) error {
		err = s.of.Spend(ctx, debits...)
		return err
	})
	return err
}

// Refund implements [cattlegrid.Store].
func (s *store) Refund(ctx context.Context, debits ...cattlegrid.Debit) (err error) {
	s.step(ctx, "store refund", func(ctx context.Context) error {
		err = s.of.Refund(ctx, debits...)
		return err
	})
	return err
}

// Settle implements [cattlegrid.Store].
func (s *store) Settle(ctx context.Context, credit cattlegrid.Debit, debits ...cattlegrid.Debit) (err error) {
	s.step(ctx, "store settle", func(ctx context.Context) error {
		err = s.of.Settle(ctx, credit, debits...)
		return err
	})
	return err
}

// Ping implements [cattlegrid.Store].
func (s *store) Ping(ctx context.Context) (err error) {
	s.step(ctx, "store ping", func(ctx context.Context) error {
		err = s.of.Ping(ctx)
		return err
	})
	return err
}
