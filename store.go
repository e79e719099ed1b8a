package cattlegrid

import (
	"context"
	"fmt"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
)

// Debit is one charge against one limit.
type Debit = guard.Debit

// Secret is a value that somebody must repeat: the answer of a challenge, the digest of a code.
type Secret struct {
	Value    string        // what a guess must equal, byte for byte; never empty
	Attempts int           // guesses left, 1 to MaxAttempts
	Payload  []byte        // handed over with the right guess; may be empty
	TTL      time.Duration // lifetime from now, 1ms to MaxTTL

	// Lasting has Put and Keep return only when the step, and all steps before it, outlive the process if it is killed.
	// Stores that write behind wait for a write; others need not care. What is returned never has it.
	Lasting bool
}

// Kept is what is under a key after [Store.Keep].
type Kept struct {
	Secret
	// Next is how long the debits that ask for it would have to wait if they were charged again under another ID: the
	// longest of their waits, zero if they would fit at once or none asks.
	Next time.Duration
}

// Bounds of what a Store is asked to hold.
const (
	MaxKeyLen     = guard.MaxKeyLen // bytes
	MaxValueLen   = 256             // bytes
	MaxPayloadLen = 1024            // bytes
	MaxAttempts   = 1000
	MaxTTL        = guard.MaxWindow
)

// Validate reports why a Store must not hold s under key: a field is empty or out of bounds.
func (s Secret) Validate(key string) error {
	switch {
	case key == "" || len(key) > MaxKeyLen:
		return fmt.Errorf("secret: the key is %d bytes long, want 1 to %d", len(key), MaxKeyLen)
	case s.Value == "" || len(s.Value) > MaxValueLen:
		return fmt.Errorf("secret: the value is %d bytes long, want 1 to %d", len(s.Value), MaxValueLen)
	case len(s.Payload) > MaxPayloadLen:
		return fmt.Errorf("secret: the payload is %d bytes long, want at most %d", len(s.Payload), MaxPayloadLen)
	case s.Attempts < 1 || s.Attempts > MaxAttempts:
		return fmt.Errorf("secret: it has %d attempts, want 1 to %d", s.Attempts, MaxAttempts)
	case s.TTL < time.Millisecond || s.TTL > MaxTTL:
		return fmt.Errorf("secret: the lifetime is %v, want 1ms to %v", s.TTL, MaxTTL)
	}
	return nil
}

// Store keeps secrets and the accounts of limits.
//
// Every method is one atomic step: whatever the number of goroutines, processes and machines that share the state, the
// outcome is that of some order in which the calls ran one after the other. Methods are safe for concurrent use, return
// when ctx is done, and report a failure of the store itself as an error that is none of the sentinels below. After such
// a failure the step may or may not have been taken.
//
// A secret exists from the call that stores it until its lifetime has passed, its last attempt has failed, or it was
// guessed or deleted. From then on it is absent, exactly as if it had never been there.
//
// Where a method takes debits, they are part of the step: either all are charged, or none is and the method returns a
// [*LimitError]. A debit fits if, with it, the units granted on its key within the rolling window of each of its limits, which
// ends now, do not exceed [guard.Limit.Ceiling], for which the store looks up the debit's record. A debit whose ID was
// granted on its key within the longest of the windows fits and is not charged again, unless it adds: then it must fit, and
// the earlier charge counts from now on, with both costs. A debit with a lane is charged, and asked whether it fits, only if
// the lane's depth is [guard.Depth] of what is recorded. A debit that costs more than a ceiling waits for a whole window.
//
// Debits are the caller's: an implementation must not change the slice, nor keep it once the method has returned. Limits on
// one key always have the same windows, whatever else changes. A key serves either a secret, debits or a record. Debits
// that [guard.Validate] rejects, and secrets that [Secret.Validate] rejects, are refused with an error and change nothing.
// Under a key out of bounds there is nothing: Peek and Attempt answer ErrNotFound, Delete does nothing.
//
// The suite in package storetest states the same in tests; an implementation passes it or is none.
type Store interface {
	// Put charges debits and stores s under key, in place of any secret there.
	Put(ctx context.Context, key string, s Secret, debits ...Debit) error

	// Keep charges debits and stores s under key unless a secret is there already. That one stays, with its value,
	// payload and attempts, but its lifetime starts anew as s.TTL. The secret now under key is returned.
	Keep(ctx context.Context, key string, s Secret, debits ...Debit) (Kept, error)

	// Peek returns the secret under key without using it up; its TTL is what is left. [ErrNotFound] if it is absent.
	Peek(ctx context.Context, key string) (Secret, error)

	// Attempt compares guess with the secret under key. If they are equal the secret is destroyed and its payload
	// returned. If not, wrong is charged, the secret has one attempt fewer (at zero it is destroyed), and the error is a
	// [*WrongError]. [ErrNotFound] if the secret is absent; nothing is charged then. If wrong does not fit, the
	// [*LimitError] is returned without comparing anything: no guess is answered that could not be paid for.
	Attempt(ctx context.Context, key, guess string, wrong ...Debit) (payload []byte, err error)

	// Delete destroys the secret under key; an absent one is no error.
	Delete(ctx context.Context, key string) error

	// Spend charges debits.
	Spend(ctx context.Context, debits ...Debit) error

	// Refund takes back one charge of each key and ID among debits: one that adds is less by its cost, and the charge is gone
	// when as many were taken back as were charged, free ones included. Those that are not there are no error, and neither
	// lanes nor limits matter. What is not refunded is forgotten when the longest of the key's windows has passed.
	Refund(ctx context.Context, debits ...Debit) error

	// Settle takes back all that was charged under the keys and IDs of debits, because the number was verified. If credit
	// fits, it is charged, and each record that a debit names whose charge was there has one number more, once though
	// several debits may name it. Lanes and limits do not matter: what was charged is taken back.
	Settle(ctx context.Context, credit Debit, debits ...Debit) error

	// Ping reports whether the store can serve.
	Ping(ctx context.Context) error
}
