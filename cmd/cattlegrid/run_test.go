package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/sms/webhook"
)

const id = "00000000-0000-4000-8000-000000000001"

// What was stored before SIGTERM is there after a restart, though no tick has passed: a challenge that one process showed
// is answered at the next, and the code that this one sent is checked at a third. The keys are the same all along.
func TestRestart(t *testing.T) {
	data := t.TempDir()
	p := program{Env: map[string]string{"CATTLEGRID_DATA": data, "CATTLEGRID_BOLT_TICK": "1m"}}

	first := start(t, p)
	response, _ := first.do(t, http.MethodGet, "/passport/image_code?code_id="+id, "")
	if got := response.Header.Get("Content-Type"); got != "image/png" {
		t.Fatalf("a challenge is %q, want image/png", got)
	}
	if code := first.stop(); code != exitOK {
		t.Fatalf("exit code %d, want 0", code)
	}
	guess := answer(t, data, id)

	second := start(t, p)
	response, said := second.do(t, http.MethodPost, "/passport/sms_code",
		fmt.Sprintf(`{"mobile": %q, "image_code": %q, "image_code_id": %q}`, mobile, guess, id))
	if said["errno"] != "0" {
		t.Fatalf("sms_code answers %v", said)
	}
	_, sms := second.do(t, http.MethodGet, "/dev/inbox?mobile="+mobile, "")
	code, _ := sms["code"].(string)
	if code == "" || !strings.Contains(second.Stdout.String(), code) {
		t.Errorf("the code %q of the inbox was not printed:\n%s", code, second.Stdout)
	}
	if strings.Contains(second.Stderr.String(), code) {
		t.Errorf("the code %s is in the log", code)
	}
	second.stop()

	third := start(t, p)
	response, said = third.do(t, http.MethodPost, response.Header.Get("Location")+"/check", fmt.Sprintf(`{"code": %q}`, code))
	if response.StatusCode != http.StatusOK || said["phone"] != "+86"+mobile {
		t.Errorf("check answers %d %v", response.StatusCode, said)
	}
}

// A request that is in flight when the process is told to stop is answered; new ones are not taken.
func TestStopFinishesWhatIsInFlight(t *testing.T) {
	s := start(t, program{Env: map[string]string{"CATTLEGRID_STORE": "memory"}})
	addr := strings.TrimPrefix(s.URL, "http://")
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	reader := bufio.NewReader(conn)
	const body = `{"mobile": "", "image_code": "", "image_code_id": ""}`
	if err := beginRequest(conn, reader, len(body)); err != nil {
		t.Fatal(err)
	}

	s.cancel()
	waitUntilRefused(addr)
	select {
	case code := <-s.code:
		t.Fatalf("exit code %d before the request was answered", code)
	default:
	}

	fmt.Fprint(conn, body)
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if content, err := io.ReadAll(response.Body); err != nil || !strings.Contains(string(content), `"4103"`) {
		t.Errorf("the request is answered %q, %v, want errno 4103", content, err)
	}
	if code := s.stop(); code != exitOK {
		t.Errorf("exit code %d, want 0", code)
	}
}

// The clock of the program is that of challenges: one that is five minutes old has expired.
func TestClock(t *testing.T) {
	now := &clock{now: time.Now()}
	s := start(t, program{Env: map[string]string{"CATTLEGRID_STORE": "memory"}, Clock: now.Now})
	ask := func() any {
		_, said := s.do(t, http.MethodPost, "/passport/sms_code",
			fmt.Sprintf(`{"mobile": %q, "image_code": "wrong", "image_code_id": %q}`, mobile, id))
		return said["errno"]
	}
	s.do(t, http.MethodGet, "/passport/image_code?code_id="+id, "")
	if got := ask(); got != "4004" {
		t.Errorf("a wrong answer in time is answered %v, want 4004", got)
	}
	s.do(t, http.MethodGet, "/passport/image_code?code_id="+id, "")
	now.advance(5*time.Minute + time.Second)
	if got := ask(); got != "4002" {
		t.Errorf("a wrong answer after five minutes is answered %v, want 4002", got)
	}
}

// With a webhook messages are posted, signed; in development mode the inbox has a copy. Nothing is printed.
func TestWebhook(t *testing.T) {
	received := make(chan webhook.Event, 1)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if err := webhook.Verify(secret, r.Header, body, time.Now()); err != nil {
			t.Errorf("the signature does not match: %v", err)
		}
		var event webhook.Event
		if err := json.Unmarshal(body, &event); err != nil {
			t.Error(err)
		}
		received <- event
		w.WriteHeader(http.StatusNoContent)
	}))
	defer receiver.Close()

	data := t.TempDir()
	p := program{Env: map[string]string{
		"CATTLEGRID_DATA":                      data,
		"CATTLEGRID_SMS_WEBHOOK_URL":           receiver.URL,
		"CATTLEGRID_SMS_WEBHOOK_SECRET":        secret,
		"CATTLEGRID_SMS_WEBHOOK_ALLOW_PRIVATE": "true",
		"CATTLEGRID_CODE_DIGITS":               "8",
		"CATTLEGRID_CODE_BRAND":                "示例",
	}}
	first := start(t, p)
	first.do(t, http.MethodGet, "/passport/image_code?code_id="+id, "")
	first.stop()
	guess := answer(t, data, id)

	s := start(t, p)
	_, said := s.do(t, http.MethodPost, "/passport/sms_code",
		fmt.Sprintf(`{"mobile": %q, "image_code": %q, "image_code_id": %q}`, mobile, guess, id))
	if said["errno"] != "0" {
		t.Fatalf("sms_code answers %v", said)
	}
	event := <-received
	_, sms := s.do(t, http.MethodGet, "/dev/inbox?mobile="+mobile, "")
	if len(event.Code) != 8 || sms["code"] != event.Code || !strings.HasPrefix(event.Text, "【示例】") {
		t.Errorf("the receiver got %+v, the inbox has %v", event, sms)
	}
	if s.Stdout.String() != "" {
		t.Errorf("printed:\n%s", s.Stdout)
	}
}

// On Redis an answer lies where the tutorial's back ends look for it.
func TestRedis(t *testing.T) {
	redis := redistest.Start(t)
	s := start(t, program{Env: map[string]string{"CATTLEGRID_REDIS_URL": redis.URL()}})
	s.do(t, http.MethodGet, "/passport/image_code?code_id="+id, "")
	if text := redis.Do(t, "GET", "ImageCode_"+id); len(text) < 4 || len(text) > 6 {
		t.Errorf("GET ImageCode_%s is %q, want the answer", id, text)
	}
	if code := s.stop(); code != exitOK {
		t.Errorf("exit code %d, want 0", code)
	}
}

// Gates on one Redis that have no hash key in common are told, once each time that the key changes; those of neighbouring steps
// of a rotation have one in common.
func TestRedisOfOtherKeys(t *testing.T) {
	redis, one, other := redistest.Start(t), t.TempDir(), t.TempDir()
	for i, c := range []struct {
		data, step string
		told       bool
	}{
		{one, "", false}, {one, "", false}, {other, "", true}, {other, "", false}, {one, "1", true}, {one, "2", false}, {one, "3", false},
	} {
		s := start(t, program{Env: map[string]string{
			"CATTLEGRID_REDIS_URL": redis.URL(), "CATTLEGRID_DATA": c.data, "CATTLEGRID_KEYS_STEP": c.step,
		}})
		if told := strings.Contains(s.Stderr.String(), "had another hash key"); told != c.told {
			t.Errorf("start %d: told is %v, want %v:\n%s", i, told, c.told, s.Stderr)
		}
		if code := s.stop(); code != exitOK {
			t.Errorf("start %d: exit code %d, want 0", i, code)
		}
	}
}

// Whoever starts the command for the first time, while something else has the port, is told a way that works: a new address
// is a configuration, with which development mode is no longer the default.
func TestPortInUseAtFirst(t *testing.T) {
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	c := defaults()
	c.Addr = other.Addr().String()
	c.settle(true)
	_, err = c.listen(t.Context())
	want := fmt.Sprintf("addr: %q is in use by another process; for example CATTLEGRID_ADDR=%s, with CATTLEGRID_DEV=true to stay in development mode",
		c.Addr, otherPort(c.Addr))
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
