package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/sms/console"
)

// The site shows a challenge and registers nobody without a proof.
func TestSite(t *testing.T) {
	handler, err := newSite(console.New(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()

	picture, err := http.Get(server.URL + "/passport/image_code?code_id=0f8fad5b-d9cb-469f-a165-70867728950e")
	if err != nil {
		t.Fatal(err)
	}
	defer picture.Body.Close()
	if got := picture.Header.Get("Content-Type"); got != "image/png" {
		t.Errorf("image_code answers %s, want a picture", got)
	}

	answer, err := http.Post(server.URL+"/passport/sms_code", "application/json",
		strings.NewReader(`{"mobile":"13800138000","image_code":"wrong","image_code_id":"0f8fad5b-d9cb-469f-a165-70867728950e"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var said struct{ Errno string }
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil || said.Errno != "4004" {
		t.Errorf("sms_code answers %+v, %v, want errno 4004", said, err)
	}

	register, err := http.PostForm(server.URL+"/register", url.Values{"proof": {"forged"}})
	if err != nil {
		t.Fatal(err)
	}
	defer register.Body.Close()
	if register.StatusCode != http.StatusForbidden {
		t.Errorf("register with a forged proof answers %s, want 403", register.Status)
	}
}
