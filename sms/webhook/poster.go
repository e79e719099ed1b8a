package webhook

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Poster posts JSON of any kind to a URL, signed and bounded as the messages of a [Sender]. It is made by [NewPoster], and is
// safe for concurrent use.
type Poster struct {
	// sign is a function so that what is secret is in no field that a careless "%+v" would print.
	sign   func(ctx context.Context, id string, now time.Time, body []byte) (*http.Request, error)
	now    func() time.Time
	client *wire.Client
	dialer *net.Dialer
	idle   func() // closes the connections that nobody uses
}

// NewPoster makes a poster. It keeps connections, unlike a sender: what it posts may be posted again. Its errors are those of
// [New].
func NewPoster(c Config) (*Poster, error) {
	return newPoster(c, true)
}

func newPoster(c Config, keep bool) (*Poster, error) {
	target, err := c.target()
	if err != nil {
		return nil, fmt.Errorf("webhook URL %w", err)
	}
	timeout, err := c.timeout()
	if err != nil {
		return nil, fmt.Errorf("webhook timeout %w", err)
	}
	s, err := newSigner(c, target)
	if err != nil {
		return nil, err
	}
	now := c.Now
	if now == nil {
		now = time.Now
	}
	dialer := &net.Dialer{
		Timeout: timeout,
		Control: gate{allowPrivate: c.AllowPrivate, plain: target.Scheme == "http"}.control,
	}
	transport := &http.Transport{
		Proxy:                  nil, // a proxy would connect in our place, past the gate
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    timeout, // a handshake and a dial go on when their request has given up
		DisableKeepAlives:      !keep,
		MaxIdleConnsPerHost:    maxIdle,
		IdleConnTimeout:        idleTimeout,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
		TLSClientConfig: &tls.Config{
			RootCAs:            c.RootCAs,
			MinVersion:         tls.VersionTLS12,
			ClientSessionCache: tls.NewLRUClientSessionCache(4),
		},
	}
	client, err := wire.NewClient(provider, &http.Client{Transport: transport}, timeout)
	if err != nil {
		return nil, err
	}
	return &Poster{sign: s.request, now: now, client: client, dialer: dialer, idle: transport.CloseIdleConnections}, nil
}

// Post posts a body once, under an id that stays the same when the body is posted again, and returns the answer whatever its
// status. The error, if there is no answer, tells neither the body nor the URL.
func (p *Poster) Post(ctx context.Context, id string, body []byte) (wire.Answer, error) {
	var answer wire.Answer
	// The body is no message, so there is nothing of one that an answer could repeat.
	_, err := p.client.Send(ctx, cattlegrid.Message{}, func(ctx context.Context, _ cattlegrid.Message) (*http.Request, error) {
		return p.sign(ctx, id, p.now(), body)
	}, func(a wire.Answer) (string, error) {
		answer = a
		return "", nil
	})
	return answer, err
}

// Close closes the connections that are kept. Nobody posts any more.
func (p *Poster) Close() { p.idle() }
