package tracing_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/httpapi"
	"github.com/cattlegrid/cattlegrid/tracing"
)

const mobile = "13800138000"

// failing is a sender that a provider does not serve, and that repeats too much of the message.
type failing struct{}

func (failing) Send(_ context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	return cattlegrid.Delivery{}, &cattlegrid.SendError{Class: cattlegrid.Unpaid, Provider: "aliyun", Err: errors.New("no money for " + m.Code)}
}

// A request, its steps on the store and its tries are one trace. It has what the package comment says, and nothing that a
// visitor or a provider sent.
func TestTrace(t *testing.T) {
	c := newCollector(t)
	var log bytes.Buffer
	traces := newTracing(t, c, nil)
	store := cattlegrid.NewMemStore(cattlegrid.MemOptions{})
	gate, err := cattlegrid.New(cattlegrid.Options{Store: traces.Store(store), Sender: traces.Sender("aliyun", failing{})})
	if err != nil {
		t.Fatal(err)
	}
	api, err := httpapi.New(gate, httpapi.Options{Logger: slog.New(tracing.LogHandler(slog.NewTextHandler(&log, nil)))})
	if err != nil {
		t.Fatal(err)
	}
	handler := traces.Handler(api)
	const id = "challenge-of-mine"
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/passport/image_code?code_id="+id, http.NoBody))
	challenge, err := store.Peek(t.Context(), "ImageCode_"+id)
	if err != nil {
		t.Fatal(err)
	}
	body := fmt.Sprintf(`{"challenge_id":%q,"answer":%q,"phone":%q,"purpose":"login"}`, id, challenge.Value, "+86"+mobile)
	r := httptest.NewRequest(http.MethodPost, "/v1/verifications", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	handler.ServeHTTP(httptest.NewRecorder(), r)
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/"+mobile, http.NoBody))

	step := func(name, parent string) span {
		return span{Name: name, Parent: parent, Kind: "INTERNAL", Attributes: map[string]string{"outcome": "ok"}}
	}
	request := func(name, status string, failed bool) span {
		method, route, found := strings.Cut(name, " ")
		if !found {
			method, route = http.MethodGet, name
		}
		return span{Name: name, Kind: "SERVER", Failed: failed, Attributes: map[string]string{
			"http.request.method": method, "http.route": route, "http.response.status_code": status,
		}}
	}
	want := []span{
		step("store put", "GET /passport/image_code"),
		request("GET /passport/image_code", "200", false),
		step("store attempt", "POST /v1/verifications"),
		step("store keep", "POST /v1/verifications"),
		{
			Name: "send by aliyun", Parent: "POST /v1/verifications", Kind: "CLIENT", Failed: true,
			Attributes: map[string]string{"provider": "aliyun", "country": "CN", "result": "unpaid"},
		},
		step("store refund", "POST /v1/verifications"),
		request("POST /v1/verifications", "502", true),
		request("*", "404", false),
	}
	if diff := cmp.Diff(want, c.recorded(t, traces)); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"service.name": "cattlegrid", "service.version": "v1.2.3"}, c.resource); diff != "" {
		t.Errorf("resource (-want +got):\n%s", diff)
	}
	for _, secret := range []string{id, challenge.Value, mobile, mobile[3:], "ImageCode", "Limit_", "no money", "192.0.2"} {
		if bytes.Contains(bytes.Join(c.bodies, nil), []byte(secret)) {
			t.Errorf("what was posted contains %q", secret)
		}
	}
	for i, line := range strings.Split(strings.TrimSpace(log.String()), "\n") {
		root := [...]int{1, 6, 7}[i]
		if want := fmt.Sprintf(" trace_id=%x", c.spans[root].GetTraceId()); !strings.Contains(line, want) {
			t.Errorf("the line of %s has no%s: %s", c.spans[root].GetName(), want, line)
		}
	}
}

// A span has the method of its request, if that is one, and the path of its route.
func TestRoute(t *testing.T) {
	mux := http.NewServeMux()
	answer := func(http.ResponseWriter, *http.Request) {}
	mux.HandleFunc("GET /status/{code}", answer)
	mux.HandleFunc("/status/{code}", answer)
	mux.HandleFunc("/", answer)
	for _, tt := range []struct{ method, path, name, wantMethod, route string }{
		{"GET", "/status/" + mobile, "GET /status/{code}", "GET", "/status/{code}"},
		{"HEAD", "/status/" + mobile, "GET /status/{code}", "HEAD", "/status/{code}"},
		{"PUT", "/status/" + mobile, "/status/{code}", "PUT", "/status/{code}"},
		{"T" + mobile, "/status/" + mobile, "/status/{code}", "_OTHER", "/status/{code}"},
		{"POST", "/" + mobile, "*", "POST", "*"},
	} {
		c := newCollector(t)
		traces := newTracing(t, c, nil)
		traces.Handler(mux).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(tt.method, tt.path, http.NoBody))
		want := []span{{Name: tt.name, Kind: "SERVER", Attributes: map[string]string{
			"http.request.method": tt.wantMethod, "http.route": tt.route, "http.response.status_code": "200",
		}}}
		if diff := cmp.Diff(want, c.recorded(t, traces)); diff != "" {
			t.Errorf("%s %s: spans (-want +got):\n%s", tt.method, tt.path, diff)
		}
	}
}

// What is posted is a request of OTLP/HTTP: its path, its type, and who posts.
func TestPost(t *testing.T) {
	for name, tt := range map[string]struct{ endpoint, path, user string }{
		"Bare":     {"", "/v1/traces", ""},
		"Slash":    {"/", "/v1/traces", ""},
		"Path":     {"/otlp/v1/traces?tenant=1", "/otlp/v1/traces?tenant=1", ""},
		"Password": {"", "/v1/traces", "me:secret"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCollector(t)
			traces := newTracing(t, c, func(o *tracing.Options) {
				o.Endpoint = strings.Replace(c.URL, "http://", "http://"+tt.user+"@", 1) + tt.endpoint
				if tt.user == "" {
					o.Endpoint = c.URL + tt.endpoint
				}
			})
			traces.Handler(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", http.NoBody))
			if n := len(c.recorded(t, traces)); n != 1 || len(c.requests) != 1 {
				t.Fatalf("%d spans in %d requests, want one in one", n, len(c.requests))
			}
			r := c.requests[0]
			user, password, _ := r.BasicAuth()
			if r.Method != http.MethodPost || r.RequestURI != tt.path || strings.Trim(user+":"+password, ":") != tt.user ||
				r.Header.Get("Content-Type") != "application/x-protobuf" || r.UserAgent() != "cattlegrid/v1.2.3" {
				t.Errorf("got %s %s of %q, %v", r.Method, r.RequestURI, user, r.Header)
			}
		})
	}
}

// Where nobody takes traces requests go on, and the log says so once, without the URL.
func TestTracesAreLost(t *testing.T) {
	for name, tt := range map[string]struct {
		endpoint string
		want     string
	}{
		"Refused":   {"http://me:secret@127.0.0.1:1/v1/traces?key=secret", "connection refused"},
		"Status":    {"", "the answer is 503"},
		"Redirects": {"redirect", "the answer is 307"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCollector(t)
			c.status = http.StatusServiceUnavailable
			elsewhere := httptest.NewServer(http.RedirectHandler(c.URL, http.StatusTemporaryRedirect))
			defer elsewhere.Close()
			var log bytes.Buffer
			traces := newTracing(t, c, func(o *tracing.Options) {
				o.Logger = slog.New(slog.NewTextHandler(&log, nil))
				switch tt.endpoint {
				case "":
				case "redirect":
					o.Endpoint = elsewhere.URL
				default:
					o.Endpoint = tt.endpoint
				}
			})
			handler := traces.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }))
			for range 2000 { // some posts' worth
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
				if w.Body.String() != "hello" {
					t.Fatalf("a request is answered %q", w.Body)
				}
			}
			if err := traces.Close(t.Context()); err != nil {
				t.Errorf("Close: %v", err)
			}
			got := log.String()
			if strings.Count(got, "\n") != 1 || !strings.Contains(got, "traces are lost") || !strings.Contains(got, tt.want) || strings.Contains(got, "secret") {
				t.Errorf("the log is\n%s\nwant one line with %q", got, tt.want)
			}
		})
	}
}

// Options that cannot work are refused by name, and nothing secret is repeated.
func TestNewRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		endpoint string
		ratio    float64
		want     string
	}{
		"NoRatio":    {"http://127.0.0.1:4318", 0, "Ratio is 0"},
		"TooMuch":    {"http://127.0.0.1:4318", 1.1, "Ratio is 1.1"},
		"NoEndpoint": {"", 1, "Endpoint: it does not begin"},
		"NoScheme":   {"127.0.0.1:4318", 1, "Endpoint: it is not a URL"},
		"GRPC":       {"grpc://me:secret@127.0.0.1:4317", 1, "Endpoint: it does not begin"},
		"Malformed":  {"http://me:secret@[::1", 1, "Endpoint: it is not a URL"},
		"Fragment":   {"http://127.0.0.1:4318/#secret", 1, "Endpoint: it has a fragment"},
		"Long":       {"http://127.0.0.1:4318/" + strings.Repeat("a", 2048), 1, "Endpoint: it is not a URL"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tracing.New(t.Context(), tracing.Options{Endpoint: tt.endpoint, Ratio: tt.ratio})
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
