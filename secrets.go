package cattlegrid

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
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
	const name = "speeches_per_challenge"
	err := storeError(g.store.Spend(ctx, g.challengeDebits(name, MaxSpeeches, id, answer, newDebitID())...))
	if errors.Is(err, ErrLimit) {
		return ErrSpeechLimit // without the wait, at whose end the challenge is gone
	}
	return err
}

// challengeDebits charge something to a challenge. A new challenge under an old id has accounts of its own.
func (g *Gate) challengeDebits(name string, most int, id, answer, debitID string) []Debit {
	debits := make([]Debit, 0, len(g.keys.all))
	for _, ring := range g.keys.all {
		debits = append(debits, Debit{
			Key:    "Limit_" + name + "_{" + ring.hash("challenge", id, answer) + "}",
			ID:     debitID,
			Cost:   1,
			Limits: []guard.Limit{{Name: name, Max: most, Window: g.options.ChallengeLifetime}},
		})
	}
	return debits
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
func (k *keyring) codeKey(purpose string, phone Phone) string {
	return "Code_" + purpose + "_{" + k.phone(phone) + "}"
}

// ringOfCode is the keyring under which a code lies, or has to be put. A code stays where it is as long as it lives.
func (g *Gate) ringOfCode(ctx context.Context, purpose string, phone Phone) (*keyring, error) {
	for _, ring := range g.keys.others() {
		bounded, cancel := g.bound(ctx)
		_, err := g.store.Peek(bounded, ring.codeKey(purpose, phone))
		cancel()
		if !errors.Is(err, ErrNotFound) {
			return ring, storeError(err)
		}
	}
	return g.keys.keyring, nil
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
	ring, err := g.ringOfCode(ctx, o.Purpose, o.Phone)
	if err != nil {
		return keptCode{}, err
	}
	key := ring.codeKey(o.Purpose, o.Phone)
	ctx, cancel := g.bound(ctx)
	defer cancel()
	kept, err := g.store.Keep(ctx, key, Secret{
		Value:    ring.digest(o.Purpose, o.Phone, code),
		Attempts: g.options.CodeAttempts,
		Payload:  seal(ring.payload, []byte(code), key), // a resend needs the code itself
		TTL:      g.options.CodeLifetime,
	}, debits...)
	if err != nil {
		return keptCode{}, storeError(err)
	}
	plain, err := open(ring.payload, kept.Payload, key)
	if err != nil {
		return keptCode{}, fmt.Errorf("open the code that is live: %w", err)
	}
	return keptCode{code: string(plain), next: kept.Next}, nil
}

func (g *Gate) attemptCode(ctx context.Context, purpose string, phone Phone, code string, wrong []Debit) error {
	for _, ring := range g.keys.all {
		bounded, cancel := g.bound(ctx)
		_, err := g.store.Attempt(bounded, ring.codeKey(purpose, phone), ring.digest(purpose, phone, code), wrong...)
		cancel()
		if !errors.Is(err, ErrNotFound) {
			return storeError(err)
		}
	}
	return ErrVerificationExpired
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
