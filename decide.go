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
	if needed, ok := effortFor(o.rules, err); ok && needed > d.Effort {
		d.Verdict, d.Effort = More, needed
		if !o.Trial {
			g.hints.add(o.subject.Client, g.clock())
		}
	}
	g.decided(ctx, d, err)
	if d.Verdict == More {
		return &MoreError{Effort: d.Effort, Limit: err}
	}
	return err
}

// effortFor is the least effort at which none of the limits would have stood against the message, and false if there is
// none.
func effortFor(rules *guard.Rulebook, err error) (most guard.Effort, ok bool) {
	var limit *LimitError
	if !errors.As(err, &limit) {
		return 0, false
	}
	for _, r := range limit.Refusals {
		of, known := rules.Limit(r.Debit.Limit.Name)
		if !known {
			return 0, false
		}
		needed, ok := of.Needed(r.Used, r.Debit.Cost, r.Base)
		if !ok {
			return 0, false
		}
		most = max(most, needed)
	}
	return most, true
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
		d.Wait = limit.RetryAfter
		d.Rules = append(d.Rules, limit.Debit.Limit.Name)
		for _, r := range limit.Refusals {
			if name := r.Debit.Limit.Name; name != d.Rules[0] {
				d.Rules = append(d.Rules, name)
			}
		}
	case errors.As(why, &denied):
		d.Rules = append(d.Rules, denied.Rule)
	default:
		d.Err = why
	}
	g.options.OnDecision(ctx, d)
}
