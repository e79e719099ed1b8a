package cattlegrid

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/cattlegrid/cattlegrid/guard"
)

// ErrProof means that a proof is not valid here: forged, expired, for another site or purpose, or used before.
var ErrProof = errors.New("invalid proof")

// clockSkew is how far the clocks of gate and site may be apart.
const clockSkew = 10 * time.Second

// maxProofLen bounds what is parsed; a proof is about 500 bytes long.
const maxProofLen = 4096

// maxProofIDLen bounds what is remembered of a proof.
const maxProofIDLen = 64

// VerifierOptions configures a [Verifier]. JWKS is required.
type VerifierOptions struct {
	JWKS     []byte // what /.well-known/jwks.json answers; to be fetched anew now and then, since keys are rotated
	Issuer   string // "" means "cattlegrid"
	Audience string // "" means "cattlegrid"

	// Store remembers which proofs were used, so that each is accepted once; sites with several processes share it.
	// Nil means that the caller checks [Claims]' ID against its own records.
	Store Store

	Clock func() time.Time // nil means time.Now
}

// Verifier checks proofs without asking the gate: all it needs is the public key. It is safe for concurrent use.
type Verifier struct {
	keys   map[string]ed25519.PublicKey
	parser *jwt.Parser
	store  Store
}

// NewVerifier returns a verifier, or says what is wrong with the options.
func NewVerifier(o VerifierOptions) (*Verifier, error) {
	orElse(&o.Issuer, "cattlegrid")
	orElse(&o.Audience, "cattlegrid")
	if o.Clock == nil {
		o.Clock = time.Now
	}
	keys, err := readKeySet(o.JWKS)
	if err != nil {
		return nil, fmt.Errorf("read the key set: %w", err)
	}
	return &Verifier{
		keys: keys,
		parser: jwt.NewParser(
			jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
			jwt.WithIssuer(o.Issuer),
			jwt.WithAudience(o.Audience),
			jwt.WithExpirationRequired(),
			jwt.WithIssuedAt(),
			jwt.WithStrictDecoding(),
			jwt.WithLeeway(clockSkew),
			jwt.WithTimeFunc(o.Clock),
		),
		store: o.Store,
	}, nil
}

// Verify returns what a proof for purpose says. The error is [ErrProof], or [ErrStore] if the store of used proofs
// failed.
func (v *Verifier) Verify(ctx context.Context, token, purpose string) (Claims, error) {
	var claims Claims
	if len(token) > maxProofLen {
		return Claims{}, fmt.Errorf("%w: it is %d bytes long", ErrProof, len(token))
	}
	if _, err := v.parser.ParseWithClaims(token, &claims, v.key); err != nil {
		return Claims{}, fmt.Errorf("%w: %w", ErrProof, err)
	}
	switch {
	case claims.Purpose != purpose:
		return Claims{}, fmt.Errorf("%w: its purpose is not %s", ErrProof, purpose)
	case !claims.PhoneNumberVerified || claims.IssuedAt == nil || claims.ID == "" || len(claims.ID) > maxProofIDLen:
		return Claims{}, fmt.Errorf("%w: claims are missing", ErrProof)
	}
	if _, err := ParseE164(claims.PhoneNumber); err != nil {
		return Claims{}, fmt.Errorf("%w: its phone number is malformed", ErrProof)
	}
	if err := v.use(ctx, claims); err != nil {
		return Claims{}, err
	}
	return claims, nil
}

// use marks the proof as used for as long as it could be accepted.
func (v *Verifier) use(ctx context.Context, claims Claims) error {
	if v.store == nil {
		return nil
	}
	lifetime := claims.ExpiresAt.Sub(claims.IssuedAt.Time)
	err := v.store.Spend(ctx, Debit{
		Key:    "Proof_" + claims.ID,
		ID:     newDebitID(),
		Cost:   1,
		Limits: []guard.Limit{{Name: "uses_per_proof", Max: 1, Window: lifetime + 2*clockSkew}},
	})
	if errors.Is(err, ErrLimit) {
		return fmt.Errorf("%w: it was used before", ErrProof)
	}
	return storeError(err)
}

// key finds the key that a token names. Whatever else its header says, it must be a proof.
func (v *Verifier) key(t *jwt.Token) (any, error) {
	if t.Header["typ"] != proofType {
		return nil, errors.New("the token is not a proof")
	}
	id, ok := t.Header["kid"].(string)
	if !ok {
		return nil, errors.New("the token names no key")
	}
	key, ok := v.keys[id]
	if !ok {
		return nil, errors.New("the token names an unknown key")
	}
	return key, nil
}

func readKeySet(data []byte) (map[string]ed25519.PublicKey, error) {
	var set keySet
	if err := json.Unmarshal(data, &set); err != nil {
		return nil, err
	}
	keys := map[string]ed25519.PublicKey{}
	for _, k := range set.Keys {
		if k.Type != "OKP" || k.Curve != "Ed25519" {
			continue // a set may hold keys for other uses
		}
		x, err := encoding.DecodeString(k.X)
		if err != nil || len(x) != ed25519.PublicKeySize {
			return nil, errors.New("an Ed25519 key is malformed")
		}
		keys[k.ID] = x
	}
	if len(keys) == 0 {
		return nil, errors.New("it has no Ed25519 key")
	}
	return keys, nil
}
