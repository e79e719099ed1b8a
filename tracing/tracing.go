package tracing

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Options configures [New]. Endpoint and Ratio are required.
type Options struct {
	// Endpoint is where OTLP is taken over HTTP, for instance "http://127.0.0.1:4318"; see [ParseEndpoint].
	Endpoint string
	// Ratio is the share of requests that are recorded, more than 0 to 1.
	Ratio float64
	// Version is that of the program, as its traces say.
	Version string
	// TrustedCallers are the networks of those whose traces requests go on. A proxy among them must set traceparent itself or
	// drop what visitors send: what it hands on is believed.
	TrustedCallers []netip.Prefix
	// Logger hears when traces are lost; nil means that nobody does.
	Logger *slog.Logger
}

// Tracing makes traces. It is made by [New], and safe for concurrent use.
type Tracing struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
	trusted  []netip.Prefix
}

// What waits to be posted at most, and for how long. More is dropped: nobody waits for traces.
const (
	maxWaiting = 4096 // spans
	maxBatch   = 512  // spans
	longest    = 2 * time.Second
)

// New begins to post traces, or says which option cannot work. It goes on when ctx has ended, until Close. Whether anybody takes them shows later, in the log.
func New(ctx context.Context, o Options) (*Tracing, error) {
	if !(o.Ratio > 0 && o.Ratio <= 1) {
		return nil, fmt.Errorf("options: Ratio is %v, want more than 0 and at most 1, for instance 0.1", o.Ratio)
	}
	c, err := newClient(o)
	if err != nil {
		return nil, fmt.Errorf("options: Endpoint: %w", err)
	}
	exporter, err := otlptrace.New(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("start posting: %w", err)
	}
	t := &Tracing{provider: sdktrace.NewTracerProvider(
		sdktrace.WithSampler(sampler{ratio: o.Ratio}),
		sdktrace.WithResource(resource.NewSchemaless(
			attribute.String("service.name", "cattlegrid"), attribute.String("service.version", o.Version),
		)),
		sdktrace.WithBatcher(exporter,
			sdktrace.WithMaxQueueSize(maxWaiting), sdktrace.WithMaxExportBatchSize(maxBatch), sdktrace.WithBatchTimeout(longest),
			sdktrace.WithExportTimeout(postTimeout)),
	)}
	t.tracer = t.provider.Tracer("github.com/cattlegrid/cattlegrid")
	for _, p := range o.TrustedCallers {
		if p.IsValid() && p.Addr().Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
		}
		t.trusted = append(t.trusted, p)
	}
	return t, nil
}

// Close posts what waits, within ctx. No more is recorded.
func (t *Tracing) Close(ctx context.Context) error { return t.provider.Shutdown(ctx) }

// recorded reports whether ctx belongs to a request that is recorded. Steps that no request asked for, and those of requests
// that are not recorded, cost no span.
func recorded(ctx context.Context) bool { return trace.SpanContextFromContext(ctx).IsSampled() }
