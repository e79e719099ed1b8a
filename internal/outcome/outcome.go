// Package outcome says in a word what came of a step of a store and of a try to send, so that metrics and traces use the same.
package outcome

import (
	"context"
	"errors"

	"github.com/cattlegrid/cattlegrid"
)

// Step is what came of a step of a store.
type Step int

// The outcomes of steps. All but the last two are the store's answers.
const (
	OK Step = iota
	NotFound
	Wrong
	Limit
	Canceled // the visitor left
	Failed   // the store did not do it, or not in time
)

var steps = [...]string{"ok", "not_found", "wrong", "limit", "canceled", "failed"}

// Steps is how many outcomes of steps there are.
const Steps = len(steps)

// String returns the outcome as labels and attributes have it.
func (s Step) String() string { return steps[s] }

// OfStep returns what came of a step that was taken with ctx.
func OfStep(ctx context.Context, err error) Step {
	switch {
	case err == nil:
		return OK
	case errors.Is(err, cattlegrid.ErrLimit):
		return Limit
	case errors.Is(err, cattlegrid.ErrWrong):
		return Wrong
	case errors.Is(err, cattlegrid.ErrNotFound):
		return NotFound
	case errors.Is(ctx.Err(), context.Canceled): // a store that does not answer in time has failed
		return Canceled
	default:
		return Failed
	}
}

// OfTry returns "taken", or the class of a sender's error: "unknown" of any that is no [*cattlegrid.SendError], as it is to the
// gate.
func OfTry(err error) string {
	if err == nil {
		return "taken"
	}
	if failure, ok := errors.AsType[*cattlegrid.SendError](err); ok {
		return failure.Class.String()
	}
	return cattlegrid.Unknown.String()
}
