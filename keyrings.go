package cattlegrid

import "crypto/cipher"

// keyrings are all that a gate knows: the one in use, which names and seals what is new, and another one during a [Rotation].
type keyrings struct {
	*keyring            // in use
	all      []*keyring // the one in use first
}

func newKeyrings(k Keys) (*keyrings, error) {
	former, err := newKeyring(k.Hash)
	if err != nil {
		return nil, err
	}
	if k.Rotation.Hash == nil {
		return &keyrings{former, []*keyring{former}}, nil
	}
	fresh, err := newKeyring(k.Rotation.Hash)
	if err != nil {
		return nil, err
	}
	former.holds, fresh.holds = k.Rotation.Step < Retired, k.Rotation.Step > Announced
	if k.Rotation.Step == Announced {
		return &keyrings{former, []*keyring{former, fresh}}, nil
	}
	return &keyrings{fresh, []*keyring{fresh, former}}, nil
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
