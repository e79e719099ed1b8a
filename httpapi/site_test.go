package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/httpapi"
	"github.com/cattlegrid/cattlegrid/phone"
)

// What the tests type into the page.
const (
	mobile      = "13800138000"
	mobileE164  = "+8613800138000"
	otherMobile = "13900139000"
	unknownID   = "00000000-0000-4000-8000-000000000000"
)

// site is a gate behind its handler, with everything around it in the test's hands.
type site struct {
	t       *testing.T
	handler http.Handler
	store   *cattlegrid.MemStore
	faults  *faultyStore
	outbox  *outbox
	clock   *clock
	log     *logbook
	last    atomic.Int64 // number of the last challenge
}

// setup is what a test may change before a site opens.
type setup struct {
	gate cattlegrid.Options
	http httpapi.Options
}

func open(t *testing.T, changes ...func(*setup)) *site {
	t.Helper()
	s := &site{t: t, outbox: &outbox{}, clock: &clock{now: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}, log: &logbook{}}
	s.store = cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: s.clock.Now})
	s.faults = &faultyStore{Store: s.store}
	s.outbox.clock = s.clock
	parser, err := phone.New(phone.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := setup{
		gate: cattlegrid.Options{Sender: s.outbox, Store: s.faults, ParsePhone: parser.Parse, Describe: parser.Describe, Clock: s.clock.Now},
		http: httpapi.Options{Logger: slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))},
	}
	for _, change := range changes {
		change(&o)
	}
	gate, err := cattlegrid.New(o.gate)
	if err != nil {
		t.Fatal(err)
	}
	if s.handler, err = httpapi.New(gate, o.http); err != nil {
		t.Fatal(err)
	}
	return s
}

// call is a request that a test sends.
type call struct {
	method, path string
	body         string
	header       map[string]string
	from         string // the peer's address; "" means one and the same
}

func (s *site) do(c call) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range c.header {
		r.Header.Set(name, value)
	}
	if c.from != "" {
		r.RemoteAddr = c.from
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	conform(s.t, r, w)
	return w
}

func (s *site) get(path string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.do(call{method: http.MethodGet, path: path})
}

func (s *site) post(path, body string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.do(call{method: http.MethodPost, path: path, body: body})
}

// challenge has a challenge shown and returns its id and its answer. Its client is another one each time.
func (s *site) challenge() (id, answer string) {
	s.t.Helper()
	n := s.last.Add(1)
	id = fmt.Sprintf("challenge-%d", n)
	w := s.do(call{method: http.MethodGet, path: "/passport/image_code?code_id=" + id, from: fmt.Sprintf("198.51.100.%d:1", n%250)})
	if got := w.Header().Get("Content-Type"); got != "image/png" {
		s.t.Fatalf("challenge %s: got %s %s, want a picture", id, got, w.Body)
	}
	return id, s.answer(id)
}

// answer looks up what the picture says.
func (s *site) answer(id string) string {
	s.t.Helper()
	secret, err := s.store.Peek(s.t.Context(), "ImageCode_"+id)
	if err != nil {
		s.t.Fatalf("answer of %s: %v", id, err)
	}
	return secret.Value
}

// smsBody answers a fresh challenge for a phone, in the tutorial's way.
func (s *site) smsBody(mobile string) string {
	s.t.Helper()
	id, answer := s.challenge()
	return object("mobile", mobile, "image_code", answer, "image_code_id", id)
}

// createBody answers a fresh challenge for a phone, in the way of /v1.
func (s *site) createBody(phone, purpose string) string {
	s.t.Helper()
	id, answer := s.challenge()
	return object("challenge_id", id, "answer", answer, "phone", phone, "purpose", purpose)
}

// object is a JSON object of strings; its arguments are names and values in turn.
func object(pairs ...string) string {
	members := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		members[pairs[i]] = pairs[i+1]
	}
	body, err := json.Marshal(members)
	if err != nil {
		panic(err)
	}
	return string(body)
}

// errno is the body of an answer in the tutorial's dialect.
func errno(number, message string) string {
	return `{"errno":"` + number + `","errmsg":"` + message + `"}`
}

// wantErrno fails the test unless the answer is exactly these bytes, as the tutorial's pages expect it.
func wantErrno(t *testing.T, w *httptest.ResponseRecorder, want string) {
	t.Helper()
	if w.Code != http.StatusOK {
		t.Errorf("status: got %d, want 200", w.Code)
	}
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("content type: got %q, want application/json", got)
	}
	if got := w.Body.String(); got != want {
		t.Errorf("body: got %s, want %s", got, want)
	}
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("cache control: got %q, want no-store", got)
	}
}

// problem is what is read of an RFC 9457 answer.
type problem struct {
	Type         string `json:"type"`
	Title        string `json:"title"`
	Status       int    `json:"status"`
	Detail       string `json:"detail"`
	RequestID    string `json:"request_id"`
	RetryAfter   int    `json:"retry_after"`
	AttemptsLeft *int   `json:"attempts_left"`
	Scope        string `json:"scope"`
	Effort       string `json:"effort"`
	Message      string `json:"message"`
	Verification string `json:"verification"`
	ResendAfter  int    `json:"resend_after"`
}

// wantProblem fails the test unless the answer is a well-formed problem with this slug and status.
func wantProblem(t *testing.T, w *httptest.ResponseRecorder, slug string, status int) problem {
	t.Helper()
	var p problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("body: got %s, want a problem: %v", w.Body, err)
	}
	if want := "urn:cattlegrid:problem:" + slug; p.Type != want || p.Status != status || w.Code != status {
		t.Errorf("got type %q, status %d and %d in the body, want %q and %d", p.Type, w.Code, p.Status, want, status)
	}
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type: got %q, want application/problem+json", got)
	}
	if p.Title == "" || p.Detail == "" || p.RequestID == "" || p.RequestID != w.Header().Get("X-Request-ID") {
		t.Errorf("got title %q, detail %q, request id %q; want all of them, the last as in the header", p.Title, p.Detail, p.RequestID)
	}
	return p
}

func (s *site) wantSent(want int) {
	s.t.Helper()
	if got := s.outbox.count(); got != want {
		s.t.Errorf("messages: %d were sent, want %d", got, want)
	}
}

// clock stands still until a test moves it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// outbox is a sender that keeps what it is given. It is an inbox too.
type outbox struct {
	clock *clock
	fail  func() error // what to answer; nil means success

	mu       sync.Mutex
	messages []cattlegrid.Message
}

func (o *outbox) Send(_ context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	if o.fail != nil {
		if err := o.fail(); err != nil {
			return cattlegrid.Delivery{}, err
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.messages = append(o.messages, m)
	return cattlegrid.Delivery{Provider: "outbox"}, nil
}

func (o *outbox) Last(to cattlegrid.Phone) (cattlegrid.Message, time.Time, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range slices.Backward(o.messages) {
		if m.To == to {
			return m, o.clock.Now(), true
		}
	}
	return cattlegrid.Message{}, time.Time{}, false
}

func (o *outbox) count() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.messages)
}

func (o *outbox) last(t *testing.T) cattlegrid.Message {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.messages) == 0 {
		t.Fatal("no message was sent")
	}
	return o.messages[len(o.messages)-1]
}

// faultyStore fails or hangs when told to.
type faultyStore struct {
	cattlegrid.Store
	down   atomic.Bool
	hang   atomic.Bool
	paused atomic.Int64 // nanoseconds
}

var errDown = errors.New("connection refused")

func (f *faultyStore) fault(ctx context.Context) error {
	if f.hang.Load() {
		<-ctx.Done()
		return ctx.Err()
	}
	if f.down.Load() {
		return errDown
	}
	if left := f.paused.Load(); left > 0 {
		return fmt.Errorf("keep: %w", &cattlegrid.PausedError{RetryAfter: time.Duration(left)})
	}
	return nil
}

func (f *faultyStore) Put(ctx context.Context, key string, s cattlegrid.Secret, debits ...cattlegrid.Debit) error {
	if err := f.fault(ctx); err != nil {
		return err
	}
	return f.Store.Put(ctx, key, s, debits...)
}

func (f *faultyStore) Keep(ctx context.Context, key string, s cattlegrid.Secret, debits ...cattlegrid.Debit) (cattlegrid.Kept, error) {
	if err := f.fault(ctx); err != nil {
		return cattlegrid.Kept{}, err
	}
	return f.Store.Keep(ctx, key, s, debits...)
}

func (f *faultyStore) Attempt(ctx context.Context, key, guess string, wrong ...cattlegrid.Debit) ([]byte, error) {
	if err := f.fault(ctx); err != nil {
		return nil, err
	}
	return f.Store.Attempt(ctx, key, guess, wrong...)
}

func (f *faultyStore) Peek(ctx context.Context, key string) (cattlegrid.Secret, error) {
	if err := f.fault(ctx); err != nil {
		return cattlegrid.Secret{}, err
	}
	return f.Store.Peek(ctx, key)
}

func (f *faultyStore) Spend(ctx context.Context, debits ...cattlegrid.Debit) error {
	if err := f.fault(ctx); err != nil {
		return err
	}
	return f.Store.Spend(ctx, debits...)
}

func (f *faultyStore) Ping(ctx context.Context) error {
	if err := f.fault(ctx); err != nil {
		return err
	}
	return f.Store.Ping(ctx)
}

// logbook keeps log lines.
type logbook struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

var _ io.Writer = (*logbook)(nil)

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.String()
}

// entries returns the lines, decoded.
func (l *logbook) entries(t *testing.T) []map[string]any {
	t.Helper()
	var entries []map[string]any
	for line := range strings.Lines(l.String()) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("log line %q: %v", line, err)
		}
		entries = append(entries, entry)
	}
	return entries
}

// lastEntry returns the last line, decoded.
func (l *logbook) lastEntry(t *testing.T) map[string]any {
	t.Helper()
	entries := l.entries(t)
	if len(entries) == 0 {
		t.Fatal("nothing was logged")
	}
	return entries[len(entries)-1]
}
