package webhook_test

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/webhook"
)

const (
	secret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	oldSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func number(t testing.TB) cattlegrid.Phone {
	t.Helper()
	p, err := cattlegrid.ParseE164("+8613800138000")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func message(t testing.TB) cattlegrid.Message {
	t.Helper()
	return cattlegrid.Message{
		ID: "MESSAGE2ABCDEFGHIJKLMNOPQR", To: number(t), Country: "CN", Code: "918273", Text: "【示例】<918273>", Purpose: "login", Lang: "zh", Lifetime: 5 * time.Minute,
	}
}

// receiver is a site's end of the webhook: it verifies each request and keeps it.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	events []webhook.Event
	header http.Header // of the last request
}

// newReceiver starts a receiver that answers as the handler does, over TLS if the certificate matters.
func newReceiver(t testing.TB, overTLS bool, answer http.HandlerFunc) *receiver {
	t.Helper()
	r := new(receiver)
	h := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Errorf("receiver: %v", err)
		}
		if err := webhook.Verify(secret, req.Header, body, time.Now()); err != nil {
			t.Errorf("receiver: %v", err)
		}
		var e webhook.Event
		if err := json.Unmarshal(body, &e); err != nil {
			t.Errorf("receiver: %v", err)
		}
		r.mu.Lock()
		r.events, r.header = append(r.events, e), req.Header
		r.mu.Unlock()
		answer(w, req)
	})
	if overTLS {
		r.Server = httptest.NewUnstartedServer(h)
		r.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
		r.StartTLS()
	} else {
		r.Server = httptest.NewServer(h)
	}
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) received() []webhook.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.events
}

func (r *receiver) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(r.Certificate())
	return pool
}

// newSender makes a sender that may connect to this machine and does not give up before the test does.
func newSender(t testing.TB, url string, roots *x509.CertPool) *webhook.Sender {
	t.Helper()
	s, err := webhook.New(webhook.Config{
		URL: url, Secret: secret, AllowPrivate: true, RootCAs: roots, Timeout: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// wantFailure checks that an error is a SendError of the class, and tells nothing that must not be told.
func wantFailure(t *testing.T, err error, want cattlegrid.SendClass) {
	t.Helper()
	var se *cattlegrid.SendError
	if !errors.As(err, &se) || se.Class != want || se.Provider != "webhook" {
		t.Fatalf("error = %v, want a SendError of class %v", err, want)
	}
	wantSilent(t, err.Error())
}

// wantSilent checks that a text has no code, number, secret, and nothing of a URL but host and port.
func wantSilent(t *testing.T, text string) {
	t.Helper()
	for _, s := range []string{
		"918273", "13800138000", "00138000", strings.TrimPrefix(secret, "whsec_"), strings.TrimPrefix(oldSecret, "whsec_"),
		"hook-path", "hook-query", "hook-user", "hook-password",
	} {
		if strings.Contains(text, s) {
			t.Errorf("text tells %q: %s", s, text)
		}
	}
}

// withSecrets adds to a URL whatever of it must stay secret.
func withSecrets(url string) string {
	scheme, host, _ := strings.Cut(url, "://")
	return fmt.Sprintf("%s://hook-user:hook-password@%s/hook-path?token=hook-query", scheme, host)
}
