package httpapi

import (
	"net/http"
	"strings"

	"github.com/cattlegrid/cattlegrid"
)

// idempotencyKey is what the header names the request by, "" if there is none. The draft of the IETF quotes it
// (draft-ietf-httpapi-idempotency-key-header); most do not.
func idempotencyKey(h http.Header) (string, error) {
	values := h.Values("Idempotency-Key")
	if len(values) == 0 {
		return "", nil
	}
	key := values[0]
	if len(key) >= 2 && key[0] == '"' && key[len(key)-1] == '"' {
		key = key[1 : len(key)-1]
	}
	if len(values) > 1 || key == "" || strings.ContainsAny(key, `"\\`) {
		return "", cattlegrid.ErrKey
	}
	return key, nil
}
