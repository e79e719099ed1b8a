package outcome_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/internal/outcome"
)

// A refusal is an answer of the store; who left is told from a store that did not answer in time.
func TestOfStep(t *testing.T) {
	t.Parallel()
	gone, leave := context.WithCancel(t.Context())
	leave()
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	for _, tt := range []struct {
		ctx  context.Context
		err  error
		want string
	}{
		{t.Context(), nil, "ok"},
		{gone, nil, "ok"},
		{t.Context(), fmt.Errorf("peek: %w", cattlegrid.ErrNotFound), "not_found"},
		{t.Context(), &cattlegrid.WrongError{}, "wrong"},
		{t.Context(), errors.Join(&cattlegrid.LimitError{}), "limit"},
		{gone, &cattlegrid.LimitError{}, "limit"},
		{gone, errors.New("closed"), "canceled"},
		{late, late.Err(), "failed"},
		{t.Context(), errors.New("connection refused"), "failed"},
	} {
		if got := outcome.OfStep(tt.ctx, tt.err).String(); got != tt.want {
			t.Errorf("%v, with the context %v, is %q, want %q", tt.err, tt.ctx.Err(), got, tt.want)
		}
	}
}

// What is no failure of a known class may have left.
func TestOfTry(t *testing.T) {
	t.Parallel()
	throttled := &cattlegrid.SendError{Class: cattlegrid.Throttled, Provider: "aliyun", Err: errors.New("no")}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{nil, "taken"},
		{throttled, "throttled"},
		{errors.Join(errors.New("refund"), throttled), "throttled"},
		{errors.New("no class"), "unknown"},
	} {
		if got := outcome.OfTry(tt.err); got != tt.want {
			t.Errorf("%v is %q, want %q", tt.err, got, tt.want)
		}
	}
}
