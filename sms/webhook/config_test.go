package webhook_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/webhook"
)

func badSecrets() map[string]string {
	return map[string]string{
		"Empty":     "",
		"NoPrefix":  "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		"NoBase64":  "whsec_***",
		"Unpadded":  "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
		"TooShort":  "whsec_" + strings.Repeat("AAAA", 7) + "AAA=",
		"TooLong":   "whsec_" + strings.Repeat("AAAA", 21) + "AAA=",
		"AWordOnly": "whsec_secret",
	}
}

// A URL is taken if messages can go there, and codes do not cross the Internet in clear.
func TestNewURL(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		url          string
		allowPrivate bool
		want         string // part of the error
	}{
		"OK":                 {"https://example.com/sms", false, ""},
		"OKPort":             {"https://example.com:8443/sms?a=b", false, ""},
		"OKPublicAddress":    {"https://8.8.8.8/sms", false, ""},
		"OKPrivate":          {"http://10.0.0.1/sms", true, ""},
		"OKPrivateName":      {"http://sms.internal/", true, ""},
		"OKLoopback":         {"http://[::1]:8080", true, ""},
		"Empty":              {"", false, "scheme"},
		"NoScheme":           {"example.com/sms", false, "scheme"},
		"OtherScheme":        {"ftp://example.com", true, "scheme"},
		"Opaque":             {"https:example.com", false, "parsed"},
		"NoHost":             {"https:///sms", false, "host"},
		"BadPort":            {"https://hook-user:hook-password@example.com:port/hook-path?hook-query", false, "parsed"},
		"Control":            {"https://example.com/\x00", false, "parsed"},
		"Plain":              {"http://example.com/hook-path", false, "https"},
		"PrivateAddress":     {"https://10.0.0.1/hook-path", false, "10.0.0.1"},
		"MappedAddress":      {"https://[::ffff:127.0.0.1]/", false, "127.0.0.1"},
		"LinkLocalWithZone":  {"https://[fe80::1%25eth0]/", false, "fe80::1"},
		"Localhost":          {"https://LocalHost:8443", false, "localhost"},
		"LocalhostSubdomain": {"https://a.localhost", false, "a.localhost"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := webhook.New(webhook.Config{URL: tc.url, Secret: secret, AllowPrivate: tc.allowPrivate})
			if tc.want == "" {
				if err != nil {
					t.Errorf("New = %v", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), "webhook URL ") {
				t.Fatalf("New = %v, want an error with %q", err, tc.want)
			}
			wantSilent(t, err.Error())
		})
	}
}

// A secret has its prefix and 24 to 64 bytes, as the specification says.
func TestNewSecret(t *testing.T) {
	t.Parallel()
	for name, bad := range badSecrets() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := webhook.Config{URL: "https://example.com", Secret: bad}
			if _, err := webhook.New(c); err == nil || !strings.HasPrefix(err.Error(), "webhook secret ") {
				t.Errorf("New with it = %v, want an error about the secret", err)
			}
			if bad == "" { // no old secret is fine
				return
			}
			c.Secret, c.OldSecret = secret, bad
			_, err := webhook.New(c)
			if err == nil || !strings.HasPrefix(err.Error(), "webhook old secret ") || strings.Contains(err.Error(), bad) {
				t.Errorf("New with it as old secret = %v, want an error about the old secret", err)
			}
		})
	}
}

// A timeout is positive and at most a minute.
func TestNewTimeout(t *testing.T) {
	t.Parallel()
	for timeout, ok := range map[time.Duration]bool{
		0: true, time.Millisecond: true, time.Minute: true, -1: false, time.Minute + 1: false,
	} {
		_, err := webhook.New(webhook.Config{URL: "https://example.com", Secret: secret, Timeout: timeout})
		if ok != (err == nil) {
			t.Errorf("New with timeout %v = %v", timeout, err)
		}
	}
}
