package tracing

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

const (
	postTimeout   = 10 * time.Second
	maxAnswerSize = 64 << 10
	maxURLLen     = 2048
)

// ParseEndpoint reads where OTLP is taken over HTTP, or says what is wrong. Without a path /v1/traces is meant, as the protocol
// has it. A name and a password are sent as basic authentication.
func ParseEndpoint(endpoint string) (*url.URL, error) {
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || len(endpoint) > maxURLLen:
		return nil, errors.New("it is not a URL") // which may hold a password, as the error would
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return nil, errors.New("it does not begin with http:// or https:// and a host")
	case u.Fragment != "":
		return nil, errors.New("it has a fragment, which nobody would get")
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/v1/traces"
	}
	return u, nil
}

// client posts spans. The SDK's own client would bring gRPC into the binary, which is 8 MB: its messages are defined beside those
// of gRPC. The body of the request is the same as that of [tracepb.TracesData], which is not.
type client struct {
	endpoint *url.URL
	agent    string
	http     *http.Client
	logger   *slog.Logger
	failing  atomic.Bool
}

var _ otlptrace.Client = (*client)(nil)

func newClient(o Options) (*client, error) {
	endpoint, err := ParseEndpoint(o.Endpoint)
	if err != nil {
		return nil, err
	}
	c := &client{endpoint: endpoint, agent: "cattlegrid/" + o.Version, logger: o.Logger, http: &http.Client{
		Timeout:       postTimeout,
		Transport:     &http.Transport{MaxConnsPerHost: 2, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if c.logger == nil {
		c.logger = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

// Start implements [otlptrace.Client].
func (c *client) Start(context.Context) error { return nil }

// Stop implements [otlptrace.Client].
func (c *client) Stop(context.Context) error {
	c.http.CloseIdleConnections()
	return nil
}

// UploadTraces implements [otlptrace.Client]. Spans that nobody takes are lost: they are not worth a queue. The log says so once,
// and once that they are taken again.
func (c *client) UploadTraces(ctx context.Context, spans []*tracepb.ResourceSpans) error {
	err := c.post(ctx, spans)
	switch {
	case err != nil && !c.failing.Swap(true):
		c.logger.WarnContext(ctx, "traces are lost", slog.Any("error", err))
	case err == nil && c.failing.Swap(false):
		c.logger.InfoContext(ctx, "traces are taken again")
	}
	return nil // which the SDK would only log in its own way
}

func (c *client) post(ctx context.Context, spans []*tracepb.ResourceSpans) error {
	body, err := proto.Marshal(&tracepb.TracesData{ResourceSpans: spans})
	if err != nil {
		return fmt.Errorf("write spans: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint.String(), bytes.NewReader(body))
	if err != nil {
		return errors.New("make a request") // whose error has the URL
	}
	request.Header.Set("Content-Type", "application/x-protobuf")
	request.Header.Set("User-Agent", c.agent)
	response, err := c.http.Do(request)
	if err != nil {
		if outer, ok := errors.AsType[*url.Error](err); ok {
			err = outer.Err // the rest is the URL
		}
		return fmt.Errorf("post spans: %w", err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswerSize)); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("post spans: the answer is %d", response.StatusCode)
	}
	return nil
}
