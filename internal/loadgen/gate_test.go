package loadgen_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/loadgen"
)

// gate answers as one in development mode does, over connections within the process, so that it can stand in a bubble.
type gate struct {
	http.Handler

	conns chan net.Conn
}

// newGate serves mux, until the function that it returns is called.
func newGate(t *testing.T, handler http.Handler) (g *gate, stop func()) {
	t.Helper()
	g = &gate{Handler: handler, conns: make(chan net.Conn)}
	server := &http.Server{Handler: handler}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(g)
	}()
	return g, func() {
		_ = server.Close()
		<-served
	}
}

// Accept implements net.Listener.
func (g *gate) Accept() (net.Conn, error) {
	conn, ok := <-g.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

// Close implements net.Listener.
func (g *gate) Close() error { close(g.conns); return nil }

// Addr implements net.Listener.
func (g *gate) Addr() net.Addr { return &net.TCPAddr{} }

// plan reaches the gate.
func (g *gate) plan() loadgen.Plan { return g.planAfter(0) }

// planAfter reaches the gate after so many connections were refused.
func (g *gate) planAfter(refusals int) loadgen.Plan {
	var dialed atomic.Int64
	p := loadgen.Plan{URL: &url.URL{Scheme: "http", Host: "gate.example"}, Connections: 1, For: time.Second}
	return p.DialBy(func(context.Context, string, string) (net.Conn, error) {
		if dialed.Add(1) <= int64(refusals) {
			return nil, syscall.ECONNREFUSED
		}
		ours, theirs := net.Pipe()
		g.conns <- theirs
		return ours, nil
	})
}

// crossable lets whoever reads the picture and the code pass.
func crossable(t *testing.T) *http.ServeMux {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /passport/image_code", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Dev-Answer", "%E5%9B%BE")
		_, _ = w.Write(bytes.Repeat([]byte("x"), 1500))
	})
	mux.HandleFunc("POST /passport/sms_code", func(w http.ResponseWriter, r *http.Request) {
		var body map[string]string
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body["image_code"] != "图" || len(body["mobile"]) != 11 {
			t.Errorf("sms_code: got %v, %v", body, err)
		}
		if !strings.HasPrefix(r.Header.Get("X-Forwarded-For"), "10.") {
			t.Errorf("the visitor comes from %q", r.Header.Get("X-Forwarded-For"))
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Location", "/v1/verifications/7")
		w.Header().Set("X-Dev-Code", "123456")
		_, _ = io.WriteString(w, `{"errno":"0","errmsg":"发送成功"}`)
	})
	mux.HandleFunc("POST /v1/verifications/7/check", func(_ http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); string(body) != `{"code":"123456"}` {
			t.Errorf("check: got %s, %v", body, err)
		}
	})
	return mux
}

// instead answers one step otherwise.
func instead(t *testing.T, path string, serve http.HandlerFunc) http.Handler {
	t.Helper()
	mux := crossable(t)
	first := atomic.Bool{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == path && first.Swap(true) { // the first visitor only tries whether it can be done
			serve(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}
