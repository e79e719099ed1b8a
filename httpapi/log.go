package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// log writes the one line of a request.
func (a *api) log(ctx context.Context, x *exchange) {
	level := x.level()
	if !a.logger.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", knownMethod(x.r.Method)),
		slog.String("route", x.route),
		slog.Int("status", x.status),
	}
	if x.errno != "" {
		attrs = append(attrs, slog.String("errno", x.errno))
	} else if x.refusal.slug != "" {
		attrs = append(attrs, slog.String("problem", x.refusal.slug))
	}
	attrs = append(attrs,
		slog.Float64("duration_ms", float64(time.Since(x.began).Microseconds())/1000),
		slog.String("client", x.prefix()),
		slog.String("request_id", x.id),
	)
	if x.phone != (cattlegrid.Phone{}) {
		attrs = append(attrs, slog.Any("phone", x.phone))
	}
	if x.err != nil {
		attrs = append(attrs, slog.String("cause", x.err.Error()))
		attrs = append(attrs, x.verdict()...)
	}
	if x.gone() {
		attrs = append(attrs, slog.Bool("client_gone", true))
	}
	if p, ok := errors.AsType[*panicError](x.err); ok {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	a.logger.LogAttrs(ctx, level, "request", attrs...)
}

// level is how much the line matters. Under /passport/ the status is 200 whatever happens, so it does not count.
func (x *exchange) level() slog.Level {
	switch {
	case x.err == nil && x.quiet:
		return slog.LevelDebug
	case x.err == nil:
		return slog.LevelInfo
	case errors.Is(x.err, errOverload), errors.Is(x.err, errStopping):
		return slog.LevelDebug // the shedder has a line for many, and who was told to stop has said so
	case x.refusal.status < http.StatusInternalServerError, x.gone():
		return slog.LevelWarn
	default:
		return slog.LevelError
	}
}

// gone reports whether the visitor left before the answer, which makes the steps of the store fail.
func (x *exchange) gone() bool { return errors.Is(x.r.Context().Err(), context.Canceled) }

// prefix is what of the client's address is logged, and what counts as one client.
func (x *exchange) prefix() string {
	if !x.client.IsValid() {
		return "unknown"
	}
	return cattlegrid.ClientPrefix(x.client).String()
}

// knownMethod keeps what a stranger may put in place of a method out of the log.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodConnect, http.MethodOptions, http.MethodTrace:
		return method
	default:
		return "other"
	}
}
