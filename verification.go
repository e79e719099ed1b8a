package cattlegrid

import (
	"crypto/cipher"
	"encoding/json"
	"fmt"
	"net/netip"
	"time"
)

// Verification is one attempt to prove a phone number, pending until a code is checked.
type Verification struct {
	ID          string // names it in [CheckRequest]; opaque, and good only as long as the code
	Phone       Phone
	Purpose     string
	ExpiresIn   time.Duration // lifetime of the code from now
	ResendAfter time.Duration // when another message can leave at the earliest, from now
	Repeated    bool          // the message left before, under the same [SendRequest].Key; no other one did
}

// ticket is what a verification's id says, sealed. Whoever holds the id may guess at the code, so it is short-lived:
// otherwise one message to somebody would allow to burn all codes that this person ever gets.
type ticket struct {
	Phone   string     `json:"p"`
	Purpose string     `json:"u"`
	Client  netip.Addr `json:"c"`           // who asked for the message, whose accounts it stands in
	Until   int64      `json:"t"`           // seconds since the Unix epoch
	Message string     `json:"m,omitempty"` // the id of the message, if it is remembered

	phone Phone // as Phone says
}

func (g *Gate) newVerificationID(o *order) (string, error) {
	until := g.clock().Add(g.options.CodeLifetime).Unix()
	t := ticket{Phone: o.Phone.E164(), Purpose: o.Purpose, Client: o.client.WithZone(""), Until: until}
	if g.options.OnReport != nil {
		t.Message = o.message
	}
	plain, err := json.Marshal(t)
	if err != nil {
		return "", fmt.Errorf("make a verification id: %w", err)
	}
	return encoding.EncodeToString(seal(g.keys.ticket, plain, "")), nil
}

// maxVerificationIDLen bounds what is decoded; an id is about 160 bytes long, and never 320: a purpose has 32 at most, an address 39, a message's id 26.
const maxVerificationIDLen = 320

// readVerificationID returns whose code an id is about, or [ErrVerificationExpired].
func (g *Gate) readVerificationID(id string) (ticket, error) {
	if len(id) > maxVerificationIDLen {
		return ticket{}, ErrVerificationExpired
	}
	var t ticket
	sealed, err := encoding.DecodeString(id)
	if err != nil {
		return ticket{}, ErrVerificationExpired
	}
	plain, err := g.keys.open(func(k *keyring) cipher.AEAD { return k.ticket }, sealed, "")
	if err != nil || json.Unmarshal(plain, &t) != nil || g.clock().Unix() > t.Until {
		return ticket{}, ErrVerificationExpired
	}
	if t.phone, err = ParseE164(t.Phone); err != nil {
		return ticket{}, ErrVerificationExpired
	}
	return t, nil
}
