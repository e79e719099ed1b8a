package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/browsertest"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// visitor is somebody with the page of a server open.
type visitor struct {
	*browsertest.Page

	t      *testing.T
	server *server
	ahead  atomic.Int64      // nanoseconds that the server's clock is ahead of the real one
	data   string            // the server's directory
	redis  *redistest.Server // nil if the server is on its embedded store

	form browsertest.Dialog // which the visitor fills in
}

// newVisitor starts a server, on Redis unless that is nil, which asks for what the kind says, and opens its page. The
// server is configured as NAME=value says in config, besides.
func newVisitor(
	t *testing.T, browser *browsertest.Browser, redis *redistest.Server, kind string, view browsertest.View, config ...string,
) *visitor {
	t.Helper()
	v := &visitor{t: t, data: t.TempDir(), redis: redis}
	environ := map[string]string{
		"CATTLEGRID_DATA": v.data, "CATTLEGRID_CAPTCHA_KIND": kind,
		"CATTLEGRID_BOLT_SYNC": "true", // see answerTo
	}
	if redis != nil {
		environ["CATTLEGRID_REDIS_URL"] = redis.URL()
	}
	for _, setting := range config {
		name, value, _ := strings.Cut(setting, "=")
		environ["CATTLEGRID_"+name] = value
	}
	v.server = start(t, program{Env: environ, Clock: v.now})
	v.Page = browser.Open(t, v.server.URL, view)
	v.Until(`typeof window.generateImageCode === "function"`)
	v.form = v.Dialog("register")
	return v
}

// now is what the server's clock says.
func (v *visitor) now() time.Time { return time.Now().Add(time.Duration(v.ahead.Load())) }

// challenge returns the id of the challenge that is shown.
func (v *visitor) challenge() string {
	v.t.Helper()
	v.form.UntilPicture()
	return v.Eval(`new URL(` + v.form.At("picture") + `.src).searchParams.get("code_id")`)
}

// answer returns what the picture says.
func (v *visitor) answer() string {
	v.t.Helper()
	return v.answerTo(v.challenge())
}

// answerTo returns what a person reads in a challenge's picture: it is looked up in the server's store.
func (v *visitor) answerTo(challenge string) string {
	v.t.Helper()
	if v.redis != nil {
		return v.redis.Do(v.t, "GET", "ImageCode_"+challenge)
	}
	// The file of the embedded store belongs to the server alone. But a copy of it, opened as after a restart, has all that
	// was ever acknowledged, since the server was told to commit before it answers.
	content, err := os.ReadFile(filepath.Join(v.data, "cattlegrid.db"))
	if err != nil {
		v.t.Fatal(err)
	}
	data := v.t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "cattlegrid.db"), content, 0o600); err != nil {
		v.t.Fatal(err)
	}
	return answer(v.t, data, challenge)
}

// getCode answers the challenge with what the picture says, and waits for the message to be announced.
func (v *visitor) getCode(announcement string) {
	v.t.Helper()
	v.form.Fill("answer", v.answer()+"\r")
	v.form.UntilText("status", announcement)
}

// advance lets time pass, for the server, its store and the page. The page notices when it next looks at the clock.
func (v *visitor) advance(d time.Duration) {
	v.t.Helper()
	v.ahead.Add(int64(d))
	if v.redis != nil {
		v.redis.Advance(v.t, d)
	}
	v.Eval(fmt.Sprintf(`(({ now }) => { Date.now = () => now() + %d })(Date)`, d.Milliseconds()))
}

// sent returns how many messages have left.
func (v *visitor) sent() int { return strings.Count(v.server.Stdout.String(), "SMS to ") }

// sms returns the last message to the phone: its code and its text.
func (v *visitor) sms() (code, text string) {
	v.t.Helper()
	response, said := v.server.do(v.t, http.MethodGet, "/dev/inbox?mobile="+mobile, "")
	if response.StatusCode != http.StatusOK {
		v.t.Fatalf("the inbox answers %d %v", response.StatusCode, said)
	}
	return said["code"].(string), said["text"].(string)
}

// post asks for a code from a script in the page, as pages built from the tutorial do, and returns the answer.
func (v *visitor) post(phone, challenge, answer string) string {
	v.t.Helper()
	return v.Eval(fmt.Sprintf(`fetch("/passport/sms_code", {
		method: "POST",
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ mobile: %q, image_code: %q, image_code_id: %q }),
	}).then((response) => response.text())`, phone, answer, challenge))
}

// expect checks what the visitor sees.
func (v *visitor) expect(what, got, want string) {
	v.t.Helper()
	if got != want {
		v.t.Errorf("%s: %q, want %q", what, got, want)
	}
}
