package wire_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/cattlegrid/cattlegrid"
)

// A message leaves once, whatever client is given: over HTTP/2 net/http would repeat it by itself when a stream or a connection is
// reset, so that is not spoken, with a provider who would like to.
func TestSendOnceOverHTTP1(t *testing.T) {
	var asked atomic.Int64
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Method == http.MethodPost && r.ProtoMajor != 1 {
			t.Errorf("the request came over %s", r.Proto)
		}
		_, _ = io.WriteString(w, "id")
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	used := s.Client()
	res, err := used.Get(s.URL) // which has the transport speak HTTP/2
	if err == nil {
		_ = res.Body.Close()
	}
	asked.Store(0)
	roots := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: used.Transport.(*http.Transport).TLSClientConfig.RootCAs}, ForceAttemptHTTP2: true}
	t.Cleanup(roots.CloseIdleConnections)
	for name, client := range map[string]*http.Client{"Used": used, "Forced": {Transport: roots}} {
		for body, request := range map[string]requester{
			"Body": func(ctx context.Context, m cattlegrid.Message) (*http.Request, error) {
				return http.NewRequestWithContext(ctx, http.MethodPost, s.URL, bytes.NewReader([]byte(m.Text)))
			},
			"NoBody": func(ctx context.Context, _ cattlegrid.Message) (*http.Request, error) {
				return http.NewRequestWithContext(ctx, http.MethodPost, s.URL, http.NoBody)
			},
		} {
			t.Run(name+body, func(t *testing.T) {
				before := asked.Load()
				if _, err := newClient(t, client, 0).Send(t.Context(), message(t), request, accept); err != nil {
					t.Errorf("Send: %v", err)
				}
				if n := asked.Load() - before; n != 1 {
					t.Errorf("the provider was asked %d times, want once", n)
				}
			})
		}
	}
}
