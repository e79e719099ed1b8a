package webhook_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/webhook"
)

func newPoster(t *testing.T, url string) *webhook.Poster {
	t.Helper()
	p, err := webhook.NewPoster(webhook.Config{URL: url, Secret: secret, OldSecret: oldSecret, AllowPrivate: true, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// A body arrives as it is, signed with each secret under the id that was given, each time that it is posted.
func TestPost(t *testing.T) {
	t.Parallel()
	const body = `{"type":"decision"}`
	var ids, connections []string
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, err := io.ReadAll(r.Body)
		if err != nil || string(got) != body {
			t.Errorf("the body is %q, %v", got, err)
		}
		for _, key := range []string{secret, oldSecret} {
			if err := webhook.Verify(key, r.Header, got, time.Now()); err != nil {
				t.Error(err)
			}
		}
		ids, connections = append(ids, r.Header.Get("Webhook-Id")), append(connections, r.RemoteAddr)
		w.WriteHeader(http.StatusAccepted)
	}))
	defer site.Close()
	p := newPoster(t, site.URL)
	for range 2 {
		answer, err := p.Post(t.Context(), "evt_1", []byte(body))
		if err != nil || answer.Status != http.StatusAccepted {
			t.Fatalf("Post = %d, %v, want 202", answer.Status, err)
		}
	}
	if fmt.Sprint(ids) != "[evt_1 evt_1]" {
		t.Errorf("the ids are %v, want the one that was given", ids)
	}
	if connections[0] != connections[1] {
		t.Errorf("two connections %v, want one that is kept", connections)
	}
}

// Every status is an answer; redirects are not followed; of a body that is too long nothing is kept.
func TestPostStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 204, 302, 307, 400, 410, 429, 500, 503} {
		site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/" {
				t.Errorf("%d was followed to %s", status, r.URL.Path)
			}
			w.Header().Set("Location", "/elsewhere")
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(status)
			if status == http.StatusInternalServerError {
				_, _ = io.WriteString(w, strings.Repeat("a", 1<<20))
			}
		}))
		answer, err := newPoster(t, site.URL+"/").Post(t.Context(), "evt_1", []byte("{}"))
		if err != nil || answer.Status != status || len(answer.Body) != 0 || answer.RetryAfter() != 7*time.Second {
			t.Errorf("Post = %d, %d bytes, %v, want %d", answer.Status, len(answer.Body), err, status)
		}
		site.Close()
	}
}

// Without an answer there is an error, which tells nothing of the URL but its host.
func TestPostNoAnswer(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	_, err := newPoster(t, withSecrets(closed.URL)).Post(t.Context(), "evt_1", []byte("{}"))
	wantFailure(t, err, cattlegrid.Temporary)
}

// A poster connects where a sender does, and nowhere else.
func TestPostPrivateAddress(t *testing.T) {
	t.Parallel()
	if _, err := webhook.NewPoster(webhook.Config{URL: "http://127.0.0.1", Secret: secret}); err == nil || !strings.Contains(err.Error(), "http") {
		t.Errorf("NewPoster = %v, want an error about http", err)
	}
	p, err := webhook.NewPoster(webhook.Config{URL: "https://hooks.example.com", Secret: secret, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	p.ResolveWith(resolver([]byte{127, 0, 0, 1}))
	_, err = p.Post(t.Context(), "evt_1", []byte("{}"))
	if failure, ok := errors.AsType[*cattlegrid.SendError](err); !ok || !strings.Contains(failure.Error(), "127.0.0.1 is not a public address") {
		t.Errorf("Post = %v, want that the address is refused", err)
	}
}

// A poster prints without its secret and its URL.
func TestPosterPrints(t *testing.T) {
	t.Parallel()
	p := newPoster(t, withSecrets("https://hooks.example.com"))
	for _, format := range []string{"%v", "%+v", "%#v"} {
		wantSilent(t, fmt.Sprintf(format, p))
	}
}
