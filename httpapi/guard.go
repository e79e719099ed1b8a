package httpapi

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// limit returns the limit that the request was refused for, or nil. An error of the sender's may hold one of its own.
func (x *exchange) limit() *cattlegrid.LimitError {
	limit, ok := errors.AsType[*cattlegrid.LimitError](x.err)
	if !ok || x.refusal.status != http.StatusTooManyRequests {
		return nil
	}
	return limit
}

// more returns what is asked of the visitor before a message may leave, or nil.
func (x *exchange) more() *cattlegrid.MoreError {
	more, ok := errors.AsType[*cattlegrid.MoreError](x.err)
	if !ok || x.refusal.status != http.StatusPreconditionRequired {
		return nil
	}
	return more
}

// denied returns the rule that the request was refused for, or nil.
func (x *exchange) denied() *cattlegrid.DeniedError {
	denied, ok := errors.AsType[*cattlegrid.DeniedError](x.err)
	if !ok || x.refusal.status != http.StatusForbidden {
		return nil
	}
	return denied
}

// What a refusal may be said to be about. Everything else, such as a country or all there is, is for the operator to know.
const (
	scopePhone  = "phone"
	scopeClient = "client" // what the tutorial calls the address
)

func scopeOf(limit *cattlegrid.LimitError) string {
	switch limit.Debit.Limit.Per {
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

func rulesOf(limit *cattlegrid.LimitError) string {
	rules := []string{limit.Debit.Limit.Name}
	for _, r := range limit.Refusals {
		if name := r.Debit.Limit.Name; !slices.Contains(rules, name) {
			rules = append(rules, name)
		}
	}
	return strings.Join(rules, ",")
}
