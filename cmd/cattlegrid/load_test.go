package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/internal/loadgen"
)

// command runs a command beside the server, and returns its exit code and what it printed.
func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out, wrong output
	p := program{Args: args, Env: map[string]string{}, Stdout: &out, Stderr: &wrong}
	return p.run(ctx), out.String(), wrong.String()
}

// A load crosses a gate in development mode, and says how many got across, as text, as JSON and as a picture.
func TestLoad(t *testing.T) {
	// A new gate knows nobody, and would ask visitors who come at the same moment for a harder challenge.
	s := start(t, program{Env: map[string]string{"CATTLEGRID_HTTP_TRUSTED_PROXIES": "127.0.0.1", "CATTLEGRID_GUARD_MODE": "observe"}})
	picture := filepath.Join(t.TempDir(), "load.svg")
	code, stdout, stderr := command(t, "load", "-url", s.URL, "-rate", "50", "-for", "1s", "-json", "-svg", picture)
	var result loadgen.Result
	if err := json.Unmarshal([]byte(stdout), &result); code != exitOK || err != nil {
		t.Fatalf("exit code %d, %v, standard error %s", code, err, stderr)
	}
	if whole := result.Steps[len(result.Steps)-1]; whole.Name != "crossing" || whole.Outcomes["ok"] < 20 || len(whole.Outcomes) != 1 {
		t.Errorf("got %+v, want about fifty crossings, and nothing else", whole)
	}
	if svg, err := os.ReadFile(picture); err != nil || !strings.HasPrefix(string(svg), "<svg ") {
		t.Errorf("the picture: %v, %.40s", err, svg)
	}
	code, stdout, _ = command(t, "load", "-url", s.URL, "-rate", "0", "-connections", "2", "-for", "100ms", "-pictures")
	if code != exitOK || !strings.Contains(stdout, "2 connections, each with one visitor after the other") {
		t.Errorf("exit code %d, standard output %s", code, stdout)
	}
}

// What is missing for a load is said.
func TestLoadMistakes(t *testing.T) {
	t.Run("NoProxy", func(t *testing.T) {
		s := start(t, program{})
		// One address may ask for thirty in a minute, so that the first visitors get across.
		code, stdout, stderr := command(t, "load", "-url", s.URL, "-rate", "100", "-for", "1s", "-json")
		if code != exitError || !strings.Contains(stderr, " visits failed: the gate takes all visitors for one") ||
			!strings.Contains(stderr, "http.trusted_proxies") || !strings.HasPrefix(stdout, `{"rate":100,`) {
			t.Errorf("exit code %d, standard output %s, standard error %s", code, stdout, stderr)
		}
		code, stdout, stderr = command(t, "load", "-url", s.URL)
		if code != exitError || stdout != "" || !strings.Contains(stderr, "CATTLEGRID_HTTP_TRUSTED_PROXIES=127.0.0.1/32,::1/128") {
			t.Errorf("exit code %d, standard output %s, standard error %s", code, stdout, stderr)
		}
	})
	t.Run("Production", func(t *testing.T) {
		s := start(t, program{Env: map[string]string{
			"CATTLEGRID_DEV": "false", "CATTLEGRID_SMS_WEBHOOK_URL": "https://www.example.com/sms", "CATTLEGRID_SMS_WEBHOOK_SECRET": secret,
		}})
		code, _, stderr := command(t, "load", "-url", s.URL)
		if code != exitError || !strings.Contains(stderr, "run it in development mode, cattlegrid serve -dev") {
			t.Errorf("exit code %d, standard error %s", code, stderr)
		}
	})
	t.Run("Nobody", func(t *testing.T) {
		picture := filepath.Join(t.TempDir(), "load.svg")
		code, _, stderr := command(t, "load", "-url", "http://127.0.0.1:1", "-wait", "10ms", "-svg", picture)
		if code != exitError || !strings.Contains(stderr, "load: no gate answers at http://127.0.0.1:1 after 10ms: dial tcp 127.0.0.1:1") {
			t.Errorf("exit code %d, standard error %s", code, stderr)
		}
		if _, err := os.Stat(picture); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a picture of nothing is left: %v", err)
		}
	})
	// Before it begins, so that no load is lost for the name of a file.
	t.Run("NoDirectory", func(t *testing.T) {
		code, _, stderr := command(t, "load", "-url", "http://127.0.0.1:1", "-svg", filepath.Join(t.TempDir(), "none", "load.svg"))
		if code != exitError || !strings.Contains(stderr, "load: draw: open ") || strings.Contains(stderr, "answers") {
			t.Errorf("exit code %d, standard error %s", code, stderr)
		}
	})
	t.Run("Values", func(t *testing.T) {
		for _, c := range [][3]string{
			{"-for", "10", `invalid value "10" for flag -for: want a duration like 10s`},
			{"-connections", "many", `invalid value "many" for flag -connections: want a whole number like 10`},
			{"-rate", "full", `invalid value "full" for flag -rate: want a number like 0.5`},
		} {
			if code, _, stderr := command(t, "load", c[0], c[1]); code != exitUsage || !strings.Contains(stderr, "cattlegrid: load: "+c[2]+"\n") {
				t.Errorf("exit code %d, standard error %s, want %s", code, stderr, c[2])
			}
		}
	})
}

// Only in development mode does an answer say what is on the picture and in the message.
func TestWhispers(t *testing.T) {
	s := start(t, program{})
	picture, _ := s.do(t, http.MethodGet, "/passport/image_code?code_id=a-challenge", "")
	answer := picture.Header.Get(answerHeader)
	sent, said := s.do(t, http.MethodPost, "/passport/sms_code",
		`{"mobile":"`+mobile+`","image_code":"`+answer+`","image_code_id":"a-challenge"}`)
	code := sent.Header.Get(codeHeader)
	if said["errno"] != "0" || !strings.Contains(s.Stdout.String(), code) || len(code) != 6 {
		t.Errorf("answer %q, code %q, said %v, printed %s", answer, code, said, s.Stdout)
	}
	checked, _ := s.do(t, http.MethodPost, sent.Header.Get("Location")+"/check", `{"code":"`+code+`"}`)
	if checked.StatusCode != http.StatusOK || checked.Header.Get(codeHeader) != "" {
		t.Errorf("the check: status %d, headers %v", checked.StatusCode, checked.Header)
	}

	quiet := start(t, program{Env: map[string]string{
		"CATTLEGRID_DEV": "false", "CATTLEGRID_SMS_WEBHOOK_URL": "https://www.example.com/sms", "CATTLEGRID_SMS_WEBHOOK_SECRET": secret,
	}})
	if picture, _ := quiet.do(t, http.MethodGet, "/passport/image_code?code_id=a-challenge", ""); picture.StatusCode != http.StatusOK || picture.Header.Get(answerHeader) != "" {
		t.Errorf("without development mode: status %d, headers %v", picture.StatusCode, picture.Header)
	}
}
