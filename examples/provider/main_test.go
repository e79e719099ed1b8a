package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/examples/provider/pigeon"
	"github.com/cattlegrid/cattlegrid/sms/template"
)

// The site takes receipts at /receipts/pigeon, and none that Pigeon did not sign.
func TestSite(t *testing.T) {
	site, err := newSite(pigeon.Config{Key: "key", Templates: template.Table{{ID: "codes", Variables: []string{"code"}}}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site)
	defer server.Close()

	for path, want := range map[string]int{"/receipts/pigeon": http.StatusForbidden, "/receipts/owl": http.StatusNotFound} {
		answer, err := http.Post(server.URL+path, "application/json", strings.NewReader(`{"id":"P-1","status":"arrived"}`))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("POST %s without a signature answers %s, want %d", path, answer.Status, want)
		}
	}
}
