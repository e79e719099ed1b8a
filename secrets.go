package cattlegrid

import (
	"context"
	"errors"
	"fmt"
)

// The gate's steps on its store. Each is one verb, bounded in time; each error is a refusal of the gate's own, or
// [ErrStore].

// isChallengeID reports whether id can name a challenge.
func isChallengeID(id string) bool { return isName(id, 8, 64) }

// challengeKey is where the tutorial's back ends look for an answer.
func challengeKey(id string) string { return "ImageCode_" + id }

func (g *Gate) putChallenge(ctx context.Context, id, answer string, debits []Debit) error {
	ctx, cancel := g.bound(ctx)
	defer cancel()
	// One attempt and no payload: redisstore keeps that as a plain string, as the tutorial does.
	s := Secret{Value: fold(answer), Attempts: 1, TTL: g.options.ChallengeLifetime}
	return storeError(g.store.Put(ctx, challengeKey(id), s, debits...))
}

func (g *Gate) deleteChallenge(ctx context.Context, id string) error {
	ctx, cancel := g.bound(ctx)
	defer cancel()
	return storeError(g.store.Delete(ctx, challengeKey(id)))
}

// peekChallenge returns the challenge, whose Value is its answer, without using it up.
func (g *Gate) peekChallenge(ctx context.Context, id string) (Secret, error) {
	ctx, cancel := g.bound(ctx)
	defer cancel()
	challenge, err := g.store.Peek(ctx, challengeKey(id))
	if errors.Is(err, ErrNotFound) {
		return Secret{}, ErrChallengeExpired
	}
	return challenge, storeError(err)
}

// spendSpeech charges one rendering of a challenge.
func (g *Gate) spendSpeech(ctx context.Context, id, answer string) error {
	ctx, cancel := g.bound(ctx)
	defer cancel()
	err := storeError(g.store.Spend(ctx, g.speechDebit(id, answer)))
	if errors.Is(err, ErrLimit) {
		return ErrSpeechLimit // without the wait, at whose end the challenge is gone
	}
	return err
}

// answerChallenge consumes the challenge, whatever the answer.
func (g *Gate) answerChallenge(ctx context.Context, id, answer string) error {
	ctx, cancel := g.bound(ctx)
	defer cancel()
	switch _, err := g.store.Attempt(ctx, challengeKey(id), fold(answer)); {
	case errors.Is(err, ErrNotFound):
		return ErrChallengeExpired
	case errors.Is(err, ErrWrong):
		return ErrWrongAnswer
	default:
		return storeError(err)
	}
}

// A code's secret lies under its purpose and phone, so that there is one live code for both however often it is sent.
// The braces put it on the Redis Cluster shard of the phone's accounts.
func (g *Gate) codeKey(purpose string, phone Phone) string {
	return "Code_" + purpose + "_{" + g.keys.hash("phone", phone.E164()) + "}"
}

// keepCode charges debits and returns the live code for purpose and phone, or a new one that is live from now on.
func (g *Gate) keepCode(ctx context.Context, purpose string, phone Phone, debits []Debit) (string, error) {
	code, err := newCode(g.options.Random, g.options.CodeDigits)
	if err != nil {
		return "", err
	}
	key := g.codeKey(purpose, phone)
	ctx, cancel := g.bound(ctx)
	defer cancel()
	kept, err := g.store.Keep(ctx, key, Secret{
		Value:    g.keys.digest(purpose, phone, code),
		Attempts: g.options.CodeAttempts,
		Payload:  seal(g.keys.payload, []byte(code), key), // a resend needs the code itself
		TTL:      g.options.CodeLifetime,
	}, debits...)
	if err != nil {
		return "", storeError(err)
	}
	plain, err := open(g.keys.payload, kept.Payload, key)
	if err != nil {
		return "", fmt.Errorf("open the code that is live: %w", err)
	}
	return string(plain), nil
}

func (g *Gate) attemptCode(ctx context.Context, purpose string, phone Phone, code string, wrong []Debit) error {
	ctx, cancel := g.bound(ctx)
	defer cancel()
	_, err := g.store.Attempt(ctx, g.codeKey(purpose, phone), g.keys.digest(purpose, phone, code), wrong...)
	if errors.Is(err, ErrNotFound) {
		return ErrVerificationExpired
	}
	return storeError(err)
}

func (g *Gate) refund(ctx context.Context, debits []Debit) error {
	ctx, cancel := g.bound(ctx)
	defer cancel()
	return storeError(g.store.Refund(ctx, debits...))
}

func (g *Gate) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, g.options.StoreTimeout)
}

// storeError tells the store's answers from its failures.
func storeError(err error) error {
	if err == nil || errors.Is(err, ErrLimit) || errors.Is(err, ErrWrong) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrStore, err)
}
