package wire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// A timeout is 0 or up to a minute, and the error names the provider and the field.
func TestNewClient(t *testing.T) {
	for timeout, ok := range map[time.Duration]bool{0: true, 1: true, time.Minute: true, -1: false, time.Minute + 1: false} {
		_, err := wire.NewClient("example", nil, timeout)
		if ok != (err == nil) || !ok && !strings.HasPrefix(err.Error(), "example: Timeout ") {
			t.Errorf("NewClient with timeout %v: %v", timeout, err)
		}
	}
}

// A request arrives as it was made, and what is read of the answer is the delivery.
func TestSend(t *testing.T) {
	server := serve(t, true, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		user, password, _ := r.BasicAuth()
		got := []string{r.Method, r.URL.String(), user, password, r.Header.Get("User-Agent"), string(body)}
		want := []string{"POST", "/the-path?token=the-query", "the-user", "the-password", "cattlegrid", "+8613800138000 Your code is 918273"}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %q, want %q", got, want)
		}
		_, _ = io.WriteString(w, "SM-1")
	})
	d, err := newClient(t, server.Client(), 0).Send(t.Context(), message(t), post(server.URL), accept)
	if err != nil || d != (cattlegrid.Delivery{Provider: "example", ID: "SM-1"}) {
		t.Errorf("Send = %+v, %v", d, err)
	}
}

// A client of its own does the same.
func TestSendOwnClient(t *testing.T) {
	server := serve(t, false, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "SM-1") })
	d, err := newClient(t, nil, 0).Send(t.Context(), message(t), post(server.URL), accept)
	if err != nil || d.ID != "SM-1" {
		t.Errorf("Send = %+v, %v", d, err)
	}
}

// A name for itself that a sender has is left alone.
func TestSendUserAgent(t *testing.T) {
	server := serve(t, false, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Header.Get("User-Agent")) })
	d, err := newClient(t, plain(t), 0).Send(t.Context(), message(t), func(ctx context.Context, m cattlegrid.Message) (*http.Request, error) {
		req, err := post(server.URL)(ctx, m)
		req.Header.Set("User-Agent", "mine")
		return req, err
	}, accept)
	if err != nil || d.ID != "mine" {
		t.Errorf("Send = %+v, %v", d, err)
	}
}

// Of a client that is given all is used, but how it follows redirects.
func TestSendGivenClient(t *testing.T) {
	server := serve(t, true, func(w http.ResponseWriter, r *http.Request) {
		if cookie, err := r.Cookie("jar"); err != nil || cookie.Value != "full" {
			t.Errorf("cookie %v, %v", cookie, err)
		}
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	})
	client := server.Client()
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client.Jar, _ = cookiejar.New(nil)
	client.Jar.SetCookies(base, []*http.Cookie{{Name: "jar", Value: "full"}})
	client.CheckRedirect = func(*http.Request, []*http.Request) error {
		t.Error("the client was asked for a redirect")
		return nil
	}
	_, err = newClient(t, client, 0).Send(t.Context(), message(t), post(server.URL), accept)
	wantFailure(t, err, cattlegrid.Unknown)
	if client.Transport != server.Client().Transport {
		t.Error("the client that was given was changed")
	}
}

// No redirect is followed, wherever it leads; those that want the same request again promise that nothing was sent.
func TestSendRedirect(t *testing.T) {
	for status, class := range map[int]cattlegrid.SendClass{
		300: cattlegrid.Unknown, 301: cattlegrid.Misconfigured, 302: cattlegrid.Unknown, 303: cattlegrid.Unknown, 304: cattlegrid.Unknown,
		307: cattlegrid.Misconfigured, 308: cattlegrid.Misconfigured,
	} {
		for _, to := range []string{"", "/elsewhere", "https://example.com/918273", ":918273"} {
			t.Run(fmt.Sprintf("%d %q", status, to), func(t *testing.T) {
				var asked atomic.Int32
				server := serve(t, false, func(w http.ResponseWriter, _ *http.Request) {
					asked.Add(1)
					w.Header().Set("Location", to)
					w.WriteHeader(status)
				})
				_, err := newClient(t, plain(t), 0).Send(t.Context(), message(t), post(server.URL), accept)
				wantFailure(t, err, class)
				if !strings.Contains(err.Error(), strconv.Itoa(status)) || asked.Load() != 1 {
					t.Errorf("%v, after %d requests", err, asked.Load())
				}
			})
		}
	}
}

// Where something was made is no redirect, and can be read.
func TestSendCreated(t *testing.T) {
	read := func(a wire.Answer) (string, error) { return a.Header.Get("Location"), nil }
	d, err := newClient(t, answers(201, http.Header{"Location": {"/messages/1"}}, ""), 0).Send(t.Context(), message(t), post("https://example.com"), read)
	if err != nil || d.ID != "/messages/1" {
		t.Errorf("Send = %+v, %v", d, err)
	}
}

// A body is handed over whole, or not at all: it may be cut anywhere. The status still counts.
func TestSendBody(t *testing.T) {
	const most = 64 << 10
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   int // bytes; -1 is none
	}{
		"Empty":   {func(http.ResponseWriter, *http.Request) {}, 0},
		"Longest": {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("x", most)) }, most},
		"TooLong": {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("x", most+1)) }, -1},
		"Endless": {func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := io.WriteString(w, strings.Repeat("x", 4096)); err != nil {
					return
				}
			}
		}, -1},
		"BrokenOff": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "SM-1")
		}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, true, tt.answer)
			got := -1
			_, err := newClient(t, server.Client(), 0).Send(t.Context(), message(t), post(server.URL), func(a wire.Answer) (string, error) {
				if a.Status != http.StatusOK {
					t.Errorf("status %d", a.Status)
				}
				if a.Body != nil {
					got = len(a.Body)
				}
				return "", nil
			})
			if err != nil || got != tt.want {
				t.Errorf("got %d bytes and %v, want %d", got, err, tt.want)
			}
		})
	}
}

// Of a body that does not end in time the status still counts.
func TestSendSlowBody(t *testing.T) {
	server := serve(t, false, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	_, err := newClient(t, plain(t), 100*time.Millisecond).Send(t.Context(), message(t), post(server.URL), accept)
	wantFailure(t, err, cattlegrid.Misconfigured)
}

// An exchange is bounded by its timeout, 4 seconds unless configured, whatever context the request was made in.
func TestSendTimeout(t *testing.T) {
	for name, tt := range map[string]struct{ configured, want time.Duration }{
		"Default":    {0, 4 * time.Second},
		"Configured": {time.Minute, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, err := wire.NewClient("example", &http.Client{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
					<-req.Context().Done()
					return nil, req.Context().Err()
				})}, tt.configured)
				if err != nil {
					t.Fatal(err)
				}
				made, err := post("https://example.com")(t.Context(), message(t))
				if err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				_, err = c.Send(t.Context(), message(t), func(context.Context, cattlegrid.Message) (*http.Request, error) { return made, nil }, accept)
				wantFailure(t, err, cattlegrid.Unknown)
				if took := time.Since(began); took != tt.want || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%v after %v, want the end of time after %v", err, took, tt.want)
				}
			})
		})
	}
}

// A shorter timeout of the client that is given holds as well.
func TestSendTimeoutOfClient(t *testing.T) {
	server := serve(t, false, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	})
	client := plain(t)
	client.Timeout = 50 * time.Millisecond
	_, err := newClient(t, client, 0).Send(t.Context(), message(t), post(server.URL), accept)
	wantFailure(t, err, cattlegrid.Unknown)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v hides its cause", err)
	}
}

// Errors of whoever makes the request and reads the answer keep what they say, and get what they do not: a class and a provider.
func TestSendErrors(t *testing.T) {
	cause := errors.New("cause")
	throttled := &cattlegrid.SendError{Class: cattlegrid.Throttled, Code: "E1", RetryAfter: time.Minute, Err: cause}
	for name, tt := range map[string]struct {
		request, read error
		want          cattlegrid.SendError
	}{
		"Request":        {cause, nil, cattlegrid.SendError{Class: cattlegrid.Misconfigured}},
		"RequestFailure": {throttled, nil, cattlegrid.SendError{Class: cattlegrid.Throttled, Code: "E1", RetryAfter: time.Minute}},
		"Read":           {nil, cause, cattlegrid.SendError{Class: cattlegrid.Unknown}},
		"ReadFailure":    {nil, throttled, cattlegrid.SendError{Class: cattlegrid.Throttled, Code: "E1", RetryAfter: time.Minute}},
		"ReadWrapped":    {nil, fmt.Errorf("read: %w", throttled), cattlegrid.SendError{Class: cattlegrid.Throttled, Code: "E1", RetryAfter: time.Minute}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newClient(t, answers(200, nil, ""), 0).Send(t.Context(), message(t), func(ctx context.Context, m cattlegrid.Message) (*http.Request, error) {
				if tt.request != nil {
					return nil, tt.request
				}
				return post("https://example.com")(ctx, m)
			}, func(wire.Answer) (string, error) { return "", tt.read })
			got := *wantFailure(t, err, tt.want.Class)
			if got.Code != tt.want.Code || got.RetryAfter != tt.want.RetryAfter || !errors.Is(err, cause) {
				t.Errorf("Send: %+v, want %+v", got, tt.want)
			}
			if throttled.Provider != "" {
				t.Error("an error that may be shared was changed")
			}
		})
	}
}

// A code of a failure that is the message's own, or its number, is not shown.
func TestSendCode(t *testing.T) {
	for _, code := range []string{"918273", "code.918273", "13800138000", "8613800138000"} {
		_, err := newClient(t, answers(400, nil, ""), 0).Send(t.Context(), message(t), post("https://example.com"), func(wire.Answer) (string, error) {
			return "", wire.Codes{"*": {Class: cattlegrid.Permanent, Hint: "no"}}.Refuse(code)
		})
		if got := wantFailure(t, err, cattlegrid.Permanent).Code; got != "malformed" {
			t.Errorf("code %q is shown as %q", code, got)
		}
	}
}

// The id of a delivery is the provider's, if it can be shown; the message was taken in any case.
func TestSendID(t *testing.T) {
	for name, tt := range map[string]struct{ id, want string }{
		"OK":             {"900619746936498440^0", "900619746936498440^0"},
		"None":           {"", ""},
		"Longest":        {strings.Repeat("x", 128), strings.Repeat("x", 128)},
		"TooLong":        {strings.Repeat("x", 129), ""},
		"Blank":          {"SM 1", ""},
		"LineBreak":      {"SM\n1", ""},
		"Delete":         {"SM\x7f1", ""},
		"NoASCII":        {"短信", ""},
		"TheCode":        {"SM-918273-1", ""},
		"TheNumber":      {"+8613800138000", ""},
		"NationalNumber": {"SM-13800138000", ""},
		"NumbersEnd":     {"SM-0138000", ""},
		"FewerDigits":    {"SM-138000", "SM-138000"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := newClient(t, answers(200, nil, tt.id), 0).Send(t.Context(), message(t), post("https://example.com"), accept)
			if err != nil || d.ID != tt.want {
				t.Errorf("Send = %+v, %v, want id %q", d, err, tt.want)
			}
		})
	}
	t.Run("NothingToHide", func(t *testing.T) {
		d, err := newClient(t, answers(200, nil, "SM-1"), 0).Send(t.Context(), cattlegrid.Message{}, post("https://example.com"), accept)
		if err != nil || d.ID != "SM-1" {
			t.Errorf("Send of an empty message = %+v, %v", d, err)
		}
	})
}
