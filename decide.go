package cattlegrid

import (
	"context"
	"errors"

	"github.com/cattlegrid/cattlegrid/guard"
)

// weigh turns the store's refusal of a message into what the visitor is told: to make more of an effort, if that is all
// it takes, or else to wait.
func (g *Gate) weigh(ctx context.Context, o *order, err error) error {
	d := o.Decision
	d.Verdict = Refused
	needed, told := effortFor(o.rules, err)
	if needed > d.Effort {
		d.Verdict, d.Effort = More, needed
		if !o.Trial {
			g.hints.add(o.subject.Client, g.clock())
		}
		g.decided(ctx, d, err)
		return &MoreError{Effort: needed, Limit: err}
	}
	g.decided(ctx, d, told)
	return told
}

// effortFor is the least effort at which none of the limits would have stood against the message. If there is none, it is
// [guard.Normal], and told is the refusal by those limits alone that no effort helps against: the visitor waits for them,
// and need not wait for the others.
func effortFor(rules *guard.Rulebook, err error) (most guard.Effort, told error) {
	var limit *LimitError
	if !errors.As(err, &limit) {
		return guard.Normal, err
	}
	var firm []Refusal
	for _, r := range limit.Refusals {
		of, _ := rules.Limit(r.Limit.Name)
		needed, helps := of.Needed(r.Used, r.Debit.Cost, r.Base)
		if !helps {
			firm = append(firm, r)
		}
		most = max(most, needed)
	}
	if firm != nil {
		return guard.Normal, NewLimitError(firm)
	}
	return most, err
}

// decided tells the operator what was decided, and why.
func (g *Gate) decided(ctx context.Context, d Decision, why error) {
	if g.options.OnDecision == nil {
		return
	}
	var limit *LimitError
	var denied *DeniedError
	switch {
	case errors.As(why, &limit):
		d.Wait, d.Rules = limit.RetryAfter, limit.Rules()
	case errors.As(why, &denied):
		d.Rules = append(d.Rules, denied.Rule)
	default:
		d.Err = why
	}
	g.options.OnDecision(ctx, d)
}
