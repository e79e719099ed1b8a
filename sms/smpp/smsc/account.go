package smsc

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"

	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

// checker returns what holds the account, so that no field does. Its time tells nothing of either value.
func checker(systemID, password string) func(pdu.Bind) pdu.Status {
	wantID, wantPassword := sha256.Sum256([]byte(systemID)), sha256.Sum256([]byte(password))
	return func(b pdu.Bind) pdu.Status {
		id, secret := sha256.Sum256([]byte(b.SystemID)), sha256.Sum256([]byte(b.Password))
		knowsID := subtle.ConstantTimeCompare(id[:], wantID[:])
		knowsPassword := subtle.ConstantTimeCompare(secret[:], wantPassword[:])
		switch {
		case knowsID == 0:
			return pdu.StatusInvalidSystemID
		case knowsPassword == 0:
			return pdu.StatusInvalidPassword
		default:
			return pdu.StatusOK
		}
	}
}

// statusOf returns with which status a malformed body is refused.
func statusOf(err error) pdu.Status {
	if fe, ok := errors.AsType[*pdu.FieldError](err); ok {
		return fe.Status
	}
	return pdu.StatusSystemError
}
