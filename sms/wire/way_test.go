package wire_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// What fails before a connection stands has sent nothing.
func TestSendNotConnected(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	overTLS := serve(t, true, func(http.ResponseWriter, *http.Request) { t.Error("the message was received") })
	overHTTP := serve(t, false, func(http.ResponseWriter, *http.Request) { t.Error("the message was received") })
	silent := listen(t, discard) // answers no handshake
	nobody := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("no resolver here")
	}}
	via := func(proxy string) *http.Client {
		u, err := url.Parse(proxy)
		if err != nil {
			t.Fatal(err)
		}
		return &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(u)}}
	}
	for name, tt := range map[string]struct {
		client *http.Client
		url    string
		cause  func(error) bool
	}{
		"Refused":           {nil, closed.URL, func(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }},
		"UnknownName":       {&http.Client{Transport: &http.Transport{DialContext: (&net.Dialer{Resolver: nobody}).DialContext}}, "https://sms.example", isType[*net.DNSError]},
		"UnknownAuthority":  {nil, overTLS.URL, func(err error) bool { return strings.Contains(err.Error(), "certificate") }},
		"WrongName":         {overTLS.Client(), strings.Replace(overTLS.URL, "127.0.0.1", "localhost", 1), func(err error) bool { return strings.Contains(err.Error(), "localhost") }},
		"NoTLS":             {nil, strings.Replace(overHTTP.URL, "http:", "https:", 1), nil},
		"EndlessHandshake":  {nil, "https://" + silent, isTimeout},
		"EndlessHandshake2": {overTLS.Client(), "https://" + silent, isTimeout},
		"ProxyRefused":      {via(withSecrets(closed.URL)), overTLS.URL, func(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.client != nil {
				t.Cleanup(tt.client.CloseIdleConnections)
			}
			timeout := time.Duration(0)
			if strings.HasPrefix(name, "Endless") {
				timeout = 50 * time.Millisecond
			}
			_, err := newClient(t, tt.client, timeout).Send(t.Context(), message(t), post(tt.url), accept)
			wantFailure(t, err, cattlegrid.Temporary)
			if tt.cause != nil && !tt.cause(err) {
				t.Errorf("%v hides its cause", err)
			}
		})
	}
}

func isType[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func isTimeout(err error) bool {
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
}

// Nothing leaves for a caller who is gone, not even through a transport that does not look.
func TestSendCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	client := &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		t.Error("the request left")
		return nil, io.EOF
	})}
	_, err := newClient(t, client, 0).Send(ctx, message(t), post("https://example.com"), accept)
	wantFailure(t, err, cattlegrid.Temporary)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v hides its cause", err)
	}
}

// A caller who gives up while the provider works does not know.
func TestSendCancelledAfter(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := serve(t, true, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
		panic(http.ErrAbortHandler) // to return would be an answer, which may arrive
	})
	_, err := newClient(t, server.Client(), 0).Send(ctx, message(t), post(server.URL), accept)
	wantFailure(t, err, cattlegrid.Unknown)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v hides its cause", err)
	}
}

// What fails on a connection that stands may have sent, and what the provider said is not repeated.
func TestSendNoAnswer(t *testing.T) {
	for name, answer := range map[string]string{
		"Closed":       "",
		"Half":         "HTTP/1.1 200 OK\r\nContent-",
		"NoHTTP":       "918273 sent to +8613800138000\r\n\r\n",
		"BadStatus":    "HTTP/1.1 918273 OK\r\n\r\n",
		"BadHeader":    "HTTP/1.1 200 OK\r\n918273\r\n\r\n",
		"BadLength":    "HTTP/1.1 200 OK\r\nContent-Length: 13800138000x\r\n\r\n",
		"SwitchedAway": "HTTP/1.1 101 918273\r\n\r\n",
		"HugeHeader":   "HTTP/1.1 200 OK\r\nX-Padding: " + strings.Repeat("x", 64<<10) + "\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int32
			address := listen(t, func(c net.Conn) {
				req, err := http.ReadRequest(bufio.NewReader(c))
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, req.Body) // else closing resets the connection
				requests.Add(1)
				_, _ = io.WriteString(c, answer)
			})
			_, err := newClient(t, nil, 0).Send(t.Context(), message(t), post("http://"+address), accept)
			wantFailure(t, err, cattlegrid.Unknown)
			if got := requests.Load(); got != 1 {
				t.Errorf("%d requests, want 1", got)
			}
		})
	}
}

// A provider that goes on to another protocol and then says nothing holds nobody.
func TestSendSwitchedAwayForEver(t *testing.T) {
	address := listen(t, func(c net.Conn) {
		req, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, req.Body)
		_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")
		discard(c)
	})
	_, err := newClient(t, plain(t), 0).Send(t.Context(), message(t), post("http://"+address), accept)
	wantFailure(t, err, cattlegrid.Unknown)
}

// A request that was written is not written again, though transports think that those of some methods may be.
func TestSendOnce(t *testing.T) {
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		t.Run(method, func(t *testing.T) {
			var requests atomic.Int32
			address := listen(t, func(c net.Conn) {
				r := bufio.NewReader(c)
				for {
					req, err := http.ReadRequest(r)
					if err != nil {
						return
					}
					if len(req.TransferEncoding) != 0 {
						t.Errorf("transfer encoding %v", req.TransferEncoding)
					}
					_, _ = io.Copy(io.Discard, req.Body)
					if requests.Add(1) > 1 {
						return // without an answer
					}
					_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
				}
			})
			c := newClient(t, plain(t), 0)
			if _, err := c.Send(t.Context(), message(t), with(method, "http://"+address), accept); err != nil {
				t.Fatal(err)
			}
			_, err := c.Send(t.Context(), message(t), with(method, "http://"+address), accept)
			wantFailure(t, err, cattlegrid.Unknown)
			if got := requests.Load(); got != 2 {
				t.Errorf("2 messages were asked for %d times", got)
			}
		})
	}
}

// What a transport that tells nothing failed to do may have been done; one that tells is believed.
func TestSendTransports(t *testing.T) {
	for name, tt := range map[string]struct {
		hooks func(*httptrace.ClientTrace)
		want  cattlegrid.SendClass
	}{
		"SaysNothing":  {func(*httptrace.ClientTrace) {}, cattlegrid.Unknown},
		"NotConnected": {func(trace *httptrace.ClientTrace) { trace.GetConn("example.com:443") }, cattlegrid.Temporary},
		"Connected": {func(trace *httptrace.ClientTrace) {
			trace.GetConn("example.com:443")
			trace.GotConn(httptrace.GotConnInfo{})
		}, cattlegrid.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			client := &http.Client{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
				tt.hooks(httptrace.ContextClientTrace(req.Context()))
				return nil, io.ErrUnexpectedEOF
			})}
			_, err := newClient(t, client, 0).Send(t.Context(), message(t), post("https://example.com"), accept)
			wantFailure(t, err, tt.want)
		})
	}
}

// The environment's proxy is used, and its password is not told.
func TestSendProxyOfEnvironment(t *testing.T) {
	const child = "WIRE_TEST_CHILD"
	if os.Getenv(child) != "" {
		_, err := newClient(t, nil, 0).Send(t.Context(), message(t), post("https://sms.example"), accept)
		wantFailure(t, err, cattlegrid.Temporary)
		if !strings.Contains(err.Error(), "proxyconnect") || !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("%v does not come from the proxy", err)
		}
		return
	}
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSendProxyOfEnvironment$") // the environment is read once a process
	cmd.Env = append(os.Environ(), child+"=1", "HTTPS_PROXY="+withSecrets(closed.URL), "https_proxy=", "NO_PROXY=", "no_proxy=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
