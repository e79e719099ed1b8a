package e2e_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/webhook"
)

// provider takes messages for delivery. Its record is the truth about what left.
type provider struct {
	server *httptest.Server
	secret string

	mu    sync.Mutex
	taken []message
	pause func(gone <-chan struct{}) // before an answer; may be nil
	bad   []error
}

// message is one that left.
type message struct {
	webhook.Event
	at time.Time // when it arrived
}

// number is whom the message is for, as typed on the mainland.
func (m message) number() string { return strings.TrimPrefix(m.To, "+86") }

func newProvider(t *testing.T, secret string) *provider {
	t.Helper()
	p := &provider{secret: secret}
	p.server = httptest.NewServer(p)
	t.Cleanup(func() {
		p.server.Close()
		for _, err := range p.bad {
			t.Errorf("the provider was asked for nonsense: %v", err)
		}
	})
	return p
}

// ServeHTTP takes one message.
func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m := message{at: time.Now()}
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = webhook.Verify(p.secret, r.Header, body, m.at)
	}
	if err == nil {
		err = json.Unmarshal(body, &m.Event)
	}
	p.mu.Lock()
	if err != nil {
		p.bad = append(p.bad, err)
	}
	p.taken = append(p.taken, m) // counted however bad it is
	pause := p.pause
	p.mu.Unlock()
	if pause != nil {
		pause(r.Context().Done())
	}
	_, _ = io.WriteString(w, `{"id":"`+m.ID+`"}`)
}

// answersAfter makes the provider wait before it answers, until wait returns.
func (p *provider) answersAfter(wait func(gone <-chan struct{})) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pause = wait
}

// sent returns all messages that left so far.
func (p *provider) sent() []message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]message(nil), p.taken...)
}

// sentTo returns the messages to a number, as typed on the mainland.
func (p *provider) sentTo(number string) []message {
	var to []message
	for _, m := range p.sent() {
		if m.number() == number {
			to = append(to, m)
		}
	}
	return to
}

// code returns the code in the last message to a number; "" if there is none.
func (p *provider) code(number string) string {
	to := p.sentTo(number)
	if len(to) == 0 {
		return ""
	}
	return to[len(to)-1].Code
}
