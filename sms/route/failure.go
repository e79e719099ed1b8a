package route

import (
	"errors"
	"fmt"

	"github.com/cattlegrid/cattlegrid"
)

var errFull = errors.New("every link that serves the country has as many messages under way as it may")

// another reports whether another provider may deliver what one could not: it is certain that nothing left.
func another(failure *cattlegrid.SendError) bool {
	switch failure.Class {
	case cattlegrid.Temporary, cattlegrid.Throttled, cattlegrid.Unpaid, cattlegrid.Misconfigured:
		return true
	case cattlegrid.Unknown, cattlegrid.Permanent:
		return false
	default: // a class of the future may mean anything
		return false
	}
}

// asFailure makes of a sender's error what a Sender should return, and nil of nil.
func asFailure(err error, name string) *cattlegrid.SendError {
	if err == nil {
		return nil
	}
	if failure, ok := errors.AsType[*cattlegrid.SendError](err); ok && failure != nil {
		return failure
	}
	return &cattlegrid.SendError{Class: cattlegrid.Unknown, Provider: name, Err: err}
}

// asError is the failure as an error that is nil where there is none.
func asError(failure *cattlegrid.SendError) error {
	if failure == nil {
		return nil
	}
	return failure
}

func failed(class cattlegrid.SendClass, err error) (cattlegrid.Delivery, error) {
	return cattlegrid.Delivery{}, &cattlegrid.SendError{Class: class, Provider: provider, Err: err}
}

// byWeight is which of two classes the caller must believe. Unknown is first, because it forbids refunds. Permanent is next,
// because it holds whoever is asked. Of the rest a visitor should hear the one that passes soonest.
var byWeight = []cattlegrid.SendClass{
	cattlegrid.Unknown, cattlegrid.Permanent, cattlegrid.Temporary, cattlegrid.Throttled, cattlegrid.Unpaid, cattlegrid.Misconfigured,
}

// both is the error of a message that two links failed to send.
func both(first, second *cattlegrid.SendError) *cattlegrid.SendError {
	failure := &cattlegrid.SendError{Provider: provider, Err: fmt.Errorf("%w; then %w", first, second)}
	for _, class := range byWeight {
		if first.Class == class || second.Class == class {
			failure.Class = class
			break
		}
	}
	for _, one := range []*cattlegrid.SendError{first, second} { // whichever may be asked again first
		if sooner := failure.RetryAfter == 0 || one.RetryAfter < failure.RetryAfter; one.Class == failure.Class && one.RetryAfter > 0 && sooner {
			failure.RetryAfter = one.RetryAfter
		}
	}
	return failure
}
