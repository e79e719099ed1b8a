package loadgen_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/internal/loadgen"
)

// run carries the plan out in a bubble.
func run(t *testing.T, handler http.Handler, set func(p *loadgen.Plan)) (result *loadgen.Result, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g, stop := newGate(t, handler)
		defer stop()
		p := g.plan()
		p.For, p.Connections = 10*time.Second, 50
		set(&p)
		result, err = p.Run(t.Context())
	})
	return result, err
}

// pass lets time pass in a bubble, where it takes none.
func pass(d time.Duration) { <-time.After(d) }

// slowly takes a while for each picture.
func slowly(t *testing.T, pause time.Duration) http.Handler {
	t.Helper()
	mux := crossable(t)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			pass(pause)
		}
		mux.ServeHTTP(w, r)
	})
}

// A gate that stands still for two seconds is seen to do so by all who come meanwhile, though there is one connection.
func TestOpenLoop(t *testing.T) {
	var began time.Time
	mux := crossable(t)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if began.IsZero() {
			began = time.Now()
		}
		if since := time.Since(began); since > 4*time.Second && since < 6*time.Second {
			pass(6*time.Second - since)
		}
		mux.ServeHTTP(w, r)
	})
	result, err := run(t, handler, func(p *loadgen.Plan) { p.Rate, p.Connections = 100, 1 })
	if err != nil {
		t.Fatal(err)
	}
	whole := result.Steps[len(result.Steps)-1]
	if got := whole.Outcomes["ok"]; got < 850 || got > 1150 {
		t.Errorf("%d visitors crossed in ten seconds, want about 1000", got)
	}
	// Of a thousand two hundred wait, a second on average; a closed loop would have seen one.
	if got := time.Duration(whole.Times.P90); got < 700*time.Millisecond || got > 1300*time.Millisecond {
		t.Errorf("nine of ten within %v, want about a second", got)
	}
	if got := time.Duration(whole.Times.Max); got < 1900*time.Millisecond || got > 2*time.Second+time.Millisecond {
		t.Errorf("the longest took %v, want two seconds", got)
	}
	if got := time.Duration(whole.Times.P50); got > time.Millisecond {
		t.Errorf("half within %v, want no time", got)
	}
	if len(result.Course) < 9 || result.Course[5].OK != 0 {
		t.Errorf("the course is %v, want nobody in the sixth second", result.Course)
	}
}

// Without a rate as many cross as the connections carry; those of the warm-up do not count.
func TestClosedLoop(t *testing.T) {
	result, err := run(t, slowly(t, 100*time.Millisecond), func(p *loadgen.Plan) { p.Connections, p.Warmup = 5, time.Second })
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, 0, len(result.Steps))
	for _, s := range result.Steps {
		names = append(names, s.Name)
		if s.Outcomes["ok"] != 500 || s.PerSec < 49 || s.PerSec > 51 {
			t.Errorf("%s: got %v, %v a second; want 500, 50 a second", s.Name, s.Outcomes, s.PerSec)
		}
	}
	if diff := cmp.Diff([]string{"image", "send", "check", "crossing"}, names); diff != "" {
		t.Errorf("steps: %s", diff)
	}
	// A visit is three requests of some two hundred bytes, and brings a picture.
	if visits := int64(550); result.Sent/visits < 300 || result.Sent/visits > 1000 || result.Received/visits < 1500 || result.Received/visits > 3000 {
		t.Errorf("%d bytes sent, %d received", result.Sent, result.Received)
	}
	if got := time.Duration(result.Steps[3].Times.P50); got < 99*time.Millisecond || got > 101*time.Millisecond {
		t.Errorf("half within %v, want 100ms", got)
	}
}

// Visitors who only look leave after the picture.
func TestPictures(t *testing.T) {
	result, err := run(t, slowly(t, time.Second), func(p *loadgen.Plan) { p.Pictures, p.Connections = true, 3 })
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Steps) != 1 || result.Steps[0].Name != "image" || result.Steps[0].Outcomes["ok"] != 30 {
		t.Errorf("got %+v, want 30 pictures", result.Steps)
	}
}

// What goes wrong counts by what the gate said, and ends the visit.
func TestOutcomes(t *testing.T) {
	for name, c := range map[string]struct {
		path  string
		serve http.HandlerFunc
		step  int
		want  string
	}{
		"Shed": {"/passport/image_code", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
		}, 0, "shed"},
		"Errno": {"/passport/sms_code", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			_, _ = io.WriteString(w, `{"errno":"4301","errmsg":"发送短信失败"}`)
		}, 1, "errno 4301"},
		"Problem": {"/v1/verifications/7/check", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusGone)
			_, _ = io.WriteString(w, `{"type":"urn:cattlegrid:problem:verification-expired"}`)
		}, 2, "410 verification-expired"},
		"Cut": {"/passport/sms_code", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 1, "connection"},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := run(t, instead(t, c.path, c.serve), func(p *loadgen.Plan) { p.Rate = 10 })
			if err != nil {
				t.Fatal(err)
			}
			whole := result.Steps[len(result.Steps)-1]
			if got := result.Steps[c.step].Outcomes; got[c.want] == 0 || len(got) != 1 {
				t.Errorf("the step ended %v, want all %s", got, c.want)
			}
			if whole.Outcomes[c.want] == 0 || len(whole.Outcomes) != 1 || len(result.Steps) != c.step+2 {
				t.Errorf("visits ended %v after %d steps", whole.Outcomes, len(result.Steps)-1)
			}
			if failed := result.Failed(); (failed == 0) != (c.want == "shed") {
				t.Errorf("%d failed", failed)
			}
		})
	}
}

// A picture is asked for once more if its connection, which was kept, ends before an answer begins: that one is not counted. What
// breaks otherwise is counted, and not asked for again.
func TestKeptConnection(t *testing.T) {
	hang := func(r *http.Request) { <-r.Context().Done() }
	for name, c := range map[string]struct {
		said   string
		before func(r *http.Request)
		broken int64
	}{
		"Closed":     {"", nil, 0},
		"BrokenOff":  {"HTTP/1.1 200 OK\r\nX-Dev-An", nil, 1},
		"BrokenBody": {"HTTP/1.1 200 OK\r\nX-Dev-Answer: x\r\nContent-Length: 9\r\n\r\nx", nil, 1},
		"Silent":     {"", hang, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int64
			mux := slowly(t, time.Second)
			handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if asked.Add(1) != 5 {
					mux.ServeHTTP(w, r)
					return
				}
				if c.before != nil {
					c.before(r)
				}
				conn, _, err := http.NewResponseController(w).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.WriteString(conn, c.said)
				_ = conn.Close()
			})
			result, err := run(t, handler, func(p *loadgen.Plan) { p.Pictures, p.Connections, p.For = true, 1, time.Minute })
			if err != nil {
				t.Fatal(err)
			}
			got := result.Steps[0].Outcomes
			if got["connection"] != c.broken || got["ok"] < 20 {
				t.Errorf("the pictures ended %v, want %d broken", got, c.broken)
			}
			if want := 1 + got["ok"] + max(c.broken, 1); asked.Load() != want { // with the try, and one that came to nothing
				t.Errorf("%d were asked for, want %d", asked.Load(), want)
			}
		})
	}
}

// What makes a load senseless is said before it begins.
func TestErrors(t *testing.T) {
	silent := crossable(t)
	for name, c := range map[string]struct {
		handler http.Handler
		set     func(p *loadgen.Plan)
		want    string
	}{
		"NotDev": {
			http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), func(p *loadgen.Plan) { p.Rate = 1 },
			"the gate does not tell what is on its pictures: run it in development mode, cattlegrid serve -dev",
		},
		"OneAddress": {
			http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, `{"errno":"4202"}`)
			}), func(p *loadgen.Plan) { p.Rate = 1 },
			"the gate takes all visitors for one, and refuses them by the limits of one: it does not believe this machine as a proxy" +
				" (http.trusted_proxies); start it with CATTLEGRID_HTTP_TRUSTED_PROXIES=127.0.0.1/32,::1/128",
		},
		"Refused": {
			http.NotFoundHandler(), func(p *loadgen.Plan) { p.Rate = 1 }, "the first visitor did not get across: 404",
		},
		"Rate":        {silent, func(p *loadgen.Plan) { p.Rate = -1 }, "the rate is -1, want 0 to 1e+06 a second"},
		"Connections": {silent, func(p *loadgen.Plan) { p.Connections = 0 }, "0 connections, want 1 to 10000"},
		"For":         {silent, func(p *loadgen.Plan) { p.For = 0 }, "0s after 0s, want more than nothing and at most 24h0m0s"},
		"URL":         {silent, func(p *loadgen.Plan) { p.URL = nil }, "the URL of the gate must be like http://127.0.0.1:8080"},
		"Path":        {silent, func(p *loadgen.Plan) { p.Rate, p.URL.Path = 1, "/gate" }, "the URL of the gate must end with its host, like http://gate.example"},
		"Query":       {silent, func(p *loadgen.Plan) { p.Rate, p.URL.RawQuery = 1, "a=b" }, "the URL of the gate must end with its host, like http://gate.example"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := run(t, c.handler, c.set); err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// A gate that is not ready yet is waited for, and one that will not be is told of.
func TestAwait(t *testing.T) {
	const patience = 5 * time.Second
	await := func(t *testing.T, refusals int, handler http.HandlerFunc) (took time.Duration, err error) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			g, stop := newGate(t, handler)
			defer stop()
			began := time.Now()
			err = g.planAfter(refusals).Await(t.Context(), patience)
			took = time.Since(began)
		})
		return took, err
	}
	ready := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			t.Errorf("asked for %s", r.URL)
		}
		_, _ = io.WriteString(w, `{"status":"ready"}`)
	}
	var asked int
	later := func(w http.ResponseWriter, r *http.Request) {
		if asked++; asked > 10 {
			ready(w, r)
			return
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	never := func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, `{"type":"urn:cattlegrid:problem:store-unavailable"}`)
	}
	for name, c := range map[string]struct {
		refusals int
		serve    http.HandlerFunc
		took     time.Duration
		want     string
	}{
		"Ready":    {0, ready, 0, ""},
		"Other":    {0, http.NotFound, 0, ""},
		"Refused":  {20, ready, 2 * time.Second, ""},
		"NotReady": {0, later, time.Second, ""},
		"Never":    {0, never, patience, "the gate at http://gate.example is not ready after 5s: 503 store-unavailable"},
		"Nobody": {
			1000, ready, patience, "no gate answers at http://gate.example after 5s: connection refused;" +
				" start one: CATTLEGRID_HTTP_TRUSTED_PROXIES=127.0.0.1/32,::1/128 cattlegrid serve -dev",
		},
	} {
		t.Run(name, func(t *testing.T) {
			took, err := await(t, c.refusals, c.serve)
			if took != c.took || (err == nil) != (c.want == "") || err != nil && err.Error() != c.want {
				t.Errorf("got %v after %v, want %q after %v", err, took, c.want, c.took)
			}
		})
	}
}

// A load that no gate carried is told of: nobody got across, or most were taken for one.
func TestErr(t *testing.T) {
	visits := func(outcomes map[string]int64) *loadgen.Result {
		return &loadgen.Result{Steps: []loadgen.Step{{Name: "crossing", Outcomes: outcomes}}}
	}
	for name, c := range map[string]struct {
		result *loadgen.Result
		want   string
	}{
		"OK":        {visits(map[string]int64{"ok": 90, "shed": 8, "errno 4301": 2}), ""},
		"FewOfMany": {visits(map[string]int64{"ok": 990, "errno 4202": 10}), ""},
		"OneWay":    {visits(map[string]int64{"ok": 28, "errno 4202": 140, "errno 4201": 8}), "148 of 176 visits failed: the gate takes all visitors for one"},
		"Nobody":    {visits(map[string]int64{"shed": 3, "connection": 4}), "none of 7 visitors got across"},
		"Nothing":   {&loadgen.Result{}, "no visitor came"},
	} {
		t.Run(name, func(t *testing.T) {
			switch err := c.result.Err(); {
			case c.want == "" && err != nil, c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)):
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// The course has the seconds in which visitors came, whoever was late, and none that was not whole.
func TestCourse(t *testing.T) {
	for name, c := range map[string]struct {
		pause, lasts time.Duration
		want         int
	}{
		"Late":  {700 * time.Millisecond, 3 * time.Second, 3},
		"Later": {1400 * time.Millisecond, 3 * time.Second, 4},
		"Idle":  {time.Second, 3 * time.Second, 3},
		"Short": {time.Millisecond, 100 * time.Millisecond, 1},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := run(t, slowly(t, c.pause), func(p *loadgen.Plan) { p.For, p.Connections = c.lasts, 1 })
			if err != nil {
				t.Fatal(err)
			}
			if len(result.Course) != c.want {
				t.Errorf("after %.2f s the course has %d seconds, want %d", result.Seconds, len(result.Course), c.want)
			}
		})
	}
}

// Of the longest title nothing is cut off.
func TestTitle(t *testing.T) {
	result := loadgen.Result{Rate: 999_999.5, Connections: 10_000, Seconds: 86_400}
	if svg := string(result.SVG()); !strings.Contains(svg, "times in ms since a visitor came<") {
		t.Errorf("the title is cut:\n%.1500s", svg[strings.Index(svg, "</style>"):])
	}
}

// A load that is broken off says what it has measured.
func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, stop := newGate(t, slowly(t, 100*time.Millisecond))
		defer stop()
		p := g.plan()
		p.For, p.Connections = time.Hour, 1
		var told atomic.Int64
		p.Progress = func(loadgen.Progress) { told.Add(1) }
		ctx, cancel := context.WithTimeout(t.Context(), 21*time.Second)
		defer cancel()
		result, err := p.Run(ctx)
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		if got := result.Steps[0].Outcomes["ok"]; got < 200 || got > 210 || told.Load() != 4 {
			t.Errorf("%d pictures, progress told %d times, want about 208 and 4", got, told.Load())
		}
	})
}

// No visitor of a run has the number or the address of another, and of many no two have numbers with one prefix.
func TestCrowd(t *testing.T) {
	t.Parallel()
	numbers, addresses := loadgen.Crowd(200_000)
	prefixes := make([]string, 0, 40_000) // of the 100 000 that there are
	for _, number := range numbers[:cap(prefixes)] {
		prefixes = append(prefixes, number[:len(number)-4])
	}
	for _, all := range [][]string{numbers, addresses, prefixes} {
		seen := map[string]bool{}
		for _, one := range all {
			if seen[one] {
				t.Fatalf("%s comes twice", one)
			}
			seen[one] = true
		}
	}
}

// The result can be read as text, as JSON and as a picture.
func TestResult(t *testing.T) {
	result, err := run(t, slowly(t, 2*time.Millisecond), func(p *loadgen.Plan) { p.Rate = 200 })
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := result.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"200 visitors a second, at random", "crossing", "p99.9"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the text does not say %q:\n%s", want, text.String())
		}
	}
	line, err := json.Marshal(result)
	if err != nil {
		t.Fatal(err)
	}
	var again loadgen.Result
	if err := json.Unmarshal(line, &again); err != nil || again.Steps[3].Times.P99 != result.Steps[3].Times.P99 {
		t.Errorf("as JSON: %v, %s", err, line)
	}
	decoder := xml.NewDecoder(bytes.NewReader(result.SVG()))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("the picture is no XML: %v", err)
		}
	}
	empty := loadgen.Result{}
	if len(empty.SVG()) == 0 || empty.Failed() != 0 {
		t.Error("nothing measured cannot be drawn")
	}
}
