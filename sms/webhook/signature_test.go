package webhook_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/webhook"
)

// vector is one line of testdata/vectors.json: a request, when it is looked at, and the reason against it, if any.
type vector struct {
	Says, Secret, ID, Timestamp, Body, Signature string
	Now                                          int64
	Refused                                      string
}

func vectors(t testing.TB) []vector {
	t.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vs []vector
	if err := json.Unmarshal(data, &vs); err != nil {
		t.Fatal(err)
	}
	if len(vs) == 0 {
		t.Fatal("no vectors")
	}
	return vs
}

func (v vector) header() http.Header {
	h := http.Header{}
	h.Set("Webhook-Id", v.ID)
	h.Set("Webhook-Timestamp", v.Timestamp)
	h.Set("Webhook-Signature", v.Signature)
	return h
}

// Verify takes what the libraries of Standard Webhooks take, and refuses everything altered, stale or ambiguous.
func TestVerify(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		t.Run(v.Says, func(t *testing.T) {
			t.Parallel()
			err := webhook.Verify(v.Secret, v.header(), []byte(v.Body), time.Unix(v.Now, 0))
			if v.Refused == "" {
				if err != nil {
					t.Errorf("Verify = %v, want nil", err)
				}
				return
			}
			want := webhook.ErrSignature.Error() + ": " + v.Refused
			if !errors.Is(err, webhook.ErrSignature) || err.Error() != want {
				t.Errorf("Verify = %v, want %q", err, want)
			}
		})
	}
}

// A malformed secret is an error of its own, and never in an error.
func TestVerifyBadSecret(t *testing.T) {
	t.Parallel()
	v := vectors(t)[0]
	for name, secret := range badSecrets() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := webhook.Verify(secret, v.header(), []byte(v.Body), time.Unix(v.Now, 0))
			if err == nil || errors.Is(err, webhook.ErrSignature) {
				t.Fatalf("Verify = %v, want an error that is not ErrSignature", err)
			}
			if secret != "" && strings.Contains(err.Error(), secret) {
				t.Errorf("%v contains the secret", err)
			}
		})
	}
}

// Whatever the headers are, nothing verifies but what the secret has signed.
func FuzzVerify(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.ID, v.Timestamp, v.Signature, []byte(v.Body), v.Now)
	}
	signed := map[string]string{}
	for _, v := range vectors(f) {
		if v.Refused == "" {
			signed[v.ID+"\x00"+v.Timestamp] += "\x00" + v.Body
		}
	}
	secret := vectors(f)[0].Secret
	f.Fuzz(func(t *testing.T, id, timestamp, signature string, body []byte, now int64) {
		v := vector{ID: id, Timestamp: timestamp, Signature: signature}
		err := webhook.Verify(secret, v.header(), body, time.Unix(now, 0))
		if err == nil && !strings.Contains(signed[id+"\x00"+timestamp]+"\x00", "\x00"+string(body)) {
			t.Fatalf("%q %q %q %q verifies", id, timestamp, signature, body)
		}
		if err != nil && !errors.Is(err, webhook.ErrSignature) {
			t.Fatalf("Verify = %v, want ErrSignature", err)
		}
	})
}
