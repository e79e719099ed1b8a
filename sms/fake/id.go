package fake

import (
	"crypto/rand"
	"encoding/hex"
)

// newID is an id of letters a to f and digits.
func newID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
