package cattlegrid

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// The gate's steps on its store. Each is one verb, bounded in time; each error is a refusal of the gate's own, or
// [ErrStore].

// isChallengeID reports whether id can name a challenge.
func isChallengeID(id string) bool { return isName(id, 8, 64) }

// challengeKey is where the tutorial's back ends look for an answer.
func challengeKey(id string) string { return "ImageCode_" + id }

func (g *Gate) putChallenge(ctx context.Context, id, answer string, about *payload, debits []Debit) error {
	stored, err := about.marshal()
	if err != nil {
		return fmt.Errorf("write the payload: %w", err)
	}
	ctx, cancel := g.bound(ctx)
	defer cancel()
	// One attempt and most often no payload: redisstore keeps that as a plain string, as the tutorial does.
	s := Secret{Value: answer, Attempts: 1, Payload: stored, TTL: g.options.ChallengeLifetime}
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

// answerChallenge consumes the challenge, whatever the answer, and returns what is known of it if that is right.
func (g *Gate) answerChallenge(ctx context.Context, id, answer string) (*payload, error) {
	ctx, cancel := g.bound(ctx)
	defer cancel()
	guess := fold(answer)
	if answer == "" {
		guess = aloneAnswer
	}
	switch stored, err := g.store.Attempt(ctx, challengeKey(id), guess); {
	case errors.Is(err, ErrNotFound):
		return nil, ErrChallengeExpired
	case errors.Is(err, ErrWrong):
		return nil, ErrWrongAnswer
	case err != nil:
		return nil, storeError(err)
	default:
		return readPayload(stored), nil
	}
}

// A code's secret lies under its purpose and phone, so that there is one live code for both however often it is sent.
// The braces put it on the Redis Cluster shard of the phone's accounts.
func (g *Gate) codeKey(purpose string, phone Phone) string {
	return "Code_" + purpose + "_{" + g.keys.hash("phone", phone.E164()) + "}"
}

// keptCode is a code that is live, and how long the next message with it has to wait.
type keptCode struct {
	code string
	next time.Duration
}

// keepCode charges debits and returns the live code for the order's purpose and phone, or a new one that is live from now
// on: the fixed one, or if that is "", a random one.
func (g *Gate) keepCode(ctx context.Context, o *order, fixed string, debits []Debit) (keptCode, error) {
	code, err := fixed, error(nil)
	if code == "" {
		code, err = newCode(g.options.Random, g.options.CodeDigits)
	}
	if err != nil {
		return keptCode{}, err
	}
	key := g.codeKey(o.Purpose, o.Phone)
	ctx, cancel := g.bound(ctx)
	defer cancel()
	kept, err := g.store.Keep(ctx, key, Secret{
		Value:    g.keys.digest(o.Purpose, o.Phone, code),
		Attempts: g.options.CodeAttempts,
		Payload:  seal(g.keys.payload, []byte(code), key), // a resend needs the code itself
		TTL:      g.options.CodeLifetime,
	}, debits...)
	if err != nil {
		return keptCode{}, storeError(err)
	}
	plain, err := open(g.keys.payload, kept.Payload, key)
	if err != nil {
		return keptCode{}, fmt.Errorf("open the code that is live: %w", err)
	}
	return keptCode{code: string(plain), next: kept.Next}, nil
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
