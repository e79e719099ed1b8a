package e2e_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// call is what a visitor asks of a gate.
type call struct {
	method, path string
	json         any               // the body; nil means body
	body         io.Reader         // may be nil
	header       map[string]string // besides what a browser sends
	from         string            // the visitor's address; "" means one of its own
}

// reply is what came back.
type reply struct {
	err    error // there was no answer
	status int
	header http.Header
	text   string
	took   time.Duration
	at     time.Time // when it was complete

	// What a JSON body says.
	Errno        string `json:"errno"`
	Errmsg       string `json:"errmsg"`
	Type         string `json:"type"`
	ID           string `json:"id"`
	Proof        string `json:"proof"`
	AttemptsLeft *int   `json:"attempts_left"`
	Effort       string `json:"effort"` // that is needed
}

// outcome is the answer in a word: the errno, the problem, else the status.
func (r reply) outcome() string {
	switch {
	case r.err != nil:
		return "no answer"
	case r.Errno != "":
		return r.Errno
	case r.Type != "":
		return strings.TrimPrefix(r.Type, "urn:cattlegrid:problem:")
	default:
		return strconv.Itoa(r.status)
	}
}

// said is the answer in the tutorial's words, else its outcome.
func said(r reply) string {
	if r.Errno != "" {
		return r.Errno + " " + r.Errmsg
	}
	return r.outcome()
}

var waitWords = regexp.MustCompile(`，请 (\d+) 秒后再试$`)

// wait is how long the tutorial's words tell the visitor to wait; 0 if they do not.
func (r reply) wait() time.Duration {
	match := waitWords.FindStringSubmatch(r.Errmsg)
	if match == nil {
		return 0
	}
	seconds, _ := strconv.Atoi(match[1])
	return time.Duration(seconds) * time.Second
}

// storeFailed reports whether the store did not answer in time, or paused.
func (r reply) storeFailed() bool {
	return r.Errno == "4001" || said(r) == "4004 保存图片验证码失败" || r.outcome() == "store-unavailable" || r.outcome() == "store-paused"
}

// statusAndWords is the whole answer.
func statusAndWords(r reply) string {
	if r.err != nil {
		return r.err.Error()
	}
	return strconv.Itoa(r.status) + " " + said(r)
}

// verification is the id of the verification that the answer is about, in either dialect.
func (r reply) verification() string {
	return strings.TrimPrefix(r.header.Get("Location"), "/v1/verifications/")
}

// outcomes counts replies by outcome.
func outcomes(replies []reply) map[string]int {
	counts := map[string]int{}
	for _, r := range replies {
		counts[r.outcome()]++
	}
	return counts
}

// do makes a call. It may be used by any goroutine.
func (g *gate) do(c call) reply {
	if c.json != nil {
		body, err := json.Marshal(c.json)
		if err != nil {
			return reply{err: err}
		}
		c.body = strings.NewReader(string(body))
	}
	request, err := http.NewRequest(c.method, g.url+c.path, c.body)
	if err != nil {
		return reply{err: err}
	}
	if c.from == "" {
		c.from = g.world.address()
	}
	request.Header.Set("X-Forwarded-For", c.from)
	if c.json != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range c.header {
		request.Header.Set(name, value)
	}
	began := time.Now()
	response, err := g.world.client.Do(request)
	if err != nil {
		return reply{err: err, took: time.Since(began), at: time.Now()}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	r := reply{err: err, status: response.StatusCode, header: response.Header, text: string(text), took: time.Since(began), at: time.Now()}
	if strings.HasSuffix(response.Header.Get("Content-Type"), "json") && err == nil {
		r.err = json.Unmarshal(text, &r)
	}
	if r.err == nil {
		g.world.requests.Add(1)
	}
	g.world.secrets.add(aVerification, r.verification())
	g.world.secrets.add(aProof, r.Proof)
	return r
}

func (g *gate) get(path string) reply { return g.do(call{method: http.MethodGet, path: path}) }

// picture asks for a challenge.
func (g *gate) picture(id, from string) reply {
	return g.do(call{method: http.MethodGet, path: "/passport/image_code?code_id=" + url.QueryEscape(id), from: from})
}

// challenge is a picture and what somebody read in it.
type challenge struct{ id, answer string }

// challenges asks for n challenges, each for another visitor, and solves them.
func (g *gate) challenges(n int) []challenge { return g.challengesOf("normal", n) }

// challengesOf is challenges for visitors who make an effort.
func (g *gate) challengesOf(effort string, n int) []challenge {
	g.world.t.Helper()
	ids := make([]string, n)
	for i := range ids {
		ids[i] = g.world.id()
	}
	for _, r := range each(n, func(i int) reply { return g.patientPicture(ids[i], effort) }) {
		if r.err != nil || r.header.Get("Content-Type") != "image/png" || r.header.Get("X-Challenge-Effort") != effort {
			g.world.t.Fatalf("show a challenge: %s (%v)", statusAndWords(r), r.err)
		}
	}
	solved := make([]challenge, n)
	for i, answer := range g.answers(ids) {
		if answer == "" {
			g.world.t.Fatal("a challenge has no answer")
		}
		g.world.secrets.add(anAnswer, answer)
		solved[i] = challenge{ids[i], answer}
	}
	return solved
}

// patientPicture asks again a few times if the store did not answer in time, for which a busy machine is enough.
func (g *gate) patientPicture(id, effort string) reply {
	show := func() reply {
		return g.get("/passport/image_code?code_id=" + id + "&effort=" + effort)
	}
	r := show()
	for range 5 {
		if !r.storeFailed() {
			break
		}
		r = show()
	}
	return r
}

func (g *gate) challenge() challenge { return g.challenges(1)[0] }

// smsCode asks for a code as the tutorial's page does.
func (g *gate) smsCode(number string, c challenge, from string) reply {
	return g.do(call{
		method: http.MethodPost, path: "/passport/sms_code", from: from,
		json: map[string]string{"mobile": number, "image_code": c.answer, "image_code_id": c.id},
	})
}

// verify asks for a code as other sites do.
func (g *gate) verify(number string, c challenge, purpose string) reply {
	return g.do(call{
		method: http.MethodPost, path: "/v1/verifications",
		json: map[string]string{"phone": number, "answer": c.answer, "challenge_id": c.id, "purpose": purpose},
	})
}

// check brings the code back.
func (g *gate) check(verification, code string) reply {
	return g.do(call{
		method: http.MethodPost, path: "/v1/verifications/" + verification + "/check",
		json: map[string]string{"code": code},
	})
}
