package metrics

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/cattlegrid/cattlegrid"
)

// challenge is a label of challenges.
type challenge struct {
	kind    cattlegrid.ChallengeKind
	outcome cattlegrid.ChallengeOutcome
}

// allChallenges makes a counter for each kind and outcome.
func allChallenges(of *prometheus.CounterVec) map[challenge]prometheus.Counter {
	all := map[challenge]prometheus.Counter{}
	for _, kind := range cattlegrid.ChallengeKinds() {
		for _, outcome := range cattlegrid.ChallengeOutcomes() {
			all[challenge{kind, outcome}] = of.WithLabelValues(string(kind), string(outcome))
		}
	}
	return all
}

// Shed counts a request for a challenge that was turned away, because there was too much to do. It does not block.
func (d *Decisions) Shed() { d.shed.Inc() }

// Challenge counts what became of a challenge. It fits [cattlegrid.Options].OnChallenge, and does not block.
func (d *Decisions) Challenge(_ context.Context, kind cattlegrid.ChallengeKind, outcome cattlegrid.ChallengeOutcome) {
	if counter, ok := d.challenges[challenge{kind, outcome}]; ok {
		counter.Inc()
	}
}
