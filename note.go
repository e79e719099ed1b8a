package cattlegrid

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"time"
)

// A note is what the gate remembers of a message or of a request with a key. It lies sealed in the store, under a key of its own.

// newNote is a note that is about to be written under a key. Its Value tells it from every other.
func (g *Gate) newNote(key string, note any, lifetime time.Duration) Secret {
	plain, err := json.Marshal(note)
	if err != nil {
		panic(err) // only for types that JSON cannot express
	}
	return Secret{Value: rand.Text(), Attempts: 1, Payload: seal(g.keys.payload, plain, key), TTL: lifetime}
}

// readNote reads what was found under a key into note, and reports whether it could.
func (g *Gate) readNote(key string, s Secret, note any) bool {
	plain, err := g.keys.open(func(k *keyring) cipher.AEAD { return k.payload }, s.Payload, key)
	return err == nil && json.Unmarshal(plain, note) == nil
}

// lookUp finds a note whose key depends on the keyring, wherever it was written, or fails with [ErrNoMessage].
func (g *Gate) lookUp(ctx context.Context, key func(*keyring) string) (s Secret, at *keyring, err error) {
	for _, at = range g.keys.all {
		if s, err = g.peek(ctx, key(at)); !errors.Is(err, ErrNoMessage) {
			break
		}
	}
	return s, at, err
}

// peek finds a note, or fails with [ErrNoMessage].
func (g *Gate) peek(ctx context.Context, key string) (Secret, error) {
	ctx, cancel := g.bound(ctx)
	defer cancel()
	s, err := g.store.Peek(ctx, key)
	if errors.Is(err, ErrNotFound) {
		return s, ErrNoMessage
	}
	return s, storeError(err)
}

// put writes a note, also for a caller who is gone.
func (g *Gate) put(ctx context.Context, key string, s Secret) error {
	ctx, cancel := g.bound(context.WithoutCancel(ctx))
	defer cancel()
	return storeError(g.store.Put(ctx, key, s))
}

// forget deletes a note, also for a caller who is gone.
func (g *Gate) forget(ctx context.Context, key string) error {
	ctx, cancel := g.bound(context.WithoutCancel(ctx))
	defer cancel()
	return storeError(g.store.Delete(ctx, key))
}
