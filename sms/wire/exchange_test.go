package wire_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

var errModule = errors.New("the module failed")

// through has a module make a request.
func through(
	ctx context.Context, t *testing.T, endpoint string, use func(context.Context, *wire.Exchange, *http.Request) error,
) (cattlegrid.Delivery, error) {
	t.Helper()
	c, err := wire.NewClient("provider", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return c.Through(ctx, cattlegrid.Message{}, func(ctx context.Context, e *wire.Exchange) (string, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader("body"))
		if err != nil {
			return "", err
		}
		return "id", use(ctx, e, req)
	})
}

func do(_ context.Context, e *wire.Exchange, req *http.Request) error {
	res, err := e.Do(req)
	if err != nil {
		return errModule // modules have errors of their own
	}
	return res.Body.Close()
}

// A module makes one request, and its response is what came back.
func TestExchange(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "answer")
	}))
	defer server.Close()
	d, err := through(t.Context(), t, server.URL, func(_ context.Context, e *wire.Exchange, req *http.Request) error {
		res, err := e.Do(req)
		if err != nil {
			return err
		}
		if body, err := io.ReadAll(res.Body); err != nil || string(body) != "answer" || res.StatusCode != http.StatusTeapot || string(e.Answer().Body) != "answer" {
			t.Errorf("response %+v with %q, %v", res, body, err)
		}
		if _, err := e.Do(req); err == nil {
			t.Error("a second request was made")
		}
		return nil
	})
	if want := (cattlegrid.Delivery{Provider: "provider", ID: "id"}); err != nil || d != want || asked != 1 {
		t.Errorf("Through: %+v, %v after %d requests; want %+v after one", d, err, asked, want)
	}
}

// What the exchange knows of the fate goes before what the module says.
func TestExchangeFate(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	aborting := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer aborting.Close()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	fail := func(context.Context, *wire.Exchange, *http.Request) error { return errModule }
	for name, tt := range map[string]struct {
		ctx      context.Context //nolint:containedctx // of a row
		endpoint string
		use      func(context.Context, *wire.Exchange, *http.Request) error
		want     cattlegrid.SendClass
	}{
		"Unreachable": {t.Context(), closed.URL, do, cattlegrid.Temporary},
		"Closed":      {t.Context(), aborting.URL, do, cattlegrid.Unknown},
		"Gone":        {gone, closed.URL, do, cattlegrid.Temporary},
		"GoneBefore":  {gone, closed.URL, fail, cattlegrid.Temporary},
		"NoRequest":   {t.Context(), closed.URL, fail, cattlegrid.Misconfigured},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := through(tt.ctx, t, tt.endpoint, tt.use)
			if failure, ok := errors.AsType[*cattlegrid.SendError](err); !ok || failure.Class != tt.want || failure.Provider != "provider" {
				t.Errorf("Through: %v, want class %v", err, tt.want)
			}
		})
	}
}
