package cattlegrid

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
)

// memory is what is remembered of a request with a key, sealed. It is written before anything is charged, and never belongs to
// another request: whoever finds that nobody went on with it knows only that a message may have left.
type memory struct {
	Request      string   `json:"r"` // what was asked for, hashed
	Begun        int64    `json:"b"` // milliseconds since the Unix epoch, as Until and Resend
	Done         bool     `json:"d,omitempty"`
	Verification string   `json:"v"`
	Until        int64    `json:"u,omitempty"`
	Resend       int64    `json:"n,omitempty"`
	Failure      *failure `json:"f,omitempty"`
}

func (g *Gate) newMemory(key string, m *memory, lifetime time.Duration) Secret {
	s := g.newNote(key, m, lifetime)
	s.Lasting = true
	return s
}

// failure is an error that a repeat is answered with.
type failure struct {
	Kind     string       `json:"k"`
	Rules    []limitRule  `json:"r,omitempty"` // with "limit" and "more"
	Effort   guard.Effort `json:"e,omitempty"` // with "more"
	Class    SendClass    `json:"s,omitempty"` // with "send", as the rest
	Provider string       `json:"p,omitempty"`
	Code     string       `json:"o,omitempty"`
}

// isRefusal reports whether it is one by limits.
func (f *failure) isRefusal() bool { return f != nil && f.Kind != "send" }

type limitRule struct {
	Name string      `json:"n"`
	Per  guard.Scope `json:"p"`
	Fits int64       `json:"f"` // when, in milliseconds since the Unix epoch
}

// newFailure is nil for what is no answer but a failure of the store.
func (g *Gate) newFailure(err error) *failure {
	now := g.clock()
	if errors.Is(err, ErrSend) {
		f := &failure{Kind: "send", Provider: "sender"}
		if e, ok := errors.AsType[*SendError](err); ok {
			f.Class, f.Provider, f.Code = e.Class, e.Provider, e.Code
		}
		return f
	}
	if more, ok := errors.AsType[*MoreError](err); ok {
		return &failure{Kind: "more", Effort: more.Effort, Rules: rulesOf(more.Limit, now)}
	}
	if errors.Is(err, ErrLimit) {
		return &failure{Kind: "limit", Rules: rulesOf(err, now)}
	}
	return nil
}

// maxRememberedRules bounds what is remembered of a refusal; the longest to wait for comes first.
const maxRememberedRules = 3

func rulesOf(err error, now time.Time) (rules []limitRule) {
	limit, ok := errors.AsType[*LimitError](err)
	if !ok {
		return nil
	}
	rules = append(rules, limitRule{limit.Limit.Name, limit.Limit.Per, now.Add(limit.RetryAfter).UnixMilli()})
	for _, r := range limit.Refusals {
		known := slices.ContainsFunc(rules, func(other limitRule) bool { return other.Name == r.Limit.Name })
		if !known && len(rules) < maxRememberedRules {
			rules = append(rules, limitRule{r.Limit.Name, r.Limit.Per, now.Add(r.Wait).UnixMilli()})
		}
	}
	return rules
}

// error is the error again, with what is left to wait.
func (f *failure) error(now time.Time) error {
	refusals := make([]Refusal, 0, len(f.Rules))
	for _, r := range f.Rules {
		wait := max(time.Millisecond, time.UnixMilli(r.Fits).Sub(now))
		refusals = append(refusals, Refusal{Limit: guard.Limit{Name: r.Name, Per: r.Per}, Wait: wait})
	}
	limit := ErrLimit
	if len(refusals) > 0 {
		limit = NewLimitError(refusals)
	}
	switch f.Kind {
	case "more":
		return &MoreError{Effort: f.Effort, Limit: limit}
	case "limit":
		return limit
	default:
		e := &SendError{Class: f.Class, Provider: f.Provider, Code: f.Code, Err: errors.New("so the first request was answered")}
		return fmt.Errorf("%w: %w", ErrSend, e)
	}
}
