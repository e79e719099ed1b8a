package wire_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func message(t testing.TB) cattlegrid.Message {
	t.Helper()
	to, err := cattlegrid.ParseE164("+8613800138000")
	if err != nil {
		t.Fatal(err)
	}
	return cattlegrid.Message{To: to, Country: "CN", Code: "918273", Text: "Your code is 918273", Purpose: "login", Lang: "en", Lifetime: 5 * time.Minute}
}

// newClient makes a client that does not give up before the test does, unless it is told to.
func newClient(t testing.TB, client *http.Client, timeout time.Duration) *wire.Client {
	t.Helper()
	if timeout == 0 {
		timeout = time.Minute
	}
	c, err := wire.NewClient("example", client, timeout)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// plain is a client whose connections end with the test.
func plain(t testing.TB) *http.Client {
	t.Helper()
	transport := new(http.Transport)
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

type requester = func(context.Context, cattlegrid.Message) (*http.Request, error)

// post is a request that holds all that an error must not tell.
func post(url string) requester { return with(http.MethodPost, withSecrets(url)) }

func with(method, url string) requester {
	return func(ctx context.Context, m cattlegrid.Message) (*http.Request, error) {
		if method == http.MethodGet {
			return http.NewRequestWithContext(ctx, method, url, http.NoBody)
		}
		return http.NewRequestWithContext(ctx, method, url, strings.NewReader(m.To.E164()+" "+m.Text))
	}
}

// withSecrets adds to a URL what must stay secret.
func withSecrets(url string) string {
	scheme, host, _ := strings.Cut(url, "://")
	return scheme + "://the-user:the-password@" + host + "/the-path?token=the-query"
}

// accept takes every answer of success, and the body for the provider's id.
func accept(a wire.Answer) (string, error) {
	if !a.OK() {
		return "", a.Refuse()
	}
	return string(a.Body), nil
}

// serve starts a provider; its TLS, if any, says nothing of handshakes that fail.
func serve(t testing.TB, overTLS bool, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	if overTLS {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

// listen accepts connections and gives each to a function.
func listen(t testing.TB, serve func(net.Conn)) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serve(c)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return l.Addr().String()
}

// discard reads what comes until whoever writes goes.
func discard(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// wantFailure wants an error to be a failure of the class that tells nothing it must not.
func wantFailure(t *testing.T, err error, class cattlegrid.SendClass) *cattlegrid.SendError {
	t.Helper()
	failure, ok := errors.AsType[*cattlegrid.SendError](err)
	if !ok || failure.Class != class || failure.Provider != "example" {
		t.Fatalf("Send: %v, want a failure of example of class %v", err, class)
	}
	for _, secret := range []string{"918273", "0138000", "the-user", "the-password", "the-path", "the-query"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error tells %q: %v", secret, err)
		}
	}
	return failure
}

// roundTripper is a transport without a network, which does not tell how far a request came.
type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return r(req) }

// answers is a transport that always gives the same answer.
func answers(status int, header http.Header, body string) *http.Client {
	return &http.Client{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
		h := header.Clone()
		if h == nil {
			h = http.Header{}
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
	})}
}
