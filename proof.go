package cattlegrid

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// proofType is the "typ" of a proof's header: a token of another kind signed with the same key is no proof (RFC 8725, 3.11).
const proofType = "phone-proof+jwt"

// Claims is what a proof says. The names are those of RFC 7519 and OpenID Connect Core 1.0, section 5.1.
type Claims struct {
	jwt.RegisteredClaims // iss, aud, iat, exp, and jti, which a site accepts once

	PhoneNumber         string `json:"phone_number"` // in E.164 form
	PhoneNumberVerified bool   `json:"phone_number_verified"`
	Purpose             string `json:"purpose"`
}

// Proof says, signed, that a phone number belongs to whoever brings it.
type Proof struct {
	Token     string // a JWT signed with EdDSA over Ed25519 (RFC 8037)
	Phone     Phone
	Purpose   string
	ExpiresIn time.Duration
}

// sign makes the proof for an approved verification.
func (g *Gate) sign(phone Phone, purpose string) (Proof, error) {
	now := g.clock()
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, Claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    g.options.Issuer,
			Audience:  jwt.ClaimStrings{g.options.Audience},
			IssuedAt:  jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(now.Add(g.options.ProofLifetime)),
			ID:        rand.Text(),
		},
		PhoneNumber:         phone.E164(),
		PhoneNumberVerified: true,
		Purpose:             purpose,
	})
	token.Header["typ"] = proofType
	token.Header["kid"] = g.signer.id
	signed, err := token.SignedString(g.signer.key)
	if err != nil {
		return Proof{}, fmt.Errorf("sign the proof: %w", err)
	}
	return Proof{Token: signed, Phone: phone, Purpose: purpose, ExpiresIn: g.options.ProofLifetime}, nil
}

// JWKS returns the keys that verify the gate's proofs, as a JSON Web Key Set (RFC 7517).
func (g *Gate) JWKS() []byte { return g.signer.jwks }

type signer struct {
	key  ed25519.PrivateKey
	id   string
	jwks []byte
}

// newSigner publishes all keys, of which those that are nil are none.
func newSigner(key ed25519.PrivateKey, all ...ed25519.PrivateKey) (*signer, error) {
	own, err := publicKey(key)
	if err != nil {
		return nil, err
	}
	var set keySet
	for _, other := range all {
		if other == nil {
			continue
		}
		public, err := publicKey(other)
		if err != nil {
			return nil, err
		}
		set.Keys = append(set.Keys, newJWK(public))
	}
	jwks, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("encode the public keys: %w", err)
	}
	return &signer{key: key, id: SignKeyID(own), jwks: jwks}, nil
}

func publicKey(key ed25519.PrivateKey) (ed25519.PublicKey, error) {
	if len(key) != ed25519.PrivateKeySize {
		return nil, fmt.Errorf("the signing key is %d bytes long, want an Ed25519 private key of %d", len(key), ed25519.PrivateKeySize)
	}
	public, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		return nil, errors.New("the signing key has no Ed25519 public key")
	}
	return public, nil
}

// keySet is a JSON Web Key Set with Ed25519 keys.
type keySet struct {
	Keys []jwk `json:"keys"`
}

type jwk struct {
	Type      string `json:"kty"`
	Curve     string `json:"crv"`
	X         string `json:"x"`
	ID        string `json:"kid"`
	Use       string `json:"use,omitempty"`
	Algorithm string `json:"alg,omitempty"`
}

// newJWK describes a key; its id is the key's thumbprint (RFC 7638, RFC 8037 appendix A.3).
func newJWK(public ed25519.PublicKey) jwk {
	x := encoding.EncodeToString(public)
	thumbprint := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + x + `"}`))
	return jwk{Type: "OKP", Curve: "Ed25519", X: x, ID: encoding.EncodeToString(thumbprint[:]), Use: "sig", Algorithm: "EdDSA"}
}
