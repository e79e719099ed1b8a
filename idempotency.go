package cattlegrid

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

const (
	keyLifetime = 24 * time.Hour // how long a repeat under a key gets the first answer

	// refusalLifetime is keyLifetime for refusals by limits: a flood of those must not fill the store, and with the challenge
	// used up nothing can follow from them.
	refusalLifetime = 10 * time.Minute

	repeatGap = 100 * time.Millisecond // within which a first request that passed its challenge claims its key
	maxKeyLen = 255                    // bytes of [SendRequest].Key
)

// isIdempotencyKey reports whether key is 1 to 255 visible characters of ASCII.
func isIdempotencyKey(key string) bool {
	for _, c := range []byte(key) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return key != "" && len(key) <= maxKeyLen
}

// sendOnce is deliver for a request with a key, whose challenge was passed.
func (g *Gate) sendOnce(ctx context.Context, o *order, alone bool, r SendRequest) (Verification, error) {
	key := g.keys.memoryKey(r)
	m := &memory{Request: g.keys.fingerprint(o, r), Begun: g.clock().UnixMilli(), Verification: o.verification}
	first, at, err := g.claim(ctx, r, m)
	if err != nil {
		return Verification{}, fmt.Errorf("remember the request: %w", err)
	}
	if at != nil {
		return g.again(o, r, first, at)
	}
	v, err := g.deliver(ctx, o, alone)
	m.Done, m.Failure = true, g.newFailure(err)
	if err != nil && m.Failure == nil {
		// The store failed before anything left, and may do so again. The challenge is used up, so nothing can follow.
		return v, errors.Join(err, g.forget(ctx, key))
	}
	lifetime := keyLifetime
	if m.Failure.isRefusal() {
		lifetime = refusalLifetime
	}
	now := g.clock()
	m.Until, m.Resend = now.Add(v.ExpiresIn).UnixMilli(), now.Add(v.ResendAfter).UnixMilli()
	if lost := g.remember(ctx, key, m, lifetime); lost != nil {
		d := o.Decision
		d.Verdict = Forgotten
		g.decided(ctx, d, lost)
	}
	return v, err
}

// repeat answers a request with a key whose challenge is used up: by itself, if there was one before.
func (g *Gate) repeat(ctx context.Context, o *order, r SendRequest) (Verification, error) {
	name := func(k *keyring) string { return k.memoryKey(r) }
	s, at, err := g.lookUp(ctx, name)
	if errors.Is(err, ErrNoMessage) {
		// The first request may have passed its challenge just now.
		select {
		case <-ctx.Done():
		case <-time.After(repeatGap):
		}
		s, at, err = g.lookUp(ctx, name)
	}
	switch {
	case errors.Is(err, ErrNoMessage):
		return Verification{}, ErrChallengeExpired
	case err != nil:
		return Verification{}, err
	default:
		return g.again(o, r, s, at)
	}
}

// again is the answer that the first request got, whose memory lies under a keyring, or what is known if there was none.
func (g *Gate) again(o *order, r SendRequest, s Secret, at *keyring) (Verification, error) {
	var m memory
	if !g.readNote(at.memoryKey(r), s, &m) {
		return Verification{}, fmt.Errorf("%w: what is remembered of the request cannot be read", ErrStore)
	}
	now := g.clock()
	left := func(until int64) time.Duration { return max(0, time.UnixMilli(until).Sub(now)) }
	v := Verification{
		ID: m.Verification, Phone: o.Phone, Purpose: o.Purpose, ExpiresIn: left(m.Until), ResendAfter: left(m.Resend), Repeated: true,
	}
	switch {
	case m.Request != at.fingerprint(o, r):
		return Verification{}, ErrKeyReused
	case !m.Done && now.Sub(time.UnixMilli(m.Begun)) <= g.longestSend():
		return Verification{}, ErrInProgress
	case !m.Done:
		v.ExpiresIn = left(m.Begun + g.options.CodeLifetime.Milliseconds())
		return v, fmt.Errorf("%w: %w", ErrSend, &SendError{Class: Unknown, Provider: "gate", Err: errors.New("the first request was cut off while it was being sent")})
	case m.Failure != nil:
		err := m.Failure.error(now)
		if failure, ok := errors.AsType[*SendError](err); !ok || failure.Class != Unknown {
			v = Verification{Repeated: true}
		}
		return v, err
	}
	return v, nil
}

// longestSend is after how long a request that has no outcome was cut off for certain, by any replica's clock.
func (g *Gate) longestSend() time.Duration {
	// On the store, of a message that is charged twice, as the policy only observes, and does not leave: claim, keep, keep, announce,
	// refund, withdraw, remember. The other keyrings are looked at once for the claim and twice for the code.
	steps := 7 + 3*len(g.keys.others())
	return g.options.SendTimeout + time.Duration(steps)*g.options.StoreTimeout + clockSkew
}

func (k *keyring) memoryKey(r SendRequest) string {
	return "Send_" + k.hash("idempotency key", r.Key)
}

// fingerprint is what a request asks for. Another one under its key is refused: it must not be given the answer.
func (k *keyring) fingerprint(o *order, r SendRequest) string {
	// Quoted, since what a visitor types may hold what hash puts between its parts.
	return k.hash("request", o.Purpose, o.Phone.E164(), r.ChallengeID, strconv.Quote(fold(r.Answer)), strconv.Quote(r.Work))
}

// claim remembers a request that is about to be sent. If its key is taken, the other one is returned, and where it lies.
func (g *Gate) claim(ctx context.Context, r SendRequest, m *memory) (first Secret, at *keyring, err error) {
	key := g.keys.memoryKey(r)
	s := g.newMemory(key, m, keyLifetime)
	bounded, cancel := g.bound(ctx)
	defer cancel()
	kept, err := g.store.Keep(bounded, key, s)
	if err != nil || kept.Value != s.Value {
		return kept.Secret, g.keys.keyring, storeError(err)
	}
	// Looked for after the claim, so that of two claims under different keyrings at least one sees the other, and yields.
	for _, ring := range g.keys.others() {
		first, err = g.peek(ctx, ring.memoryKey(r))
		if !errors.Is(err, ErrNoMessage) {
			return first, ring, errors.Join(err, g.forget(ctx, key))
		}
	}
	return Secret{}, nil, nil
}

func (g *Gate) remember(ctx context.Context, key string, m *memory, lifetime time.Duration) error {
	return g.put(ctx, key, g.newMemory(key, m, lifetime))
}
