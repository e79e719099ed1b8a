package web_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cattlegrid/cattlegrid/web"
	"github.com/cattlegrid/cattlegrid/work"
)

// goodCode is the code that the fake accepts, and whose check it approves.
const goodCode = "204816"

// goodClaims is what the proof for it says, sorted as a server happens to do. A later server may add claims.
const goodClaims = `{"aud":["用户站"],"exp":1767323645,"extra":[1,2],"iat":1767323045,"iss":"cattlegrid","jti":"ONCE",` +
	`"phone_number":"+8613800138000","phone_number_verified":true,"purpose":"register"}`

// fakeAPI serves the page as a server would, and answers each request as the answer or the code in it asks.
type fakeAPI struct {
	kind        string
	dev         bool
	resendAfter int
	numbers     map[string]string // Answers to numbers, whatever the answer to the challenge.

	mu       sync.Mutex
	pictures []url.Values     // The query of each picture asked for.
	sends    []map[string]any // The body of each code asked for.
	keys     []string         // The name of each of these requests.
	errno    string           // When set, there is no picture, for this reason.
	speeches []string         // The id and the language of each challenge to be spoken.
	slug     string           // When set, there is nothing to hear, for this reason.
	task     work.Task        // What is to be proved; the zero task is none.
	tasks    []string         // The method and the id of each task asked for.
}

func (f *fakeAPI) start(t testing.TB) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", http.StripPrefix("/assets/", http.FileServerFS(web.Assets())))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(web.Page(web.View{Lang: r.FormValue("lang"), Kind: f.kind, Dev: f.dev}))
	})
	mux.HandleFunc("GET /passport/image_code", f.picture)
	mux.HandleFunc("GET /v1/challenges/{id}/audio", f.speak)
	mux.HandleFunc("GET /v1/challenges/{id}/candidates", f.pick)
	mux.HandleFunc("/v1/challenges/{id}/work", f.work)
	mux.HandleFunc("POST /v1/verifications", f.send)
	mux.HandleFunc("POST /v1/verifications/{id}/check", f.check)
	mux.HandleFunc("GET /dev/inbox", func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusOK, map[string]any{
			"mobile": r.FormValue("mobile"), "code": goodCode, "text": "Code " + goodCode, "sent_at": "2026-01-02T03:04:05Z",
		})
	})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy",
			"default-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'")
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func (f *fakeAPI) picture(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.pictures = append(f.pictures, r.URL.Query())
	errno := f.errno
	f.mu.Unlock()
	if errno != "" {
		reply(w, http.StatusOK, map[string]any{"errno": errno, "errmsg": "no"})
		return
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewPaletted(image.Rect(0, 0, 240, 80), color.Palette{color.White})); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(picture.Bytes())
}

// speak answers with a second of silence.
func (f *fakeAPI) speak(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.speeches = append(f.speeches, r.PathValue("id")+" "+r.FormValue("lang"))
	slug := f.slug
	f.mu.Unlock()
	if slug != "" {
		refuse(w, http.StatusTooManyRequests, slug, nil)
		return
	}
	const rate = 8000
	w.Header().Set("Content-Type", "audio/wav")
	w.Header().Set("Cache-Control", "no-store")
	w.Write([]byte("RIFF"))
	for _, part := range []any{
		uint32(36 + rate), []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(rate), uint32(rate), uint16(1), uint16(8),
		[]byte("data"), uint32(rate), bytes.Repeat([]byte{128}, rate),
	} {
		if err := binary.Write(w, binary.LittleEndian, part); err != nil {
			return
		}
	}
}

// pick answers with candidates that begin with the first character of the id, to tell challenges apart.
func (*fakeAPI) pick(w http.ResponseWriter, r *http.Request) {
	reply(w, http.StatusOK, map[string]any{"candidates": append([]string{r.PathValue("id")[:1]}, strings.Split("山水人天日月木火土金口", "")...)})
}

// work answers with the task, or that work alone was proved too often.
func (f *fakeAPI) work(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.tasks = append(f.tasks, r.Method+" "+r.PathValue("id"))
	task := f.task
	f.mu.Unlock()
	if task == (work.Task{}) {
		refuse(w, http.StatusTooManyRequests, "rate-limited", map[string]any{"scope": "client", "retry_after": 1500})
		return
	}
	reply(w, http.StatusOK, map[string]any{"salt": task.Salt, "bits": task.Bits, "count": task.Count, "expires_in": 300})
}

// setTask changes what is to be proved from now on.
func (f *fakeAPI) setTask(task work.Task) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.task = task
}

// allTasks lists the method and the id of each task asked for.
func (f *fakeAPI) allTasks() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.tasks)
}

// failSpeeches lets speeches fail with a problem, or succeed again with "".
func (f *fakeAPI) failSpeeches(slug string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.slug = slug
}

// allSpeeches lists the id and the language of each challenge that was to be spoken.
func (f *fakeAPI) allSpeeches() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.speeches)
}

func (f *fakeAPI) send(w http.ResponseWriter, r *http.Request) {
	body := map[string]any{}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	f.mu.Lock()
	f.sends = append(f.sends, body)
	f.keys = append(f.keys, r.Header.Get("Idempotency-Key"))
	count, task := len(f.sends), f.task
	f.mu.Unlock()
	answer, _ := body["answer"].(string)
	number, _ := body["phone"].(string)
	if f.numbers[number] != "" {
		answer = f.numbers[number]
	} else if proof, ok := body["work"].(string); ok {
		answer = map[bool]string{true: "right", false: "bad-work"}[task.Check(proof)]
	}
	switch answer {
	case "unsure":
		refuse(w, http.StatusBadGateway, "send-failed", map[string]any{"message": "unknown", "verification": "v2", "resend_after": 120})
	case "later": // The first answer is lost, the second one is that the first request is on its way.
		if count == 1 {
			panic(http.ErrAbortHandler)
		}
		if count == 2 {
			refuse(w, http.StatusConflict, "in-progress", map[string]any{"retry_after": 1})
			return
		}
		reply(w, http.StatusCreated, map[string]any{"id": "v1", "phone": "138****8000", "expires_in": 300, "resend_after": 60})
	case "hard", "work":
		refuse(w, http.StatusPreconditionRequired, "harder-challenge", map[string]any{"effort": answer})
	case "not-served-client":
		refuse(w, http.StatusForbidden, "not-served", map[string]any{"scope": "client"})
	case "busy":
		refuse(w, http.StatusTooManyRequests, "rate-limited", map[string]any{"retry_after": 1500})
	case "right":
		reply(w, http.StatusCreated, map[string]any{
			"id": "v1", "status": "pending", "phone": "138****8000", "purpose": body["purpose"],
			"expires_in": 300, "resend_after": f.resendAfter,
		})
	case "html":
		http.Error(w, "<h1>bad gateway</h1>", http.StatusBadGateway)
	case "often":
		refuse(w, http.StatusTooManyRequests, "rate-limited", map[string]any{"scope": "phone", "retry_after": 58})
	case "network":
		refuse(w, http.StatusTooManyRequests, "rate-limited", map[string]any{"scope": "client", "retry_after": 1500})
	default:
		refuse(w, http.StatusUnprocessableEntity, answer, nil)
	}
}

func (*fakeAPI) check(w http.ResponseWriter, r *http.Request) {
	var body struct{ Code string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	switch body.Code {
	case goodCode:
		payload := base64.RawURLEncoding.EncodeToString([]byte(goodClaims))
		reply(w, http.StatusOK, map[string]any{
			"status": "approved", "phone": "+8613800138000", "purpose": "register", "proof": "e30." + payload + ".c2ln", "expires_in": 600,
		})
	case "abc":
		refuse(w, http.StatusBadRequest, "bad-code", nil)
	case "410410":
		refuse(w, http.StatusGone, "verification-expired", nil)
	default:
		refuse(w, http.StatusUnprocessableEntity, "wrong-code", map[string]any{"attempts_left": 4})
	}
}

// lastPicture is the query of the last picture asked for, and how many there were.
func (f *fakeAPI) lastPicture() (query url.Values, count int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.pictures[len(f.pictures)-1], len(f.pictures)
}

func (f *fakeAPI) lastSend() map[string]any {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.sends[len(f.sends)-1]
}

func (f *fakeAPI) allSends() []map[string]any {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.sends)
}

// failPictures lets pictures fail with an errno, or succeed again with "".
func (f *fakeAPI) failPictures(errno string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.errno = errno
}

func reply(w http.ResponseWriter, status int, body map[string]any) {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		panic(err)
	}
}

func refuse(w http.ResponseWriter, status int, slug string, more map[string]any) {
	body := map[string]any{"type": "urn:cattlegrid:problem:" + slug, "title": strings.ReplaceAll(slug, "-", " "), "status": status}
	maps.Copy(body, more)
	w.Header().Set("Content-Type", "application/problem+json")
	reply(w, status, body)
}
