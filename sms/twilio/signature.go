package twilio

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Twilio's choice; an HMAC does not need a hash without collisions
	"encoding/base64"
	"maps"
	"net/url"
	"slices"
)

// signature is X-Twilio-Signature of a form that is posted to a URL:
// https://www.twilio.com/docs/usage/webhooks/webhooks-security.
func signature(token, url string, form map[string]string) string {
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(url))
	for _, name := range slices.Sorted(maps.Keys(form)) {
		mac.Write([]byte(name + form[name]))
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// isSigned reports whether one of the tokens made the signature. Twilio signs the URL sometimes with the scheme's own port in
// it and sometimes without, its SDK says.
func isSigned(tokens []string, target url.URL, form map[string]string, got string) bool {
	plain, ported := target, target
	switch target.Port() {
	case "":
		ported.Host += defaultPort(target.Scheme)
	default:
		plain.Host = target.Host[:len(target.Host)-len(":"+target.Port())]
	}
	signed := false
	for _, token := range tokens {
		for _, u := range []url.URL{plain, ported} {
			if hmac.Equal([]byte(signature(token, u.String(), form)), []byte(got)) {
				signed = true
			}
		}
	}
	return signed
}

func defaultPort(scheme string) string {
	if scheme == "http" {
		return ":80"
	}
	return ":443"
}
