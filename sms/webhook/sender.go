package webhook

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

const provider = "webhook"

var _ cattlegrid.Sender = (*Sender)(nil)

// Sender posts messages. It is made by [New], does not change, and is safe for concurrent use. It keeps nothing open
// between messages.
type Sender struct {
	// request is a function so that what is secret is in no field that a careless "%+v" would print.
	request func(context.Context, cattlegrid.Message) (*http.Request, error)
	client  *wire.Client
	dialer  *net.Dialer
}

// New makes a sender. Its errors name what is wrong in the configuration, and contain neither secrets nor the URL.
func New(c Config) (*Sender, error) {
	target, err := c.target()
	if err != nil {
		return nil, fmt.Errorf("webhook URL %w", err)
	}
	timeout, err := c.timeout()
	if err != nil {
		return nil, fmt.Errorf("webhook timeout %w", err)
	}
	r, err := newRequester(c, target)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{
		Timeout: timeout,
		Control: gate{allowPrivate: c.AllowPrivate, plain: target.Scheme == "http"}.control,
	}
	client, err := wire.NewClient(provider, &http.Client{Transport: &http.Transport{
		Proxy:                  nil, // a proxy would connect in our place, past the gate
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    timeout, // a handshake and a dial go on when their request has given up
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
		TLSClientConfig: &tls.Config{
			RootCAs:            c.RootCAs,
			MinVersion:         tls.VersionTLS12,
			ClientSessionCache: tls.NewLRUClientSessionCache(4),
		},
	}}, timeout)
	if err != nil {
		return nil, err
	}
	return &Sender{request: r.request, client: client, dialer: dialer}, nil
}

// Send posts a message and waits for the answer.
func (s *Sender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	return s.client.Send(ctx, m, s.request, read)
}
