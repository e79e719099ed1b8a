package webhook_test

import (
	"bufio"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/webhook"
)

// listen accepts connections on this machine and gives each to a function.
func listen(t *testing.T, serve func(net.Conn)) string {
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

// What fails before a connection stands has sent nothing.
func TestSendNotConnected(t *testing.T) {
	t.Parallel()
	t.Run("Refused", func(t *testing.T) {
		t.Parallel()
		closed := httptest.NewServer(http.NotFoundHandler())
		closed.Close()
		_, err := newSender(t, withSecrets(closed.URL), nil).Send(t.Context(), message(t))
		wantFailure(t, err, cattlegrid.Temporary)
		if !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("%v hides its cause", err)
		}
	})
	t.Run("UnknownName", func(t *testing.T) {
		t.Parallel()
		s := newSender(t, withSecrets("https://hooks.example.com"), nil)
		s.ResolveWith(resolver(nil))
		_, err := s.Send(t.Context(), message(t))
		wantFailure(t, err, cattlegrid.Temporary)
		if !strings.Contains(err.Error(), "hooks.example.com") {
			t.Errorf("%v does not name the host", err)
		}
	})
	t.Run("UnknownAuthority", func(t *testing.T) {
		t.Parallel()
		r := newReceiver(t, true, status(http.StatusOK))
		_, err := newSender(t, withSecrets(r.URL), x509.NewCertPool()).Send(t.Context(), message(t))
		wantFailure(t, err, cattlegrid.Temporary)
		if len(r.received()) != 0 {
			t.Error("the message was received")
		}
	})
	t.Run("WrongName", func(t *testing.T) {
		t.Parallel()
		r := newReceiver(t, true, status(http.StatusOK))
		s := newSender(t, withSecrets(strings.Replace(r.URL, "127.0.0.1", "other.example", 1)), r.roots())
		s.ResolveWith(resolver([]byte{127, 0, 0, 1}))
		_, err := s.Send(t.Context(), message(t))
		wantFailure(t, err, cattlegrid.Temporary)
		var wrong x509.HostnameError
		if !errors.As(err, &wrong) || len(r.received()) != 0 {
			t.Errorf("Send = %v, %d received", err, len(r.received()))
		}
	})
	t.Run("NoTLS", func(t *testing.T) {
		t.Parallel()
		r := newReceiver(t, false, status(http.StatusOK))
		_, err := newSender(t, withSecrets(strings.Replace(r.URL, "http:", "https:", 1)), nil).Send(t.Context(), message(t))
		wantFailure(t, err, cattlegrid.Temporary)
	})
	t.Run("Timeout", func(t *testing.T) {
		t.Parallel()
		address := listen(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }) // waits for a handshake's answer for ever
		s, err := webhook.New(webhook.Config{
			URL: "https://" + address, Secret: secret, AllowPrivate: true, Timeout: 50 * time.Millisecond,
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Send(t.Context(), message(t))
		wantFailure(t, err, cattlegrid.Temporary)
		var ne net.Error
		if !errors.As(err, &ne) || !ne.Timeout() {
			t.Errorf("%v is no timeout", err)
		}
	})
}

// What fails on a connection that stands may have sent, and what the receiver said is not repeated.
func TestSendNoAnswer(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"Closed":       "",
		"Half":         "HTTP/1.1 200 OK\r\nContent-",
		"NoHTTP":       "918273 sent to +8613800138000\r\n\r\n",
		"BadStatus":    "HTTP/1.1 918273 OK\r\n\r\n",
		"BadHeader":    "HTTP/1.1 200 OK\r\n918273\r\n\r\n",
		"BadLength":    "HTTP/1.1 200 OK\r\nContent-Length: 13800138000x\r\n\r\n",
		"SwitchedAway": "HTTP/1.1 101 918273\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := make(chan string, 4)
			address := listen(t, func(c net.Conn) {
				req, err := http.ReadRequest(bufio.NewReader(c))
				if err != nil {
					t.Errorf("receiver: %v", err)
					return
				}
				_, _ = io.Copy(io.Discard, req.Body) // else closing resets the connection
				requests <- req.Header.Get("Webhook-Id")
				_, _ = io.WriteString(c, answer)
			})
			_, err := newSender(t, withSecrets("http://"+address), nil).Send(t.Context(), message(t))
			wantFailure(t, err, cattlegrid.Unknown)
			if len(requests) != 1 {
				t.Errorf("%d requests, want 1", len(requests))
			}
		})
	}
}

// A redirect is not followed, wherever it leads.
func TestSendRedirect(t *testing.T) {
	t.Parallel()
	elsewhere := newReceiver(t, false, status(http.StatusOK))
	for _, to := range []string{elsewhere.URL, "/other", "http://169.254.169.254/", "https://example.com/918273", ":bad"} {
		for _, code := range []int{http.StatusFound, http.StatusTemporaryRedirect} {
			r := newReceiver(t, false, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", to)
				w.WriteHeader(code)
			})
			_, err := newSender(t, r.URL, nil).Send(t.Context(), message(t))
			if err == nil || !strings.Contains(err.Error(), "redirects are not followed") {
				t.Errorf("redirect %d to %s: %v", code, to, err)
			}
			wantSilent(t, err.Error())
			if n := len(r.received()); n != 1 {
				t.Errorf("redirect %d to %s: %d requests, want 1", code, to, n)
			}
		}
	}
	if n := len(elsewhere.received()); n != 0 {
		t.Errorf("%d redirects were followed", n)
	}
}

// A name that resolves to a private address is not connected to, whatever it resolved to before.
func TestSendPrivateAddress(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, true, status(http.StatusOK))
	for name, address := range map[string][]byte{
		"Loopback":  {127, 0, 0, 1},
		"Metadata":  {169, 254, 169, 254},
		"Private":   {10, 0, 0, 1},
		"CGNAT":     {100, 64, 0, 1},
		"AnyHost":   {0, 0, 0, 0},
		"Multicast": {224, 0, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, port, err := net.SplitHostPort(r.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			s, err := webhook.New(webhook.Config{
				URL: withSecrets("https://example.com:" + port), Secret: secret, RootCAs: r.roots(), Timeout: time.Minute,
			})
			if err != nil {
				t.Fatal(err)
			}
			s.ResolveWith(resolver(address))
			_, err = s.Send(t.Context(), message(t))
			wantFailure(t, err, cattlegrid.Temporary)
			if !strings.Contains(err.Error(), "is not a public address") {
				t.Errorf("Send = %v, want a refusal to connect", err)
			}
		})
	}
	t.Run("Allowed", func(t *testing.T) { // the same name and certificate, to show that nothing else refused
		t.Parallel()
		s := newSender(t, strings.Replace(r.URL, "127.0.0.1", "example.com", 1), r.roots())
		s.ResolveWith(resolver([]byte{127, 0, 0, 1}))
		if _, err := s.Send(t.Context(), message(t)); err != nil {
			t.Error(err)
		}
	})
}

// Plain HTTP goes to private addresses only, even when these are allowed.
func TestSendPlainToPublic(t *testing.T) {
	t.Parallel()
	s := newSender(t, withSecrets("http://hooks.example.com"), nil)
	s.ResolveWith(resolver([]byte{8, 8, 8, 8}))
	_, err := s.Send(t.Context(), message(t))
	wantFailure(t, err, cattlegrid.Temporary)
	if !strings.Contains(err.Error(), "is a public address") {
		t.Errorf("Send = %v, want a refusal to connect", err)
	}
}

// A proxy of the environment is not used: it would connect to what we must not.
func TestSendIgnoresProxies(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the proxy was asked")
	}))
	t.Cleanup(proxy.Close)
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"} {
		t.Setenv(name, proxy.URL)
	}
	r := newReceiver(t, false, status(http.StatusOK))
	s := newSender(t, strings.Replace(r.URL, "127.0.0.1", "hooks.example.com", 1), nil)
	s.ResolveWith(resolver([]byte{127, 0, 0, 1}))
	if _, err := s.Send(t.Context(), message(t)); err != nil || len(r.received()) != 1 {
		t.Errorf("Send = %v, %d received", err, len(r.received()))
	}
}
