package tracing

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/internal/outcome"
)

// Sender returns a sender that does what the given one does, each try in a span. In a route each link has one.
func (t *Tracing) Sender(provider string, of cattlegrid.Sender) cattlegrid.Sender {
	return &sender{of: of, provider: provider, tracer: t.tracer}
}

type sender struct {
	of       cattlegrid.Sender
	provider string
	tracer   trace.Tracer
}

// Send implements [cattlegrid.Sender].
func (s *sender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	if !recorded(ctx) {
		return s.of.Send(ctx, m)
	}
	ctx, span := s.tracer.Start(ctx, "send by "+s.provider, trace.WithSpanKind(trace.SpanKindClient))
	defer span.End()
	delivery, err := s.of.Send(ctx, m)
	if err != nil {
		span.SetStatus(codes.Error, "")
	}
	span.SetAttributes(attribute.String("provider", s.provider), attribute.String("country", m.Country), attribute.String("result", outcome.OfTry(err)))
	return delivery, err
}
