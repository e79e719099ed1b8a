package cattlegrid

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

const (
	keyLifetime = 24 * time.Hour // how long a repeat under a key gets the first answer
	maxKeyLen   = 255            // bytes of [SendRequest].Key
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
	key := g.memoryKey(r)
	m := &memory{Request: g.fingerprint(o, r), Begun: g.clock().UnixMilli(), Verification: o.verification}
	first, mine, err := g.claim(ctx, key, m)
	if err != nil {
		return Verification{}, fmt.Errorf("remember the request: %w", err)
	}
	if !mine {
		return g.again(o, r, first)
	}
	v, err := g.deliver(ctx, o, alone)
	m.Done, m.Failure = true, g.newFailure(err)
	if err != nil && m.Failure == nil {
		// The store failed before anything left, and may do so again. The challenge is used up, so nothing can follow.
		return v, errors.Join(err, g.forget(ctx, key))
	}
	now := g.clock()
	m.Until, m.Resend = now.Add(v.ExpiresIn).UnixMilli(), now.Add(v.ResendAfter).UnixMilli()
	if lost := g.remember(ctx, key, m); lost != nil {
		g.decided(ctx, o.Decision, lost) // a repeat will be told that nobody knows, which is not wrong
	}
	return v, err
}

// repeat answers a request with a key whose challenge is used up: by itself, if there was one before.
func (g *Gate) repeat(ctx context.Context, o *order, r SendRequest) (Verification, error) {
	bounded, cancel := g.bound(ctx)
	defer cancel()
	s, err := g.store.Peek(bounded, g.memoryKey(r))
	if errors.Is(err, ErrNotFound) {
		return Verification{}, ErrChallengeExpired
	}
	if err != nil {
		return Verification{}, storeError(err)
	}
	return g.again(o, r, s)
}

// again is the answer that the first request got, or what is known if there was none.
func (g *Gate) again(o *order, r SendRequest, s Secret) (Verification, error) {
	var m memory
	plain, err := open(g.keys.payload, s.Payload, g.memoryKey(r))
	if err != nil || json.Unmarshal(plain, &m) != nil {
		return Verification{}, fmt.Errorf("%w: what is remembered of the request cannot be read", ErrStore)
	}
	now := g.clock()
	left := func(until int64) time.Duration { return max(0, time.UnixMilli(until).Sub(now)) }
	v := Verification{
		ID: m.Verification, Phone: o.Phone, Purpose: o.Purpose, ExpiresIn: left(m.Until), ResendAfter: left(m.Resend), Repeated: true,
	}
	switch {
	case m.Request != g.fingerprint(o, r):
		return Verification{}, ErrKeyReused
	case !m.Done && now.Sub(time.UnixMilli(m.Begun)) <= g.longestSend():
		return Verification{}, ErrInProgress
	case !m.Done:
		v.ExpiresIn = left(m.Begun + g.options.CodeLifetime.Milliseconds())
		return v, fmt.Errorf("%w: %w", ErrSend, &SendError{Class: Unknown, Provider: "gate", Err: errors.New("the first request was cut off while it was being sent")})
	case m.Failure != nil:
		err := m.Failure.error(now)
		if failure, ok := errors.AsType[*SendError](err); !ok || failure.Class != Unknown {
			v = Verification{}
		}
		return v, err
	}
	return v, nil
}

// longestSend is after how long a request that has no outcome was cut off for certain, by any replica's clock.
func (g *Gate) longestSend() time.Duration {
	return g.options.SendTimeout + 4*g.options.StoreTimeout + clockSkew
}

func (g *Gate) memoryKey(r SendRequest) string {
	return "Send_" + g.keys.hash("idempotency key", r.Key)
}

// fingerprint is what a request asks for. Another one under its key is refused: it must not be given the answer.
func (g *Gate) fingerprint(o *order, r SendRequest) string {
	return g.keys.hash("request", o.Purpose, o.Phone.E164(), r.ChallengeID, fold(r.Answer), r.Work)
}

// claim remembers a request that is about to be sent. If its key is taken, the other one is returned.
func (g *Gate) claim(ctx context.Context, key string, m *memory) (first Secret, mine bool, err error) {
	s, err := g.newMemory(key, m)
	if err != nil {
		return Secret{}, false, err
	}
	ctx, cancel := g.bound(ctx)
	defer cancel()
	kept, err := g.store.Keep(ctx, key, s)
	return kept.Secret, kept.Value == s.Value, storeError(err)
}

func (g *Gate) remember(ctx context.Context, key string, m *memory) error {
	s, err := g.newMemory(key, m)
	if err != nil {
		return err
	}
	return g.put(ctx, key, s)
}

func (g *Gate) forget(ctx context.Context, key string) error {
	ctx, cancel := g.bound(context.WithoutCancel(ctx))
	defer cancel()
	return storeError(g.store.Delete(ctx, key))
}
