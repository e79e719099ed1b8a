package vonage

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// tokenLifetime is how long a request's token is good, as in Vonage's SDKs.
const tokenLifetime = 15 * time.Minute

// authorize gives a request a token of the application's:
// https://developer.vonage.com/en/getting-started/concepts/authentication.
func authorize(r *http.Request, key *rsa.PrivateKey, application string, now time.Time) error {
	token, err := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"application_id": application, "iat": now.Unix(), "exp": now.Add(tokenLifetime).Unix(), "jti": newUUID(),
	}).SignedString(key)
	if err != nil {
		return errors.New("the token cannot be signed; check PrivateKey")
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return nil
}

// newUUID is a random UUID, version 4 of RFC 9562.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// claims is what a receipt's token says:
// https://developer.vonage.com/en/getting-started/concepts/signing-messages.
type claims struct {
	jwt.RegisteredClaims // iat and jti; iss is "Vonage"

	PayloadHash   string `json:"payload_hash"` // SHA-256 of the body
	ApplicationID string `json:"application_id"`
}

// How old the token of a receipt may be: Vonage is said to repeat receipts for a day. And how far its clock may be ahead.
const maxAge, maxAhead = 25 * time.Hour, 5 * time.Minute

const maxToken = 8 << 10 // bytes

// readToken reads a receipt's token, and reports whether it was signed with the secret.
func readToken(secret, token string) (c claims, signed bool) {
	if secret == "" || len(token) > maxToken {
		return c, false
	}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation()) // the rest is up to fits
	_, err := parser.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return []byte(secret), nil })
	return c, err == nil
}

// fits reports whether the token is about a body, and of now. Not each token names the application.
func (c claims) fits(body []byte, application string, now time.Time) bool {
	if c.IssuedAt == nil || now.Sub(c.IssuedAt.Time) > maxAge || c.IssuedAt.Sub(now) > maxAhead {
		return false
	}
	sum := sha256.Sum256(body)
	return hmac.Equal([]byte(strings.ToLower(c.PayloadHash)), []byte(hex.EncodeToString(sum[:]))) &&
		(c.ApplicationID == "" || strings.EqualFold(c.ApplicationID, application))
}
