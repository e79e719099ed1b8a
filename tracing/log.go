package tracing

import (
	"context"
	"log/slog"

	"go.opentelemetry.io/otel/trace"
)

// LogHandler returns a handler that writes what the given one does and, in the lines of requests that are recorded, which
// trace_id they have.
func LogHandler(of slog.Handler) slog.Handler { return logHandler{of} }

type logHandler struct{ of slog.Handler }

// Enabled implements [slog.Handler].
func (h logHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.of.Enabled(ctx, level)
}

// Handle implements [slog.Handler].
func (h logHandler) Handle(ctx context.Context, r slog.Record) error {
	if recorded(ctx) {
		r = r.Clone()
		r.AddAttrs(slog.String("trace_id", trace.SpanContextFromContext(ctx).TraceID().String()))
	}
	return h.of.Handle(ctx, r)
}

// WithAttrs implements [slog.Handler].
func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return logHandler{h.of.WithAttrs(attrs)}
}

// WithGroup implements [slog.Handler].
func (h logHandler) WithGroup(name string) slog.Handler { return logHandler{h.of.WithGroup(name)} }
