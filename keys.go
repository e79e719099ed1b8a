package cattlegrid

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"sync"
)

// HashKeyLen is the least length of [Keys.Hash], in bytes.
const HashKeyLen = 32

// Keys are a deployment's secrets. Replicas that share a store must share them: a number hashed with another key is
// another account, and a code stored by one replica is wrong at the other.
type Keys struct {
	Sign ed25519.PrivateKey // signs proofs
	Hash []byte             // hashes phone numbers, addresses and codes, and chooses how challenges look; at least HashKeyLen random bytes

	Rotation Rotation // exchanges both, or one, without a break
}

// Rotation is keys that take the place of others in [Keys]. Replicas may be one step apart, as they are while all are restarted,
// and never two; docs/operating.md says how long each step takes. A key that is nil is not exchanged.
type Rotation struct {
	Sign ed25519.PrivateKey
	Hash []byte
	Step Step
}

// Step is how far a [Rotation] has come. In each, proofs signed with either key are good, what was stored under either is found,
// and what is charged to a phone or a client is charged under both, so that no limit begins anew.
type Step int

// The steps of a rotation. Before it, Step is 0; after it, what was the rotation's is [Keys].Sign and Hash.
const (
	Announced Step = 1 // the former keys are in use; the accounts under the new one fill
	Changed   Step = 2 // the new keys are in use; limits hold on the accounts under both
	Retired   Step = 3 // the new keys are in use; limits hold on the accounts under the new one
)

// inUse are the keys that sign and name what is new.
func (k Keys) inUse() Keys {
	if k.Rotation.Step > Announced {
		if k.Rotation.Sign != nil {
			k.Sign = k.Rotation.Sign
		}
		if k.Rotation.Hash != nil {
			k.Hash = k.Rotation.Hash
		}
	}
	return k
}

// validate reports a rotation that makes no sense.
func (k Keys) validate() error {
	r := k.Rotation
	switch none := r.Sign == nil && r.Hash == nil; {
	case r.Step < 0 || r.Step > Retired:
		return fmt.Errorf("the rotation's step is %d, want 1 to %d", r.Step, Retired)
	case none != (r.Step == 0):
		return errors.New("a rotation has keys without a step, or a step without keys")
	case r.Sign != nil && r.Sign.Equal(k.Sign):
		return errors.New("the rotation's signing key is the former one")
	case r.Hash != nil && bytes.Equal(r.Hash, k.Hash):
		return errors.New("the rotation's hashing key is the former one")
	}
	return nil
}

// NewKeys returns fresh random keys.
func NewKeys() (Keys, error) {
	_, sign, err := ed25519.GenerateKey(nil)
	if err != nil {
		return Keys{}, fmt.Errorf("make a signing key: %w", err)
	}
	hash := make([]byte, HashKeyLen)
	if _, err := rand.Read(hash); err != nil {
		return Keys{}, fmt.Errorf("make a hashing key: %w", err)
	}
	return Keys{Sign: sign, Hash: hash}, nil
}

// keyring is what is derived from [Keys.Hash]: one key for each use, so that no output of one says anything of another.
type keyring struct {
	id         string // tells it from others, and nothing else
	holds      bool   // limits hold on the accounts under it
	subject    *macs  // names phones, clients and challenges in keys of the store
	code       *macs  // digests codes
	candidates *macs  // seeds what an answer is picked from
	style      string // chooses the family of challenges, unless the site does
	payload    cipher.AEAD
	ticket     cipher.AEAD // seals ids of verifications
}

func newKeyring(hash []byte) (*keyring, error) {
	if len(hash) < HashKeyLen {
		return nil, fmt.Errorf("the hashing key is %d bytes long, want at least %d", len(hash), HashKeyLen)
	}
	derive := func(use string) []byte { return derive(hash, use) }
	aead := func(use string) cipher.AEAD {
		block, err := aes.NewCipher(derive(use))
		if err != nil {
			panic(err) // only for key lengths that AES does not have
		}
		gcm, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			panic(err) // only for block lengths that AES does not have
		}
		return gcm
	}
	return &keyring{
		id:         HashKeyID(hash),
		holds:      true,
		subject:    newMACs(derive("subject")),
		code:       newMACs(derive("code")),
		candidates: newMACs(derive("candidates")),
		style:      hex.EncodeToString(derive("style")),
		payload:    aead("payload"),
		ticket:     aead("verification id"),
	}, nil
}

// derive makes of a hashing key the key for one use.
func derive(hash []byte, use string) []byte {
	key, err := hkdf.Key(sha256.New, hash, nil, "cattlegrid "+use+" v1", 32)
	if err != nil {
		panic(err) // only for lengths that SHA-256 cannot give
	}
	return key
}

// HashKeyID names a hashing key without telling anything of it: 16 hexadecimal digits.
func HashKeyID(hash []byte) string { return hex.EncodeToString(derive(hash, "key id")[:8]) }

// SignKeyID names a signing key as the header of its proofs does, "kid": the thumbprint of the public key (RFC 7638).
func SignKeyID(public ed25519.PublicKey) string { return newJWK(public).ID }

// hash names a phone, a client or a challenge in keys of the store: 128 bits of HMAC-SHA-256, in hexadecimal.
func (k *keyring) hash(kind string, plain ...string) string {
	return hex.EncodeToString(k.subject.mac(slices.Concat([]string{kind}, plain)...)[:16])
}

// digest is what the store holds of a code: HMAC-SHA-256(key, purpose ‖ phone ‖ code), in hexadecimal.
func (k *keyring) digest(purpose string, phone Phone, code string) string {
	return hex.EncodeToString(k.code.mac(purpose, phone.E164(), code))
}

// macs makes HMAC-SHA-256s under one key. To begin one takes longer than the rest of it, so they are used again.
type macs struct{ idle sync.Pool }

func newMACs(key []byte) *macs {
	return &macs{sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
}

func (m *macs) mac(parts ...string) []byte {
	h, _ := m.idle.Get().(hash.Hash)
	defer m.idle.Put(h)
	h.Reset()
	for _, part := range parts {
		h.Write([]byte(part + "\x00")) // which no part contains, so that no two lists of parts run together
	}
	return h.Sum(nil)
}

// seal encrypts plain so that only open with the same about gives it back.
func seal(aead cipher.AEAD, plain []byte, about string) []byte {
	return aead.Seal(nil, nil, plain, []byte(about)) //nolint:gosec // the AEAD makes a random nonce of its own and takes none
}

var errSealed = errors.New("sealed with another key, or damaged")

func open(aead cipher.AEAD, sealed []byte, about string) ([]byte, error) {
	plain, err := aead.Open(nil, nil, sealed, []byte(about))
	if err != nil {
		return nil, errSealed
	}
	return plain, nil
}

var encoding = base64.RawURLEncoding
