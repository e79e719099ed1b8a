package fake_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/fake"
)

// plain is a provider whose requests are a number, whose key is a header, and which says in words what it does.
type plain struct{}

func (plain) Name() string { return "plain" }

var errNumber = errors.New("want a number")

func (plain) Receive(r *http.Request, body []byte) (fake.Message, error) {
	if r.Header.Get("Key") != "right" {
		return fake.Message{}, fake.ErrKey
	}
	if len(body) == 0 {
		return fake.Message{}, errNumber
	}
	return fake.Message{To: string(body), Text: "a text"}, nil
}

func (plain) Accept(w http.ResponseWriter, m fake.Message) {
	_, _ = io.WriteString(w, "taken as "+m.ID)
}

func (plain) Refuse(w http.ResponseWriter, o fake.Outcome) {
	_, _ = io.WriteString(w, "refused for "+string(o))
}

func (plain) Receipt(fake.Message, string, cattlegrid.ReceiptState) *http.Request { return nil }

func request(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Key", "right")
	return r
}

// serve is a request's answer; nil if there is none.
func serve(s *fake.Server, r *http.Request) (w *httptest.ResponseRecorder) {
	w = httptest.NewRecorder()
	defer func() {
		if recover() != nil {
			w = nil
		}
	}()
	s.ServeHTTP(w, r)
	return w
}

// Each outcome has its answer, and a message is remembered if, and only if, it was taken.
func TestOutcomes(t *testing.T) {
	refused := func(o fake.Outcome) func(int, string) bool {
		return func(status int, body string) bool { return status == 200 && body == "refused for "+string(o) }
	}
	for outcome, ok := range map[fake.Outcome]func(status int, body string) bool{
		fake.Take:         func(status int, body string) bool { return status == 200 && strings.HasPrefix(body, "taken as ") },
		fake.Busy:         refused(fake.Busy),
		fake.BadNumber:    refused(fake.BadNumber),
		fake.BadTemplate:  refused(fake.BadTemplate),
		fake.BadKey:       refused(fake.BadKey),
		fake.Throttle:     refused(fake.Throttle),
		fake.Unpaid:       refused(fake.Unpaid),
		fake.UnknownCode:  refused(fake.UnknownCode),
		fake.Garbage:      func(_ int, body string) bool { return body == "<html>+8613800138000 a text" },
		fake.Huge:         func(_ int, body string) bool { return len(body) > 1<<20 },
		fake.Redirect:     func(status int, _ string) bool { return status == http.StatusTemporaryRedirect },
		fake.ServerError:  func(status int, body string) bool { return status == 500 && body == "" },
		fake.CloseTaken:   nil,
		fake.CloseUntaken: nil,
		fake.HangTaken:    nil,
		fake.HangUntaken:  nil,
	} {
		t.Run(string(outcome), func(t *testing.T) {
			s := fake.NewServer(plain{}, func(m fake.Message) fake.Outcome {
				if m.ID == "" || m.At.IsZero() || m.To != "+8613800138000" {
					t.Errorf("the message is %+v", m)
				}
				return outcome
			})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			hung := make(chan bool, 1)
			go func() {
				select {
				case <-s.Hanging():
					hung <- true
					cancel()
				case <-ctx.Done():
					hung <- false
				}
			}()
			w := serve(s, request("+8613800138000").WithContext(ctx))
			cancel()
			if hangs := outcome == fake.HangTaken || outcome == fake.HangUntaken; <-hung != hangs {
				t.Errorf("hangs: %v, want %v", !hangs, hangs)
			}
			if (w == nil) != (ok == nil) || w != nil && !ok(w.Code, w.Body.String()) {
				t.Errorf("the answer is %+v", w)
			}
			taken := 0
			if outcome.Takes() {
				taken = 1
			}
			if got := s.Messages(); len(got) != taken {
				t.Errorf("%d messages were taken, want %d", len(got), taken)
			}
			if got := s.Problems(); len(got) != 0 {
				t.Errorf("problems: %v", got)
			}
		})
	}
}

// A server without a behaviour takes everything, each under an id of its own.
func TestTakesEverything(t *testing.T) {
	s := fake.NewServer(plain{}, nil)
	ids := map[string]bool{}
	for i := range 100 {
		w := serve(s, request(strconv.Itoa(i)))
		ids[w.Body.String()] = true
	}
	taken := s.Messages()
	if len(ids) != 100 || len(taken) != 100 || taken[0].To != "0" || taken[99].To != "99" {
		t.Errorf("%d ids and %d messages of 100", len(ids), len(taken))
	}
	taken[0].To = "changed"
	if s.Messages()[0].To != "0" {
		t.Error("the inbox can be changed from outside")
	}
}

// Requests that are wrong are refused, nothing is taken, and what was wrong is known.
func TestProblems(t *testing.T) {
	s := fake.NewServer(plain{}, func(fake.Message) fake.Outcome {
		t.Error("a wrong request got as far as a behaviour")
		return fake.Take
	})
	unsigned := request("+8613800138000")
	unsigned.Header.Del("Key")
	for _, tt := range []struct {
		request *http.Request
		status  int
		body    string
		want    error
	}{
		{unsigned, 200, "refused for bad-key", fake.ErrKey},
		{request(""), 200, "refused for bad-template", errNumber},
		{request(strings.Repeat("x", 64<<10+1)), 400, "the body cannot be read\n", new(http.MaxBytesError)},
		{httptest.NewRequest(http.MethodPost, "/", io.MultiReader(bytes.NewReader(nil), broken{})), 400, "the body cannot be read\n", io.ErrUnexpectedEOF},
	} {
		w := serve(s, tt.request)
		if w == nil || w.Code != tt.status || w.Body.String() != tt.body {
			t.Errorf("the answer is %+v, want %d %q", w, tt.status, tt.body)
		}
		problems := s.Problems()
		last := problems[len(problems)-1]
		if _, tooLarge := errors.AsType[*http.MaxBytesError](last); !errors.Is(last, tt.want) && !tooLarge {
			t.Errorf("problem %v, want %v", last, tt.want)
		}
	}
	if len(s.Problems()) != 4 || len(s.Messages()) != 0 {
		t.Errorf("%d problems, %d messages", len(s.Problems()), len(s.Messages()))
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// The largest body is read, and of the inbox the newest is kept.
func TestBounds(t *testing.T) {
	const most = 10_000
	s := fake.NewServer(plain{}, nil)
	for i := range most + 1 {
		serve(s, request(strconv.Itoa(i)))
	}
	taken := s.Messages()
	if len(taken) > most || taken[len(taken)-1].To != strconv.Itoa(most) || taken[0].To == "0" {
		t.Errorf("%d messages are kept, %s to %s", len(taken), taken[0].To, taken[len(taken)-1].To)
	}
	for range most + 1 {
		serve(s, request(""))
	}
	if got := len(s.Problems()); got != most {
		t.Errorf("%d problems are kept, want %d", got, most)
	}
	longest := strings.Repeat("x", 64<<10)
	serve(s, request(longest))
	if taken := s.Messages(); taken[len(taken)-1].To != longest {
		t.Error("the largest body was not read")
	}
}
