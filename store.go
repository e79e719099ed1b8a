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
// Where a method takes debits, they are part of the step: either all are charged, or none is and the method returns the
// [*LimitError] of the one that has longest to wait. A debit fits if, with it, the units granted on its key within the
// rolling window that ends now do not exceed its limit (of several that wait equally long, the first is named); a debit whose ID was granted on its key within the window fits
// and is not charged again. All of a key's debits carry the same window, and no key serves both a secret and debits. Debits that [guard.Validate] rejects, and
// secrets that [Secret.Validate] rejects, are refused with an error and change nothing. Under a key out of bounds there is
// nothing: Peek and Attempt answer ErrNotFound, Delete does nothing.
//
// The suite in package storetest states the same in tests; an implementation passes it or is none.
type Store interface {
	// Put charges debits and stores s under key, in place of any secret there.
	Put(ctx context.Context, key string, s Secret, debits ...Debit) error

	// Keep charges debits and stores s under key unless a secret is there already. That one stays, with its value,
	// payload and attempts, but its lifetime starts anew as s.TTL. The secret now under key is returned.
	Keep(ctx context.Context, key string, s Secret, debits ...Debit) (Secret, error)

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

	// Refund takes back the charges with the debits' keys and IDs, each as a whole whatever the debit's cost; those that
	// are not there are no error. What is not refunded is forgotten when its window has passed.
	Refund(ctx context.Context, debits ...Debit) error

	// Ping reports whether the store can serve.
	Ping(ctx context.Context) error
}
