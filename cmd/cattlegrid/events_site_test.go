package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/webhook"
)

// What is decided is posted to the site, signed, at the latest when the process ends.
func TestEventsAreForTheSite(t *testing.T) {
	bodies := make(chan string, 1)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if err := webhook.Verify(secret, r.Header, body, time.Now()); err != nil {
			t.Errorf("the signature does not hold: %v", err)
		}
		bodies <- string(body)
		w.WriteHeader(http.StatusNoContent)
	}))
	defer site.Close()
	s := start(t, program{Env: map[string]string{
		"CATTLEGRID_STORE":                "memory",
		"CATTLEGRID_GUARD_DENY_PREFIXES":  "+86138",
		"CATTLEGRID_EVENTS_URL":           site.URL,
		"CATTLEGRID_EVENTS_SECRET":        secret,
		"CATTLEGRID_EVENTS_ALLOW_PRIVATE": "true",
	}})
	_, said := s.do(t, http.MethodPost, "/passport/sms_code", fmt.Sprintf(`{"mobile": %q, "image_code": "abcd", "image_code_id": %q}`, mobile, id))
	if said["errno"] != "4201" {
		t.Fatalf("sms_code answers %v", said)
	}
	if code := s.stop(); code != exitOK {
		t.Fatalf("exit code %d, want 0", code)
	}
	if len(bodies) != 1 {
		t.Fatal("nothing was posted")
	}
	body := <-bodies
	var event struct {
		Type, ID string
		Data     decisionEvent
	}
	if err := json.Unmarshal([]byte(body), &event); err != nil {
		t.Fatal(err)
	}
	if d := event.Data; event.Type != "decision" || d.Verdict != "refused" || d.Phone != "138****8000" || d.Rules[0] != "deny_prefixes" {
		t.Errorf("posted %s", body)
	}
	if strings.Contains(body, mobile) {
		t.Errorf("the number is in %s", body)
	}
}
