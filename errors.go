package cattlegrid

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
)

// What a [Store] answers besides success.
var (
	// ErrNotFound means that there is no such secret: never stored, expired, used up or guessed already.
	ErrNotFound = errors.New("not found")

	// ErrWrong means that a guess was wrong. It comes as a [*WrongError].
	ErrWrong = errors.New("wrong guess")

	// ErrLimit means that a limit has been reached. It comes as a [*LimitError].
	ErrLimit = errors.New("limit reached")
)

// What a [Gate] answers besides success, and besides [ErrWrong] and [ErrLimit].
var (
	// ErrMissing means that a required field is empty.
	ErrMissing = errors.New("a required field is missing")

	// ErrChallengeID means that the id of a challenge is not 8 to 64 letters, digits, "-" or "_".
	ErrChallengeID = errors.New("malformed challenge id")

	// ErrPhone means that a phone number is malformed, or is not one that can receive an SMS here.
	ErrPhone = errors.New("malformed phone number")

	// ErrPurpose means that a purpose is not among [Options.Purposes].
	ErrPurpose = errors.New("unknown purpose")

	// ErrClient means that the address of the client is not known, so that nothing can be charged to it.
	ErrClient = errors.New("unknown client address")

	// ErrCode means that what should be a code does not look like one. No attempt is counted.
	ErrCode = errors.New("malformed code")

	// ErrChallengeExpired means that there is no such challenge: never shown, expired, or answered before.
	ErrChallengeExpired = errors.New("challenge expired")

	// ErrLanguage means that no challenge is spoken in this language.
	ErrLanguage = errors.New("unknown language")

	// ErrUnspeakable means that the challenge can only be read: it is in Chinese characters.
	ErrUnspeakable = errors.New("the challenge cannot be spoken")

	// ErrSpeechLimit means that the challenge was spoken [MaxSpeeches] times. It takes a new one to listen to more.
	ErrSpeechLimit = errors.New("the challenge was spoken too often")

	// ErrWrongAnswer means that the answer to the challenge was wrong. The challenge is used up.
	ErrWrongAnswer = errors.New("wrong answer")

	// ErrMore means that the visitor has to answer a harder challenge. It comes as a [*MoreError].
	ErrMore = errors.New("a harder challenge is needed")
	// ErrWork means that a proof of work is wrong, or missing where work alone is to be proved. The challenge is used up.
	ErrWork = errors.New("wrong proof of work")
	// ErrDenied means that a rule stands against the number or the client. It comes as a [*DeniedError].
	ErrDenied = errors.New("not served")
	// ErrVerificationExpired means that there is no such verification: never begun, expired, approved before, or
	// burned by too many wrong codes.
	ErrVerificationExpired = errors.New("verification expired")

	// ErrKey means that [SendRequest].Key is not 1 to 255 visible characters of ASCII.
	ErrKey = errors.New("malformed idempotency key")

	// ErrKeyReused means that another request was made with the same [SendRequest].Key.
	ErrKeyReused = errors.New("idempotency key of another request")

	// ErrInProgress means that the first request with this [SendRequest].Key is still on its way. It is over within seconds.
	ErrInProgress = errors.New("the first request is in progress")

	// ErrReceipt means that what was posted is no receipt of the provider's: it is malformed or forged.
	ErrReceipt = errors.New("not a receipt of the provider's")

	// ErrStore means that the store failed or did not answer in time. Nothing was sent.
	ErrStore = errors.New("store failed")

	// ErrPaused means that the store grants nothing for a while, because it has lost data. It comes with [ErrStore], as a
	// [*PausedError].
	ErrPaused = errors.New("the store is paused")

	// ErrSend means that the message could not be handed to the provider, or that nobody knows whether it was: the
	// [*SendError] that comes with it says which.
	ErrSend = errors.New("sending failed")
)

// WrongError is a wrong guess. It is [ErrWrong].
type WrongError struct {
	AttemptsLeft int // guesses left on this secret; at zero it has been destroyed
}

// Error implements error.
func (e *WrongError) Error() string { return fmt.Sprintf("wrong guess, %d left", e.AttemptsLeft) }

// Is reports whether target is [ErrWrong].
func (e *WrongError) Is(target error) bool { return target == ErrWrong }

// LimitError is a refusal because of a limit. It is [ErrLimit].
type LimitError struct {
	Limit      guard.Limit   // that is reached; of several, the first of those with longest to wait
	RetryAfter time.Duration // when the charge fits, if nothing else is charged meanwhile; more than zero
	Refusals   []Refusal     // by all limits that are reached, in the order of the debits and of their limits
}

// Refusal is a charge that does not fit, by one of its limits.
type Refusal struct {
	Debit Debit
	Limit guard.Limit
	Wait  time.Duration // until it fits, if nothing else is charged meanwhile; more than zero
	Used  int           // units granted within the limit's window, and to an earlier charge that this one adds to
	Base  int           // what the limit grows by, see [guard.Limit].Grow; zero if it does not
}

// NewLimitError is the error for refusals, of which there is at least one.
func NewLimitError(refusals []Refusal) *LimitError {
	longest := refusals[0]
	for _, r := range refusals[1:] {
		if r.Wait > longest.Wait {
			longest = r
		}
	}
	return &LimitError{Limit: longest.Limit, RetryAfter: longest.Wait, Refusals: refusals}
}

// Error implements error. It names the rule and the wait, not the account.
func (e *LimitError) Error() string {
	return fmt.Sprintf("limit %s reached, retry after %v", e.Limit.Name, e.RetryAfter.Round(time.Millisecond))
}

// Rules names all limits that stand against it, the one with longest to wait first.
func (e *LimitError) Rules() []string {
	rules := []string{e.Limit.Name}
	for _, r := range e.Refusals {
		if name := r.Limit.Name; !slices.Contains(rules, name) {
			rules = append(rules, name)
		}
	}
	return rules
}

// Is reports whether target is [ErrLimit].
func (e *LimitError) Is(target error) bool { return target == ErrLimit }

// MoreError says that a message may leave once the visitor has made more of an effort. The challenge is used up. It is
// [ErrMore], and not [ErrLimit]: there is no need to wait.
type MoreError struct {
	Effort guard.Effort // that is needed
	Limit  error        // the [*LimitError] that would be the answer otherwise
}

// Error implements error. It names the rules' effort, not the account.
func (e *MoreError) Error() string { return fmt.Sprintf("effort %s is needed: %v", e.Effort, e.Limit) }

// Is reports whether target is [ErrMore].
func (e *MoreError) Is(target error) bool { return target == ErrMore }

// DeniedError is a refusal because of one of [guard.Rules]. Waiting does not help. It is [ErrDenied].
type DeniedError struct {
	Rule   string // the name of the rule
	Client bool   // it is about the client's address, not the number
}

// Error implements error.
func (e *DeniedError) Error() string { return "rule " + e.Rule + " stands against it" }

// Is reports whether target is [ErrDenied].
func (e *DeniedError) Is(target error) bool { return target == ErrDenied }

// PausedError is a refusal because the store has lost data: limits may be forgotten, and used secrets may be back, until
// RetryAfter has passed. It is [ErrPaused].
type PausedError struct {
	RetryAfter time.Duration
}

// Error implements error.
func (e *PausedError) Error() string {
	return fmt.Sprintf("data was lost; nothing is granted for another %v", e.RetryAfter.Round(time.Millisecond))
}

// Is reports whether target is [ErrPaused].
func (e *PausedError) Is(target error) bool { return target == ErrPaused }
