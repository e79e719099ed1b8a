package wire

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/cattlegrid/cattlegrid"
)

// Exchange is the HTTP client of a provider's own module, for one message: it makes one request as [Client.Send] does and no
// other. It is not safe for concurrent use.
type Exchange struct {
	client *Client
	made   bool
	answer Answer
	err    error
}

var errAgain = errors.New("a request is made once")

// Do makes the request. The body of the response ends early if it was too long or broke off.
func (e *Exchange) Do(req *http.Request) (*http.Response, error) {
	if e.made {
		return nil, errAgain
	}
	e.made = true
	e.answer, e.err = e.client.do(req.Context(), req)
	if e.err != nil {
		return nil, e.err
	}
	return &http.Response{
		StatusCode: e.answer.Status, Status: http.StatusText(e.answer.Status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: e.answer.Header,
		Body: io.NopCloser(bytes.NewReader(e.answer.Body)), ContentLength: int64(len(e.answer.Body)), Request: req,
	}, nil
}

// Answer is what came back; the zero Answer if there was none.
func (e *Exchange) Answer() Answer { return e.answer }

// Through is [Client.Send] where a module of the provider's makes the request and reads the answer: call hands it the exchange
// as its HTTP client, and returns the provider's own id of the message. What the exchange knows of the message's fate goes
// before what call returns. An error of call counts as Misconfigured if no request was made, else as Unknown.
func (c *Client) Through(
	ctx context.Context, m cattlegrid.Message, call func(context.Context, *Exchange) (id string, err error),
) (cattlegrid.Delivery, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	e := &Exchange{client: c}
	id, err := call(ctx, e)
	switch {
	case e.err != nil:
		return c.failed(m, e.err, cattlegrid.Unknown)
	case err != nil && !e.made && ctx.Err() != nil:
		return c.failed(m, notConnected(ctx.Err()), cattlegrid.Temporary)
	case err != nil && !e.made:
		return c.failed(m, err, cattlegrid.Misconfigured)
	case err != nil:
		return c.failed(m, err, cattlegrid.Unknown)
	default:
		return cattlegrid.Delivery{Provider: c.provider, ID: cleanID(id, m)}, nil
	}
}
