package cattlegrid

import (
	"crypto/cipher"
	"errors"
)

// keyrings are all that a gate knows: the one in use, which names and seals what is new, and others while keys are exchanged.
type keyrings struct {
	*keyring            // in use
	all      []*keyring // it, then the old one and the next one, as far as there are any
}

func newKeyrings(k Keys) (*keyrings, error) {
	var rings keyrings
	for _, key := range []struct {
		hash  []byte
		holds bool
	}{{k.Hash, true}, {k.Old.Hash, true}, {k.Next.Hash, false}} {
		if key.hash == nil && rings.all != nil {
			continue
		}
		ring, err := newKeyring(key.hash, key.holds)
		if err != nil {
			return nil, err
		}
		for _, other := range rings.all {
			if other.id == ring.id {
				return nil, errors.New("two hashing keys are the same")
			}
		}
		rings.all = append(rings.all, ring)
	}
	rings.keyring = rings.all[0]
	return &rings, nil
}

// others are those that are not in use.
func (k *keyrings) others() []*keyring { return k.all[1:] }

// open is open with the key for one use of whichever ring it was sealed with.
func (k *keyrings) open(use func(*keyring) cipher.AEAD, sealed []byte, about string) ([]byte, error) {
	for _, ring := range k.all {
		if plain, err := open(use(ring), sealed, about); err == nil {
			return plain, nil
		}
	}
	return nil, errSealed
}
