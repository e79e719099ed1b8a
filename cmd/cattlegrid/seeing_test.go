package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/console"
	"github.com/cattlegrid/cattlegrid/sms/route"
)

// metricsURL is where a server serves metrics, as its greeting says.
func metricsURL(t *testing.T, s *server) string {
	t.Helper()
	m := regexp.MustCompile(`(?m)^  metrics +(http://\S+)/metrics$`).FindStringSubmatch(s.Stderr.String())
	if m == nil {
		t.Fatalf("no metrics are served:\n%s", s.Stderr)
	}
	return m[1]
}

// A crossing is seen from end to end: challenges, requests, steps of the store, tries, decisions, and what was built.
func TestMetrics(t *testing.T) {
	p := program{Env: map[string]string{"CATTLEGRID_DATA": t.TempDir(), "CATTLEGRID_METRICS_ADDR": ":0"}}
	first := start(t, p)
	first.do(t, http.MethodGet, "/passport/image_code?code_id="+id, "")
	first.stop()
	guess := answer(t, p.Env["CATTLEGRID_DATA"], id)

	s := start(t, p)
	s.do(t, http.MethodGet, "/passport/image_code?code_id=another-challenge", "")
	response, said := s.do(t, http.MethodPost, "/passport/sms_code",
		fmt.Sprintf(`{"mobile": %q, "image_code": %q, "image_code_id": %q}`, mobile, guess, id))
	if said["errno"] != "0" {
		t.Fatalf("sms_code answers %v", said)
	}
	_, sms := s.do(t, http.MethodGet, "/dev/inbox?mobile="+mobile, "")
	s.do(t, http.MethodPost, response.Header.Get("Location")+"/check", fmt.Sprintf(`{"code": %q}`, sms["code"]))
	s.do(t, http.MethodGet, "/"+mobile+"/123456", "")

	text := scrape(t, metricsURL(t, s)+"/metrics")
	for _, want := range []string{
		`cattlegrid_challenges_total{kind="letters",outcome="made"} 1`,
		`cattlegrid_challenges_total{kind="letters",outcome="solved"} 1`,
		`cattlegrid_challenges_total{kind="work",outcome="made"} 0`,
		`cattlegrid_decisions_total{act="send",country="CN",effort="normal",mode="enforce",rule="",verdict="allowed"} 1`,
		`cattlegrid_decisions_total{act="send",country="CN",effort="normal",mode="enforce",rule="",verdict="verified"} 1`,
		`cattlegrid_provider_duration_seconds_count{provider="console",result="taken",try="first"} 1`,
		`cattlegrid_store_duration_seconds_count{outcome="ok",verb="keep"} 1`,
		`cattlegrid_store_duration_seconds_count{outcome="failed",verb="keep"} 0`,
		`cattlegrid_http_request_duration_seconds_count{method="GET",route="/passport/image_code",status="2xx"} 1`,
		`cattlegrid_http_request_duration_seconds_count{method="POST",route="/v1/verifications/{id}/check",status="2xx"} 1`,
		`cattlegrid_http_request_duration_seconds_count{method="other",route="*",status="4xx"} 1`,
		`cattlegrid_http_requests_in_flight 0`,
		`cattlegrid_build_info{go_version="go`,
		`process_open_fds `,
		`go_goroutines `,
	} {
		if !strings.Contains(text, "\n"+want) {
			t.Errorf("the metrics have no %s", want)
		}
	}
	docs := readText(t, "../../docs/metrics.md")
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (\w+)`).FindAllStringSubmatch(text, -1) {
		if name := m[1]; !strings.HasPrefix(name, "go_") && !strings.HasPrefix(name, "process_") && !strings.Contains(docs, "| `"+name+"` |") {
			t.Errorf("docs/metrics.md has no row for %s", name)
		}
	}
	for name, secret := range map[string]string{"number": mobile[3:], "challenge": id, "answer": `"` + guess + `"`, "code": fmt.Sprint(sms["code"])} {
		for line := range strings.Lines(text) {
			if labels, _, ok := strings.Cut(line, "} "); ok && strings.Contains(labels, secret) {
				t.Errorf("a label has the %s: %s", name, line)
			}
		}
	}
}

// Metrics and profiles are on a port of their own, and the public one knows nothing of them.
func TestProfiles(t *testing.T) {
	s := start(t, program{Env: map[string]string{"CATTLEGRID_STORE": "memory", "CATTLEGRID_METRICS_ADDR": "127.0.0.1:0"}})
	private := metricsURL(t, s)
	for path, want := range map[string]string{
		"/debug/pprof/":                   "full goroutine stack dump",
		"/debug/pprof/goroutine?debug=1":  "goroutine profile:",
		"/debug/pprof/cmdline":            "",
		"/debug/pprof/symbol":             "num_symbols",
		"/debug/pprof/trace?seconds=0.01": "go 1.",
	} {
		if text := scrape(t, private+path); !strings.Contains(text, want) {
			t.Errorf("%s answers %.80q, want %q", path, text, want)
		}
	}
	for _, path := range []string{"/metrics", "/debug", "/debug/pprof/", "/debug/pprof/heap", "/debug/vars"} {
		if response, _ := s.do(t, http.MethodGet, path, ""); response.StatusCode != http.StatusNotFound {
			t.Errorf("the public port answers %s with %d", path, response.StatusCode)
		}
	}
}

// Profiles are for this machine, wherever metrics are served.
func TestProfilesAreLocal(t *testing.T) {
	mux := http.NewServeMux()
	profiles(mux)
	for from, want := range map[string]int{
		"127.0.0.1:1": http.StatusOK, "[::1]:1": http.StatusOK, "[::ffff:127.0.0.1]:1": http.StatusOK,
		"192.0.2.1:1": http.StatusForbidden, "10.0.0.1:1": http.StatusForbidden, "@": http.StatusForbidden,
	} {
		r := httptest.NewRequest(http.MethodGet, "/debug/pprof/cmdline", http.NoBody)
		r.RemoteAddr = from
		r.Header.Set("X-Forwarded-For", "127.0.0.1")
		w := httptest.NewRecorder()
		if mux.ServeHTTP(w, r); w.Code != want {
			t.Errorf("%s is answered %d, want %d", from, w.Code, want)
		}
	}
}

// Metrics that others may reach are worth a warning.
func TestMetricsWarning(t *testing.T) {
	for addr, want := range map[string]bool{
		":9464": false, "127.0.0.1:9464": false, "[::1]:9464": false, "localhost:9464": false, "0.0.0.0:9464": true, "[::]:9464": true, "10.0.0.1:9464": true,
	} {
		c := defaults()
		c.Metrics.Addr = addr
		var log bytes.Buffer
		listening := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9464}
		c.greet(io.Discard, listening, listening, slog.New(slog.NewTextHandler(&log, nil)))
		if got := strings.Contains(log.String(), "metrics are served on an address that others may reach"); got != want {
			t.Errorf("%s: warned is %v, want %v:\n%s", addr, got, want, &log)
		}
	}
}

// Where traces are on a request is one, and its line in the log says which.
func TestTraces(t *testing.T) {
	posted := make(chan *tracepb.TracesData, 16)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var traces tracepb.TracesData
		if err != nil || proto.Unmarshal(body, &traces) != nil {
			t.Errorf("what is posted cannot be read: %v", err)
		}
		posted <- &traces
	}))
	defer collector.Close()
	s := start(t, program{Env: map[string]string{"CATTLEGRID_STORE": "memory", "CATTLEGRID_TRACES_ENDPOINT": collector.URL}})
	s.do(t, http.MethodGet, "/passport/image_code?code_id="+id, "")
	s.stop()
	close(posted)
	names := map[string]string{}
	for traces := range posted {
		for _, resource := range traces.GetResourceSpans() {
			for _, scope := range resource.GetScopeSpans() {
				for _, span := range scope.GetSpans() {
					names[span.GetName()] = hex.EncodeToString(span.GetTraceId())
				}
			}
		}
	}
	trace := names["GET /passport/image_code"]
	if trace == "" || names["store put"] != trace || len(names) != 2 {
		t.Errorf("posted %v, want a request and its step", names)
	}
	if !strings.Contains(s.Stderr.String(), "trace_id="+trace+"\n") {
		t.Errorf("the log does not name the trace %s", trace)
	}
}

// A first try that failed is seen, though the message left: in the log, and by provider.
func TestFailover(t *testing.T) {
	var log output
	c := defaults()
	c.Events.File = filepath.Join(t.TempDir(), "events.jsonl")
	w, err := c.newWatch(t.Context(), time.Now, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer w.close(t.Context())
	failure := &cattlegrid.SendError{Class: cattlegrid.Unpaid, Provider: "aliyun", Code: "isv.AMOUNT_NOT_ENOUGH", Err: errors.New("no money")}
	w.tried(t.Context(), route.Try{Link: "aliyun", MessageID: "MESSAGE", Took: time.Second, Err: failure, Next: "tencent"})
	w.tried(t.Context(), route.Try{Link: "tencent", MessageID: "MESSAGE", Took: time.Second, Second: true})
	const want = `level=WARN msg="a message goes to another provider" provider=aliyun next=tencent class=unpaid message_id=MESSAGE ` +
		`error="aliyun: unpaid failure isv.AMOUNT_NOT_ENOUGH: no money"` + "\n"
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.HasSuffix(got, want) {
		t.Errorf("the log is\n%s\nwant one line that ends\n%s", got, want)
	}
	families, err := w.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	tries := 0
	for _, family := range families {
		if family.GetName() == "cattlegrid_provider_duration_seconds" {
			tries = len(family.GetMetric())
		}
	}
	if tries != 2 {
		t.Errorf("%d series of tries, want 2", tries)
	}
}

// Where nobody looks nothing is put around what would be seen.
func TestNobodyLooks(t *testing.T) {
	w, err := defaults().newWatch(t.Context(), time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer w.close(t.Context())
	bare := cattlegrid.NewMemStore(cattlegrid.MemOptions{})
	if store, err := w.store(bare); err != nil || store != cattlegrid.Store(bare) {
		t.Errorf("the store is a %T, %v", store, err)
	}
	printer := console.New(io.Discard)
	if sender := w.only("console", printer); sender != cattlegrid.Sender(printer) {
		t.Errorf("the sender is a %T", sender)
	}
	mux := http.NewServeMux()
	if handler, err := w.handler(mux); err != nil || handler != http.Handler(mux) {
		t.Errorf("the handler is a %T, %v", handler, err)
	}
}
