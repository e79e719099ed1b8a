package main

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/cattlegrid/cattlegrid"
)

// In development mode an answer says what the visitor would read off the picture, or from the phone: so that a test of a
// site, and cattlegrid load, can cross like a visitor. What is no ASCII is percent-encoded.
const (
	answerHeader = "X-Dev-Answer"
	codeHeader   = "X-Dev-Code"
)

// whisper is what one request is told besides its answer.
type whisper struct {
	mu           sync.Mutex
	answer, code string
}

type whisperKey struct{}

// whisperOf is nil outside of a request that is told anything.
func whisperOf(ctx context.Context) *whisper {
	w, _ := ctx.Value(whisperKey{}).(*whisper)
	return w
}

// whispers has the handler tell what whisperStore and whisperSender hear.
func whispers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		heard := &whisper{}
		next.ServeHTTP(&whisperWriter{ResponseWriter: w, heard: heard}, r.WithContext(context.WithValue(r.Context(), whisperKey{}, heard)))
	})
}

// whisperWriter adds the headers once the answer begins.
type whisperWriter struct {
	http.ResponseWriter
	heard *whisper
}

// WriteHeader implements http.ResponseWriter.
func (w *whisperWriter) WriteHeader(status int) {
	w.heard.mu.Lock()
	for name, value := range map[string]string{answerHeader: url.PathEscape(w.heard.answer), codeHeader: w.heard.code} {
		if value != "" {
			w.Header().Set(name, value)
		}
	}
	w.heard.mu.Unlock()
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *whisperWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// whisperStore hears answers.
type whisperStore struct{ cattlegrid.Store }

// Put implements cattlegrid.Store.
func (s whisperStore) Put(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) error {
	err := s.Store.Put(ctx, key, secret, debits...)
	if w := whisperOf(ctx); w != nil && err == nil && strings.HasPrefix(key, "ImageCode_") {
		w.mu.Lock()
		w.answer = secret.Value
		w.mu.Unlock()
	}
	return err
}

// whisperSender hears codes.
type whisperSender struct{ cattlegrid.Sender }

// Send implements cattlegrid.Sender.
func (s whisperSender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	if w := whisperOf(ctx); w != nil {
		w.mu.Lock()
		w.code = m.Code
		w.mu.Unlock()
	}
	return s.Sender.Send(ctx, m)
}
