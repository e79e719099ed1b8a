package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of Standard Webhooks. Letter case does not matter in HTTP.
const (
	headerID        = "Webhook-Id"
	headerTimestamp = "Webhook-Timestamp"
	headerSignature = "Webhook-Signature"
)

const (
	secretPrefix    = "whsec_"
	minSecret       = 24 // bytes, as the specification says
	maxSecret       = 64
	signatureScheme = "v1," // symmetric, HMAC-SHA256

	tolerance = 5 * 60 // seconds that sender's and receiver's clocks may differ, together with the way
)

// ErrSignature means that a request does not come from who holds the secret, or is not fresh.
var ErrSignature = errors.New("webhook signature does not hold")

// Verify checks a request that a receiver got: the body exactly as it arrived, signed with the secret, and a timestamp
// within five minutes of now. The error is [ErrSignature] with a reason, or says that the secret is malformed; it
// contains neither secret nor body.
//
// A request that verifies may still have arrived before. A receiver remembers webhook-id for ten minutes and takes each
// once.
func Verify(secret string, header http.Header, body []byte, now time.Time) error {
	key, err := parseSecret(secret)
	if err != nil {
		return fmt.Errorf("webhook secret %w", err)
	}
	id, timestamp, signatures := header.Get(headerID), header.Get(headerTimestamp), header.Get(headerSignature)
	if id == "" || timestamp == "" || signatures == "" {
		return fmt.Errorf("%w: a header is missing", ErrSignature)
	}
	if strings.Contains(id, ".") { // else a dot could move from the id to the timestamp
		return fmt.Errorf("%w: malformed id", ErrSignature)
	}
	sent, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || strconv.FormatInt(sent, 10) != timestamp {
		return fmt.Errorf("%w: malformed timestamp", ErrSignature)
	}
	if sent < now.Unix()-tolerance {
		return fmt.Errorf("%w: too old", ErrSignature)
	}
	if sent > now.Unix()+tolerance {
		return fmt.Errorf("%w: from the future", ErrSignature)
	}
	want := []byte(sign(key, id, sent, body))
	for s := range strings.FieldsSeq(signatures) {
		if hmac.Equal([]byte(s), want) {
			return nil
		}
	}
	return fmt.Errorf("%w: no signature matches", ErrSignature)
}

func sign(key []byte, id string, timestamp int64, body []byte) string {
	mac := hmac.New(sha256.New, key)
	_, _ = fmt.Fprintf(mac, "%s.%d.", id, timestamp) // a hash never fails
	_, _ = mac.Write(body)
	return signatureScheme + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// parseSecret returns the key. Its errors do not contain the secret.
func parseSecret(secret string) ([]byte, error) {
	const hint = `; make one with: echo "whsec_$(openssl rand -base64 32)"`
	encoded, ok := strings.CutPrefix(secret, secretPrefix)
	if !ok {
		return nil, errors.New(`does not begin with "whsec_"` + hint)
	}
	key, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil {
		return nil, errors.New("is not base64" + hint)
	}
	if len(key) < minSecret || len(key) > maxSecret {
		return nil, fmt.Errorf("has %d bytes, want %d to %d%s", len(key), minSecret, maxSecret, hint)
	}
	return key, nil
}
