package httpapi_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/captcha"
)

func audioOf(id string) string { return "/v1/challenges/" + id + "/audio" }

func candidatesOf(id string) string { return "/v1/challenges/" + id + "/candidates" }

func inChinese(o *setup) { o.gate.Style.Kind = captcha.Chinese }

// A challenge that is shown can be listened to, as a whole, by nobody else on the way, and then be answered.
func TestAudioOK(t *testing.T) {
	for _, kind := range []captcha.Kind{captcha.Letters, captcha.Digits, captcha.Arithmetic} {
		t.Run(kind.String(), func(t *testing.T) {
			s := open(t, func(o *setup) { o.gate.Style.Kind = kind })
			id, answer := s.challenge()
			var before []byte
			for _, query := range []string{"", "?lang=zh", "?lang=en"} {
				w := s.get(audioOf(id) + query)
				header, body := w.Header(), w.Body.Bytes()
				if w.Code != http.StatusOK || header.Get("Content-Type") != "audio/wav" || !bytes.HasPrefix(body, []byte("RIFF")) {
					t.Fatalf("%s: got %d %s, want a recording", query, w.Code, header.Get("Content-Type"))
				}
				if header.Get("Cache-Control") != "no-store" || header.Get("Content-Length") != strconv.Itoa(len(body)) {
					t.Errorf("%s: got %v for %d bytes, want them whole and not kept", query, header, len(body))
				}
				if bytes.Equal(body, before) {
					t.Errorf("%s: the recording is the one before", query)
				}
				before = bytes.Clone(body)
			}
			w := s.post("/v1/verifications", object("challenge_id", id, "answer", answer, "phone", mobile, "purpose", "login"))
			if w.Code != http.StatusCreated {
				t.Errorf("answer: got %d %s, want 201", w.Code, w.Body)
			}
			wantProblem(t, s.get(audioOf(id)), "challenge-expired", 410)
		})
	}
}

// Without a parameter the voice speaks the language that the browser asks for: the same randomness, spoken in another one,
// is another recording.
func TestAudioLanguage(t *testing.T) {
	keys, err := cattlegrid.NewKeys() // of one deployment, whose alphabet follows from them
	if err != nil {
		t.Fatal(err)
	}
	speak := func(query, accept string) string {
		s := open(t, func(o *setup) {
			o.gate.Random = bytes.NewReader(bytes.Repeat([]byte{1}, 4096))
			o.gate.Keys = keys
		})
		id, _ := s.challenge()
		w := s.do(call{method: http.MethodGet, path: audioOf(id) + query, header: map[string]string{"Accept-Language": accept}})
		return w.Body.String()
	}
	chinese, english := speak("?lang=zh", ""), speak("?lang=en", "")
	if chinese == english {
		t.Fatal("the languages sound the same")
	}
	for _, test := range []struct{ query, accept, want string }{
		{"", "", chinese},
		{"", "zh-CN,zh;q=0.9,en;q=0.8", chinese},
		{"", "en-GB,en", english},
		{"", "fr", english},
		{"?lang=zh", "en", chinese},
		{"?lang=en", "zh", english},
	} {
		if speak(test.query, test.accept) != test.want {
			t.Errorf("query %q, Accept-Language %q: another language", test.query, test.accept)
		}
	}
}

// A challenge is spoken three times, however many ask at once, and then another one has to be shown. Waiting does not help,
// so the answer does not say to wait.
func TestAudioLimit(t *testing.T) {
	s := open(t)
	id, _ := s.challenge()
	answers := make([]*httptest.ResponseRecorder, 64)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = s.get(audioOf(id)) })
	}
	all.Wait()
	heard := slices.DeleteFunc(answers, func(w *httptest.ResponseRecorder) bool { return w.Code != http.StatusOK })
	if len(heard) != 3 {
		t.Errorf("%d renderings, want 3", len(heard))
	}
	w := s.get(audioOf(id))
	if p := wantProblem(t, w, "speech-limit", 429); p.RetryAfter != 0 || w.Header().Get("Retry-After") != "" {
		t.Errorf("got a wait of %d, header %v, want none", p.RetryAfter, w.Header())
	}
	other, _ := s.challenge()
	if w := s.get(audioOf(other)); w.Code != http.StatusOK {
		t.Errorf("another challenge: got %d %s, want a recording", w.Code, w.Body)
	}
}

// What is not to be heard is a problem that says why.
func TestAudioRefused(t *testing.T) {
	s := open(t)
	id, _ := s.challenge()
	for path, want := range map[string]struct {
		slug   string
		status int
	}{
		audioOf("1234567"):               {"bad-challenge-id", 400},
		audioOf(strings.Repeat("a", 65)): {"bad-challenge-id", 400},
		audioOf("aaaaaaaa:bbbb"):         {"bad-challenge-id", 400},
		audioOf("aaaaaaaa%0abbbb"):       {"bad-challenge-id", 400},
		audioOf("aaaaaaaa%2fbbbb"):       {"bad-challenge-id", 400},
		audioOf(id) + "?lang=fr":         {"bad-language", 400},
		audioOf(id) + "?lang=ZH":         {"bad-language", 400},
		audioOf(unknownID):               {"challenge-expired", 410},
		audioOf(unknownID) + "?lang=fr":  {"bad-language", 400},
		audioOf(id) + "/":                {"not-found", 404},
		"/v1/challenges/" + id:           {"not-found", 404},
	} {
		t.Run(path, func(t *testing.T) { wantProblem(t, s.get(path), want.slug, want.status) })
	}
	t.Run("in Chinese", func(t *testing.T) {
		s := open(t, inChinese)
		id, _ := s.challenge()
		wantProblem(t, s.get(audioOf(id)), "unspeakable", 422)
	})
	t.Run("expired", func(t *testing.T) {
		s.clock.advance(5 * time.Minute)
		wantProblem(t, s.get(audioOf(id)), "challenge-expired", 410)
	})
	t.Run("store down", func(t *testing.T) {
		s.faults.down.Store(true)
		wantProblem(t, s.get(audioOf(id)), "store-unavailable", 503)
		wantProblem(t, s.get(candidatesOf(id)), "store-unavailable", 503)
	})
}

// Another site cannot use up what its visitors may listen to, unless its pages are trusted.
func TestAudioFromAnotherSite(t *testing.T) {
	foreign := map[string]string{"Sec-Fetch-Site": "cross-site"}
	s := open(t)
	id, _ := s.challenge()
	wantProblem(t, s.do(call{method: http.MethodGet, path: audioOf(id), header: foreign}), "cross-origin", 403)

	s = open(t, func(o *setup) { o.http.TrustedOrigins = []string{"https://www.example.com"} })
	id, _ = s.challenge()
	w := s.do(call{method: http.MethodGet, path: audioOf(id), header: foreign})
	if got := w.Header().Get("Cross-Origin-Resource-Policy"); w.Code != http.StatusOK || got != "cross-origin" {
		t.Errorf("trusted: got %d, resource policy %q, want 200 and cross-origin", w.Code, got)
	}
}

// An answer in Chinese can be picked from candidates, which are the same each time. Other kinds have none.
func TestCandidates(t *testing.T) {
	type body struct {
		Candidates []string `json:"candidates"`
	}
	t.Run("Chinese", func(t *testing.T) {
		s := open(t, inChinese)
		id, answer := s.challenge()
		w := s.get(candidatesOf(id))
		got := decode[body](t, w)
		for _, character := range answer {
			if !slices.Contains(got.Candidates, string(character)) {
				t.Errorf("%c is not among %v", character, got.Candidates)
			}
		}
		if w.Code != http.StatusOK || len(got.Candidates) < 10 || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("got %d, %v, want a few candidates that nobody keeps", w.Code, got)
		}
		if again := s.get(candidatesOf(id)).Body.String(); again != w.Body.String() {
			t.Errorf("asked again: %s, want %s", again, w.Body)
		}
		sent := s.post("/v1/verifications", object("challenge_id", id, "answer", answer, "phone", mobile, "purpose", "login"))
		if sent.Code != http.StatusCreated {
			t.Errorf("answer: got %d %s, want 201", sent.Code, sent.Body)
		}
		wantProblem(t, s.get(candidatesOf(id)), "challenge-expired", 410)
	})
	t.Run("letters", func(t *testing.T) {
		s := open(t)
		id, _ := s.challenge()
		if got := s.get(candidatesOf(id)).Body.String(); got != `{"candidates":[]}` {
			t.Errorf("got %s, want none", got)
		}
	})
	t.Run("malformed id", func(t *testing.T) {
		wantProblem(t, open(t).get(candidatesOf("x")), "bad-challenge-id", 400)
	})
	t.Run("unknown id", func(t *testing.T) {
		wantProblem(t, open(t).get(candidatesOf(unknownID)), "challenge-expired", 410)
	})
}

// The level is the gate's to choose, and so is everything else about how a challenge looks: a parameter changes nothing.
func TestLevelIsNotTheClients(t *testing.T) {
	picture := func(query string) string {
		s := open(t, func(o *setup) {
			o.gate.Random = bytes.NewReader(bytes.Repeat([]byte{7}, 4096))
			o.gate.Style.Key = "one family"
		})
		return s.get("/passport/image_code?code_id=" + unknownID + query).Body.String()
	}
	want := picture("")
	for _, query := range []string{"&level=easy", "&level=-1", "&Level=easy", "&kind=digits", "&length=4", "&key="} {
		if picture(query) != want {
			t.Errorf("%s changes the picture", query)
		}
	}
}
