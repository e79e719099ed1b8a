package cattlegrid

import (
	"errors"
	"fmt"
	"time"
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

	// ErrVerificationExpired means that there is no such verification: never begun, expired, approved before, or
	// burned by too many wrong codes.
	ErrVerificationExpired = errors.New("verification expired")

	// ErrStore means that the store failed or did not answer in time. Nothing was sent.
	ErrStore = errors.New("store failed")

	// ErrSend means that the message could not be handed to the provider, or that nobody knows whether it was.
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
	Debit      Debit         // the charge that does not fit
	RetryAfter time.Duration // when it will, if nothing else is charged meanwhile; more than zero
}

// Error implements error. It names the rule and the wait, not the account.
func (e *LimitError) Error() string {
	return fmt.Sprintf("limit %s reached, retry after %v", e.Debit.Limit.Name, e.RetryAfter.Round(time.Millisecond))
}

// Is reports whether target is [ErrLimit].
func (e *LimitError) Is(target error) bool { return target == ErrLimit }
