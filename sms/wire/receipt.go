package wire

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// ErrReceipt is [cattlegrid.ErrReceipt].
var ErrReceipt = cattlegrid.ErrReceipt

// HasToken reports whether a request carries the token in its query, as "token". It is how receipts are told from forgeries
// where the provider signs nothing: the token is a part of the URL that is set at the provider's. An empty one never matches.
func HasToken(r *http.Request, token string) bool {
	got, want := sha256.Sum256([]byte(r.URL.Query().Get("token"))), sha256.Sum256([]byte(token))
	return token != "" && subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// Beijing is the time zone of mainland providers.
var Beijing = time.FixedZone("", 8*60*60)

// LocalTime reads "2017-01-01 00:00:00" in Beijing. The zero time is what it cannot read.
func LocalTime(text string) time.Time {
	at, err := time.ParseInLocation(time.DateTime, text, Beijing)
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

// Code is a provider's code as it can be shown.
func Code(code string) string { return cleanCode(code) }
