package webhook

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

const provider = "webhook"

var _ cattlegrid.Sender = (*Sender)(nil)

// Sender posts messages. It is made by [New], does not change, and is safe for concurrent use. It keeps nothing open
// between messages.
type Sender struct {
	// request is a function so that what is secret is in no field that a careless "%+v" would print.
	request   func(context.Context, cattlegrid.Message) (*http.Request, error)
	timeout   time.Duration
	dialer    *net.Dialer
	transport *http.Transport // used without a client, which would follow redirects and quote the URL in errors
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
	return &Sender{
		request: r.request,
		timeout: timeout,
		dialer:  dialer,
		transport: &http.Transport{
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
		},
	}, nil
}

// Send posts a message and waits for the answer.
func (s *Sender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	var connected atomic.Bool // once it is true, the receiver may have read the request
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	req, err := s.request(ctx, m)
	if err != nil {
		return failed(cattlegrid.Permanent, err)
	}
	res, err := s.transport.RoundTrip(req)
	switch {
	case err != nil && !connected.Load():
		return failed(cattlegrid.Temporary, err) // from resolving, dialling or TLS: it names hosts and addresses
	case err != nil:
		return failed(cattlegrid.Unknown, noAnswer(ctx, err))
	}
	defer func() { _ = res.Body.Close() }() // it has been read as far as anybody cares
	if class, ok := refused(res.StatusCode); ok {
		return failed(class, answered(res.StatusCode))
	}
	return cattlegrid.Delivery{Provider: provider, ID: readID(res.Body, m)}, nil
}

func failed(class cattlegrid.SendClass, err error) (cattlegrid.Delivery, error) {
	return cattlegrid.Delivery{}, &cattlegrid.SendError{
		Class: class, Provider: provider, Err: fmt.Errorf("post message: %w", err),
	}
}
