package wire

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// DefaultTimeout bounds an exchange unless it is configured.
const DefaultTimeout = 4 * time.Second

const (
	maxTimeout  = time.Minute
	maxAnswer   = 64 << 10 // bytes of a body
	maxHeader   = 16 << 10 // bytes, of a client that was not given
	maxInFlight = 64       // connections to a provider, of a client that was not given
)

// Client exchanges requests for answers with one provider. It is safe for concurrent use.
type Client struct {
	provider string
	http     *http.Client
	telling  bool // its transport tells how far a request came
	timeout  time.Duration
}

// NewClient returns a client for the provider with that short name. A nil HTTP client means one of its own, which keeps at
// most 64 connections and takes proxies from the environment; of one that is given all is used but how it follows
// redirects, its connections, of which the client has its own, and HTTP/2. Timeout is 0, which means [DefaultTimeout], or up to a minute.
func NewClient(provider string, client *http.Client, timeout time.Duration) (*Client, error) {
	if timeout < 0 || timeout > maxTimeout {
		return nil, fmt.Errorf("%s: Timeout is %v, want more than 0 and at most %v", provider, timeout, maxTimeout)
	}
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	if client == nil {
		client = &http.Client{Transport: transport(timeout)}
	}
	once := *client
	next, telling := overHTTP1(cmp.Or(client.Transport, http.DefaultTransport), timeout)
	once.Transport = unmoved{next}
	return &Client{provider: provider, http: &once, telling: telling, timeout: timeout}, nil
}

// overHTTP1 is a transport that speaks HTTP/1 alone, and whether it tells how far a request came. Over HTTP/2 net/http repeats
// requests of any method by itself, also after a reset that does not promise that nothing was done: one message would leave
// thousands of times. What is no [http.Transport] has to see to that itself.
func overHTTP1(next http.RoundTripper, timeout time.Duration) (http.RoundTripper, bool) {
	given, ok := next.(*http.Transport)
	if !ok {
		return next, false
	}
	t := given.Clone()
	t.ForceAttemptHTTP2, t.TLSNextProto, t.Protocols = false, nil, new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	if t.TLSHandshakeTimeout == 0 || t.TLSHandshakeTimeout > timeout {
		t.TLSHandshakeTimeout = timeout // a handshake goes on when its request has given up
	}
	if t.TLSClientConfig != nil {
		t.TLSClientConfig.NextProtos = nil // of the one that was cloned, which may have spoken HTTP/2 already
	}
	return t, true
}

// unmoved hides where redirects lead, so that a client neither follows them nor fails where they cannot be read.
type unmoved struct{ next http.RoundTripper }

func (u unmoved) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := u.next.RoundTrip(req)
	if err == nil && res.StatusCode >= 300 && res.StatusCode <= 399 {
		res.Header.Del("Location")
	}
	return res, err
}

func transport(timeout time.Duration) *http.Transport {
	dialer := &net.Dialer{Timeout: timeout}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    timeout, // a handshake and a dial go on when their request has given up
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		MaxIdleConnsPerHost:    maxInFlight,
		MaxConnsPerHost:        maxInFlight,
		IdleConnTimeout:        20 * time.Second, // sooner than providers close them: a request on one that is closed has an unknown fate
		MaxResponseHeaderBytes: maxHeader,
		DisableCompression:     true,
	}
}

// Send makes a request of a message, has it answered and reads the answer. The errors of request and read are, or wrap, a
// [*cattlegrid.SendError], whose Provider is filled in; others of request count as Misconfigured, others of read as Unknown.
// The request is made in the context that request is given, whatever it returns. Read returns the provider's own id of the
// message.
func (c *Client) Send(
	ctx context.Context, m cattlegrid.Message,
	request func(context.Context, cattlegrid.Message) (*http.Request, error), read func(Answer) (id string, err error),
) (cattlegrid.Delivery, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := request(ctx, m)
	if err != nil {
		return c.failed(m, err, cattlegrid.Misconfigured)
	}
	answer, err := c.do(ctx, req)
	if err != nil {
		return c.failed(m, err, cattlegrid.Unknown)
	}
	id, err := read(answer)
	if err != nil {
		return c.failed(m, err, cattlegrid.Unknown)
	}
	return cattlegrid.Delivery{Provider: c.provider, ID: cleanID(id, m)}, nil
}

// failed names the provider in an error, which has the class unless it says another one.
func (c *Client) failed(m cattlegrid.Message, err error, class cattlegrid.SendClass) (cattlegrid.Delivery, error) {
	if failure, ok := errors.AsType[*cattlegrid.SendError](err); ok {
		named := *failure
		named.Provider = c.provider
		if tells(named.Code, m) { // an answer may repeat anything
			named.Code = malformed
		}
		return cattlegrid.Delivery{}, &named
	}
	return cattlegrid.Delivery{}, &cattlegrid.SendError{Class: class, Provider: c.provider, Err: err}
}

// do makes the request once.
func (c *Client) do(ctx context.Context, req *http.Request) (Answer, error) {
	if err := ctx.Err(); err != nil { // a transport need not look before it leaps
		return Answer{}, notConnected(err)
	}
	var way way
	ctx = httptrace.WithClientTrace(ctx, way.trace())
	res, err := c.http.Do(prepared(req.WithContext(ctx))) //nolint:gosec // where it goes, the operator configured
	switch {
	case err != nil && way.mayHaveLeft(c.telling):
		return Answer{}, &cattlegrid.SendError{Class: cattlegrid.Unknown, Err: noAnswer(ctx, withoutURL(err))}
	case err != nil:
		return Answer{}, notConnected(withoutURL(err))
	}
	defer func() { _ = res.Body.Close() }() // it has been read as far as anybody cares
	answer := Answer{Status: res.StatusCode, Header: res.Header}
	if res.StatusCode == http.StatusSwitchingProtocols {
		return answer, nil // what follows is no body, and reading it heeds no context
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err == nil && len(body) <= maxAnswer {
		answer.Body = body
	} // else its status may still say what became of the message
	return answer, nil
}

// withoutURL is the cause of an error of [http.Client], whose text has the URL in it.
func withoutURL(err error) error {
	for {
		e, ok := errors.AsType[*url.Error](err)
		if !ok {
			return err
		}
		err = e.Err // in which a transport that asks a client of its own has another one
	}
}

// noAnswer says why no answer arrived on a connection that stood. What the provider wrote is not repeated: it may be the
// message.
func noAnswer(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("no answer: %w", ctx.Err())
	}
	if errors.Is(err, context.DeadlineExceeded) { // of the client that was given
		return fmt.Errorf("no answer: %w", context.DeadlineExceeded)
	}
	if e, ok := errors.AsType[*net.OpError](err); ok {
		return fmt.Errorf("no answer: %w", e)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("no answer: connection closed")
	}
	return errors.New("malformed answer")
}
