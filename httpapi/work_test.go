package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/work"
)

func workOf(id string) string { return "/v1/challenges/" + id + "/work" }

// quickWork is done at once, yet is not found by chance.
func quickWork(o *setup) { o.gate.Work = cattlegrid.WorkOptions{Count: 3, Bits: 8, AloneBits: 9} }

// challengeOf has a challenge of some effort shown and returns its id and its answer.
func (s *site) challengeOf(effort guard.Effort) (id, answer string) {
	s.t.Helper()
	n := s.last.Add(1)
	id = "challenge-" + strconv.FormatInt(n, 10)
	w := s.do(call{
		method: http.MethodGet, path: "/passport/image_code?code_id=" + id + "&effort=" + effort.String(),
		from: "198.51.100." + strconv.FormatInt(n%250, 10) + ":1",
	})
	if got := w.Header().Get("X-Challenge-Effort"); got != effort.String() {
		s.t.Fatalf("challenge %s: got effort %q, %s, want %v", id, got, w.Header().Get("Content-Type"), effort)
	}
	return id, s.answer(id)
}

type task struct {
	work.Task
	ExpiresIn int `json:"expires_in"`
}

// solve does the task in an answer.
func (s *site) solve(w *httptest.ResponseRecorder) string {
	s.t.Helper()
	if w.Code != http.StatusOK {
		s.t.Fatalf("task: got %d %s, want 200", w.Code, w.Body)
	}
	solution, err := decode[task](s.t, w).Solve(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return solution
}

// objectOf is a JSON object of those strings that are not empty; its arguments are names and values in turn.
func objectOf(pairs ...string) string {
	var full []string
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			full = append(full, pairs[i], pairs[i+1])
		}
	}
	return object(full...)
}

// A picture is as hard as it was asked for, and says so.
func TestEffort(t *testing.T) {
	s := open(t, quickWork)
	for query, want := range map[string]string{"": "normal", "&effort=": "normal", "&effort=normal": "normal", "&effort=hard": "hard", "&effort=work": "work"} {
		w := s.get("/passport/image_code?code_id=" + unknownID + query)
		if got := w.Header().Get("X-Challenge-Effort"); w.Header().Get("Content-Type") != "image/png" || got != want {
			t.Errorf("%q: got effort %q, want %s", query, got, want)
		}
	}
	for _, effort := range []string{"easy", "WORK", "2", "-1", "hard%00"} {
		w := s.get("/passport/image_code?code_id=" + unknownID + "&effort=" + effort)
		wantErrno(t, w, errno("4103", "参数 effort 应为 normal、hard 或 work"))
	}
}

// The work that goes with a picture can be looked up until the picture is answered, and is always the same. It is sent
// along with the answer.
func TestWorkBeside(t *testing.T) {
	for _, passport := range []bool{true, false} {
		s := open(t, quickWork)
		id, answer := s.challengeOf(guard.Work)
		s.clock.advance(time.Minute)
		w := s.get(workOf(id))
		got := decode[task](t, w)
		if w.Code != http.StatusOK || got.Bits != 8 || got.Count != 3 || got.ExpiresIn != 240 || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("got %d %s, want 3 parts of 8 bits within 240 s, not kept", w.Code, w.Body)
		}
		if again := s.get(workOf(id)).Body.String(); again != w.Body.String() {
			t.Errorf("asked again: %s, want %s", again, w.Body)
		}
		if passport {
			body := object("mobile", mobile, "image_code", answer, "image_code_id", id, "image_work", s.solve(w))
			wantErrno(t, s.post("/passport/sms_code", body), errno("0", "发送成功"))
		} else {
			body := object("challenge_id", id, "answer", answer, "work", s.solve(w), "phone", mobile, "purpose", "login")
			if w := s.post("/v1/verifications", body); w.Code != http.StatusCreated {
				t.Errorf("got %d %s, want 201", w.Code, w.Body)
			}
		}
		wantProblem(t, s.get(workOf(id)), "challenge-expired", 410)
	}
}

// Work alone needs no answer, once, and replaces the challenge with the same id.
func TestWorkAlone(t *testing.T) {
	s := open(t, quickWork)
	for name, c := range map[string]call{
		"no body": {}, "empty object": {body: "{}"}, "blank object": {body: " { } "},
		"another type, nothing in it": {header: map[string]string{"Content-Type": "text/plain"}},
	} {
		c.method, c.path = http.MethodPost, workOf(unknownID)
		w := s.do(c)
		if got := decode[task](t, w); w.Code != http.StatusOK || got.Bits != 9 || got.Count != 3 || got.ExpiresIn != 300 {
			t.Errorf("%s: got %d %s, want 3 parts of 9 bits within 300 s", name, w.Code, w.Body)
		}
	}
	id, answer := s.challenge()
	w := s.post(workOf(id), "")
	wantProblem(t, s.get(audioOf(id)), "unspeakable", 422)
	solution := s.solve(w)
	w = s.post("/v1/verifications", object("challenge_id", id, "work", solution, "phone", mobile, "purpose", "login"))
	if w.Code != http.StatusCreated {
		t.Errorf("got %d %s, want 201", w.Code, w.Body)
	}
	w = s.post("/passport/sms_code", object("mobile", otherMobile, "image_code_id", id, "image_work", solution))
	wantErrno(t, w, errno("4002", "图片验证码已过期"))
	s.wantSent(1)
	_ = answer
}

// What is no proof sends nothing, and uses the challenge up.
func TestWorkWrong(t *testing.T) {
	passport := func(id, answer, solution string) string {
		return objectOf("mobile", mobile, "image_code", answer, "image_code_id", id, "image_work", solution)
	}
	v1 := func(id, answer, solution string) string {
		return objectOf("challenge_id", id, "answer", answer, "phone", mobile, "purpose", "login", "work", solution)
	}
	s := open(t, quickWork)
	prepare := map[string]func() (id, answer, solution string){
		"wrong, beside": func() (string, string, string) { id, answer := s.challengeOf(guard.Work); return id, answer, "1.2.3" },
		"not a number":  func() (string, string, string) { id, answer := s.challengeOf(guard.Work); return id, answer, "x" },
		"another spelling": func() (string, string, string) {
			id, answer := s.challengeOf(guard.Work)
			return id, answer, "0" + s.solve(s.get(workOf(id)))
		},
		"of another challenge": func() (string, string, string) {
			other, _ := s.challengeOf(guard.Work)
			id, answer := s.challengeOf(guard.Work)
			return id, answer, s.solve(s.get(workOf(other)))
		},
		"wrong, alone": func() (string, string, string) { s.post(workOf(unknownID), ""); return unknownID, "", "1.2.3" },
	}
	for name, p := range prepare {
		t.Run(name, func(t *testing.T) {
			id, answer, solution := p()
			wantErrno(t, s.post("/passport/sms_code", passport(id, answer, solution)), errno("4004", "工作量证明无效"))
			wantProblem(t, s.post("/v1/verifications", v1(id, answer, solution)), "challenge-expired", 410)
			id, answer, solution = p()
			wantProblem(t, s.post("/v1/verifications", v1(id, answer, solution)), "bad-work", 422)
			wantErrno(t, s.post("/passport/sms_code", passport(id, answer, solution)), errno("4002", "图片验证码已过期"))
		})
	}
	t.Run("work for an answer", func(t *testing.T) {
		id, _ := s.challengeOf(guard.Work)
		wantProblem(t, s.post("/v1/verifications", v1(id, "", s.solve(s.get(workOf(id))))), "wrong-answer", 422)
		id, _ = s.challenge()
		wantErrno(t, s.post("/passport/sms_code", passport(id, "", "1.2.3")), errno("4004", "图片验证码错误"))
	})
	t.Run("neither", func(t *testing.T) {
		id, _ := s.challenge()
		wantProblem(t, s.post("/v1/verifications", v1(id, "", "")), "bad-request", 400)
		wantErrno(t, s.post("/passport/sms_code", passport(id, "", "")), errno("4103", "参数不全"))
	})
	t.Run("too long", func(t *testing.T) {
		id, answer := s.challenge()
		solution := strings.Repeat("1", work.MaxSolutionLen+1)
		wantProblem(t, s.post("/v1/verifications", v1(id, answer, solution)), "bad-request", 400)
		wantErrno(t, s.post("/passport/sms_code", passport(id, answer, solution)), errno("4103", "参数 image_work 过长"))
	})
	s.wantSent(0)
}

// The longest solution that there is gets through.
func TestWorkLong(t *testing.T) {
	s := open(t, func(o *setup) { o.gate.Work = cattlegrid.WorkOptions{Count: work.MaxCount, Bits: 1, AloneBits: 12} })
	solution := s.solve(s.post(workOf(unknownID), ""))
	if len(solution) <= 256 {
		t.Fatalf("the solution has %d bytes, too few to show anything", len(solution))
	}
	w := s.post("/v1/verifications", object("challenge_id", unknownID, "work", solution, "phone", mobile, "purpose", "login"))
	if w.Code != http.StatusCreated {
		t.Errorf("got %d %s, want 201", w.Code, w.Body)
	}
}

// Where there is no work, the answer says why.
func TestWorkRefused(t *testing.T) {
	s := open(t)
	normal, _ := s.challenge()
	hard, _ := s.challengeOf(guard.Hard)
	for path, want := range map[string]struct {
		slug   string
		status int
	}{
		workOf("1234567"):         {"bad-challenge-id", 400},
		workOf("aaaaaaaa%0abbbb"): {"bad-challenge-id", 400},
		workOf(unknownID):         {"challenge-expired", 410},
		workOf(normal):            {"challenge-expired", 410},
		workOf(hard):              {"challenge-expired", 410},
		workOf(normal) + "/":      {"not-found", 404},
	} {
		wantProblem(t, s.get(path), want.slug, want.status)
	}
	wantProblem(t, s.post(workOf("1234567"), ""), "bad-challenge-id", 400)
	for body, want := range map[string]struct {
		slug   string
		status int
	}{
		`{"bits":1}`:                      {"bad-request", 400},
		`[]`:                              {"bad-request", 400},
		`x`:                               {"bad-request", 400},
		" ":                               {"bad-request", 400},
		strings.Repeat(" ", 8<<10) + "{}": {"too-large", 413},
	} {
		wantProblem(t, s.post(workOf(unknownID), body), want.slug, want.status)
	}
	form := call{method: http.MethodPost, path: workOf(unknownID), body: "a=b", header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}
	wantProblem(t, s.do(form), "unsupported-media-type", 415)
	foreign := call{method: http.MethodPost, path: workOf(unknownID), header: map[string]string{"Sec-Fetch-Site": "cross-site"}}
	wantProblem(t, s.do(foreign), "cross-origin", 403)
	s.faults.down.Store(true)
	wantProblem(t, s.get(workOf(unknownID)), "store-unavailable", 503)
	wantProblem(t, s.post(workOf(unknownID), ""), "store-unavailable", 503)
}

// A page that knows nothing of efforts is shown a hard picture next, which is enough where no work is asked for.
func TestStepUpUnaware(t *testing.T) {
	s := under(t, guard.Policy{Send: []guard.Limit{{Name: "hour", Per: guard.PerClient, Max: 2, Hard: 1, Window: time.Hour}}})
	a := asking{phone: mobile}
	s.ask(a, guard.Normal)
	wantErrno(t, s.askPassport(a, guard.Normal), `{"errno":"4201","errmsg":"请完成更难的验证","effort":"hard"}`)
	w := s.get("/passport/image_code?code_id=" + unknownID)
	if got := w.Header().Get("X-Challenge-Effort"); got != "hard" {
		t.Errorf("the next picture's effort is %q, want hard", got)
	}
	w = s.post("/passport/sms_code", object("mobile", mobile, "image_code", s.answer(unknownID), "image_code_id", unknownID))
	wantErrno(t, w, errno("0", "发送成功"))
}
