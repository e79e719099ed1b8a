package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/boltstore"
)

const (
	mobile = "13800138000"
	secret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
)

// server is a program that serves within the test's process.
type server struct {
	URL            string // http://127.0.0.1:port
	Stdout, Stderr *output

	cancel context.CancelFunc
	code   chan int
}

// start runs p and returns when it answers; it is stopped, if it was not, when the test ends. Unless p says otherwise, it
// serves in development mode, on a free port, with its data in a new directory.
func start(t *testing.T, p program) *server {
	t.Helper()
	if p.Args == nil {
		p.Args = []string{"serve"}
	}
	environ := map[string]string{"CATTLEGRID_ADDR": "127.0.0.1:0", "CATTLEGRID_DEV": "true"}
	if p.Env["CATTLEGRID_DATA"] == "" {
		environ["CATTLEGRID_DATA"] = t.TempDir()
	}
	maps.Copy(environ, p.Env)
	s := &server{Stdout: &output{}, Stderr: &output{}, code: make(chan int, 1)}
	ready := make(chan string, 1)
	p.Env, p.Stdout, p.Stderr = environ, s.Stdout, s.Stderr
	p.Ready = func(addr string) { ready <- addr }

	ctx, cancel := context.WithCancel(t.Context())
	s.cancel = cancel
	go func() { s.code <- p.run(ctx) }()
	select {
	case addr := <-ready:
		s.URL = "http://" + addr
	case code := <-s.code:
		t.Fatalf("exit code %d before it was ready:\n%s", code, s.Stderr)
	}
	t.Cleanup(func() {
		cancel()
		s.code <- <-s.code
		if t.Failed() {
			t.Logf("standard error:\n%s", s.Stderr)
		}
	})
	return s
}

// stop does what SIGTERM does and returns the exit code.
func (s *server) stop() int {
	s.cancel()
	code := <-s.code
	s.code <- code // for whoever asks next
	return code
}

// do sends a request with a JSON body, unless it is "", and returns the response with what its body says.
func (s *server) do(t *testing.T, method, path, body string) (*http.Response, map[string]any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var said map[string]any
	if strings.Contains(response.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(content, &said); err != nil {
			t.Fatalf("%s %s: %v in %q", method, path, err, content)
		}
	}
	return response, said
}

// answer reads the answer to a challenge from the file of a server that has stopped.
func answer(t *testing.T, data, id string) string {
	t.Helper()
	store, err := boltstore.Open(data+"/cattlegrid.db", boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	challenge, err := store.Peek(t.Context(), "ImageCode_"+id)
	if err != nil {
		t.Fatalf("challenge %s: %v", id, err)
	}
	return challenge.Value
}

// clock is a clock that stands still until it is moved.
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

// output is a buffer that may be read while it is written to.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// scrape returns what is served at a URL.
func scrape(t *testing.T, url string) string {
	t.Helper()
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func samePrefix(a, b netip.Prefix) bool { return a == b }
