package tracing

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

const traceparent = "Traceparent"

// Handler returns a handler that does what the given one does in a span. The given one has to be an [http.ServeMux], or to hand
// the very same request to one: the span is named after the pattern of that, and never after what a visitor asked for.
func (t *Tracing) Handler(of http.Handler) http.Handler { return &handler{of: of, tracing: t} }

type handler struct {
	of      http.Handler
	tracing *Tracing
}

// ServeHTTP implements [http.Handler].
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, span := h.tracing.tracer.Start(h.tracing.parent(r.Context(), r), "request", trace.WithSpanKind(trace.SpanKindServer))
	r = r.WithContext(ctx)
	if !span.IsRecording() {
		h.of.ServeHTTP(w, r)
		return
	}
	seen := &answer{ResponseWriter: w}
	defer func() {
		name, route := split(r.Pattern)
		span.SetName(name)
		span.SetAttributes(attribute.String("http.request.method", method(r)), attribute.String("http.route", route),
			attribute.Int("http.response.status_code", seen.status))
		if seen.status == 0 || seen.status >= http.StatusInternalServerError { // or cut off
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}()
	h.of.ServeHTTP(seen, r)
	if seen.status == 0 {
		seen.status = http.StatusOK // as the server says for who says nothing
	}
}

// split returns the name of a pattern's span and the path in it. "/" is of all that there is not.
func split(pattern string) (name, route string) {
	if pattern == "" || pattern == "/" {
		return "*", "*"
	}
	_, route, found := strings.Cut(pattern, " ")
	if !found {
		route = pattern
	}
	return pattern, route
}

// method is that of the request, as OpenTelemetry's conventions have it: what a visitor invents is not repeated.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodConnect,
		http.MethodOptions, http.MethodTrace:
		return r.Method
	default:
		return "_OTHER"
	}
}

// parent is the request's context, within the caller's trace if the caller is trusted and names one.
func (t *Tracing) parent(ctx context.Context, r *http.Request) context.Context {
	values := r.Header.Values(traceparent)
	if len(values) != 1 || !t.trusts(r.RemoteAddr) {
		return ctx
	}
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": values[0]})
}

func (t *Tracing) trusts(peer string) bool {
	addr, err := netip.ParseAddrPort(peer)
	plain := addr.Addr().Unmap().WithZone("")
	return err == nil && slices.ContainsFunc(t.trusted, func(p netip.Prefix) bool { return p.Contains(plain) })
}

// answer remembers the status.
type answer struct {
	http.ResponseWriter

	status int // 0 until an answer has begun
}

// WriteHeader implements [http.ResponseWriter].
func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(p)
}

// Unwrap lets [http.ResponseController] reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
