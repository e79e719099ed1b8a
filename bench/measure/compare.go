package measure

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// Subject is one of those that are compared.
type Subject struct {
	Name string
	Draw Draw
}

// Plan says how much is measured. It takes a little more than rounds times
// period for each subject.
type Plan struct {
	Rounds int
	Period time.Duration // of each subject in each round
}

// Compare measures all subjects in each round, in a new order each time. It
// returns a slice of costs for each subject, one cost a round: those at the same
// index were measured together.
func Compare(ctx context.Context, subjects []Subject, plan Plan) ([][]Cost, error) {
	costs := make([][]Cost, len(subjects))
	for round := range plan.Rounds {
		for _, i := range rand.Perm(len(subjects)) { //nolint:gosec // an order is no secret
			if err := ctx.Err(); err != nil {
				return nil, fmt.Errorf("stopped in round %d of %d: %w", round+1, plan.Rounds, err)
			}
			cost, err := Measure(subjects[i].Draw, plan.Period)
			if err != nil {
				return nil, fmt.Errorf("measure %s: %w", subjects[i].Name, err)
			}
			costs[i] = append(costs[i], cost)
		}
	}
	return costs, nil
}
