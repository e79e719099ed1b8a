package httpapi

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// refusedAs returns the error that the request was refused for with the status, or nil. An error of the sender's may hold
// one of its own.
func refusedAs[E error](x *exchange, status int) (cause E) {
	if e, ok := errors.AsType[E](x.err); ok && x.refusal.status == status {
		cause = e
	}
	return cause
}

// limit returns the limits that the request was refused for, or nil.
func (x *exchange) limit() *cattlegrid.LimitError {
	return refusedAs[*cattlegrid.LimitError](x, http.StatusTooManyRequests)
}

// more returns what is asked of the visitor before a message may leave, or nil.
func (x *exchange) more() *cattlegrid.MoreError {
	return refusedAs[*cattlegrid.MoreError](x, http.StatusPreconditionRequired)
}

// denied returns the rule that the request was refused for, or nil.
func (x *exchange) denied() *cattlegrid.DeniedError {
	return refusedAs[*cattlegrid.DeniedError](x, http.StatusForbidden)
}

// paused returns the pause of the store that the request was refused for, or nil.
func (x *exchange) paused() *cattlegrid.PausedError {
	return refusedAs[*cattlegrid.PausedError](x, http.StatusServiceUnavailable)
}

// What a refusal may be said to be about. Everything else, such as a country or all there is, is for the operator to know.
const (
	scopePhone  = "phone"
	scopeClient = "client" // what the tutorial calls the address
)

func scopeOf(limit *cattlegrid.LimitError) string {
	switch limit.Limit.Per {
	case guard.PerPhone:
		return scopePhone
	case guard.PerClient, guard.PerNetwork:
		return scopeClient
	default:
		return ""
	}
}

// verdict is the guard's part of the log line: the rules that stood against the request, the one with longest to wait
// first, and what the visitor was told: how long that is, or what effort it takes.
func (x *exchange) verdict() []slog.Attr {
	if limit := x.limit(); limit != nil {
		return []slog.Attr{slog.String("rule", rulesOf(limit)), slog.Int("wait_s", seconds(limit.RetryAfter))}
	}
	if denied := x.denied(); denied != nil {
		return []slog.Attr{slog.String("rule", denied.Rule)}
	}
	more := x.more()
	if more == nil {
		return nil
	}
	attrs := []slog.Attr{slog.String("effort", more.Effort.String())}
	if limit, ok := errors.AsType[*cattlegrid.LimitError](more.Limit); ok {
		attrs = append(attrs, slog.String("rule", rulesOf(limit)))
	}
	return attrs
}

func rulesOf(limit *cattlegrid.LimitError) string { return strings.Join(limit.Rules(), ",") }
