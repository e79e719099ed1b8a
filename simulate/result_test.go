package simulate_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/simulate"
)

// attacked is a day that is attacked from the tenth to the fourteenth hour.
func attacked() *simulate.Scenario {
	return &simulate.Scenario{
		Duration:  simulate.Duration(24 * time.Hour),
		Attackers: []simulate.Attacker{{Start: simulate.Duration(10 * time.Hour), Duration: simulate.Duration(4 * time.Hour)}},
	}
}

// every returns n moments from a first one on.
func every(apart time.Duration, n int, first time.Duration) []time.Duration {
	moments := make([]time.Duration, n)
	for i := range moments {
		moments[i] = first + time.Duration(i)*apart
	}
	return moments
}

// An attack is contained from the moment on from which no hour has more than 30 fraudulent messages.
func TestContainment(t *testing.T) {
	const start = 10 * time.Hour
	for name, test := range map[string]struct {
		frauds       []time.Duration
		after        float64
		perHour      float64
		worst, total int
	}{
		"None":   {after: 0},
		"Thirty": {frauds: every(time.Second, 30, start), after: 0, perHour: 30. / 4, worst: 30, total: 30},
		// The first hour that is bearable begins after the first message of 31.
		"OneMore": {frauds: every(time.Second, 31, start), after: 1e-9, perHour: 30. / 4, worst: 31, total: 31},
		// 130 in the first 130 seconds, then nothing: the last 30 are an hour's worth.
		"Burst": {frauds: every(time.Second, 130, start), after: 99, perHour: 30 / (4 - 99./3600), worst: 130, total: 130},
		// Exactly thirty an hour for four hours.
		"Steady": {frauds: every(2*time.Minute, 120, start), after: 0, perHour: 30, worst: 30, total: 120},
		// One a minute to the end.
		"Never": {frauds: every(time.Minute, 240, start), after: -1, perHour: 60, worst: 60, total: 240},
		// A second burst in the middle: what was contained before does not count.
		"Again": {
			frauds: slices.Concat(every(time.Second, 31, start), every(time.Second, 31, start+2*time.Hour)),
			after:  2 * 3600, perHour: 15, worst: 31, total: 62,
		},
		// A burst in the last hour: that the attack ends soon after is not what contains it.
		"Late": {frauds: every(time.Second, 31, start+3*time.Hour+time.Minute), after: -1, perHour: 31. / 4, worst: 31, total: 31},
	} {
		t.Run(name, func(t *testing.T) {
			r := simulate.Sum(attacked(), simulate.Events{Frauds: test.frauds})
			if math.Abs(r.ContainedAfter-test.after) > 1e-6 {
				t.Errorf("contained after %v s, want %v", r.ContainedAfter, test.after)
			}
			if math.Abs(r.FraudPerHour-test.perHour) > 1e-3 {
				t.Errorf("%v an hour, want %v", r.FraudPerHour, test.perHour)
			}
			if r.WorstHour != test.worst || r.FraudTotal != test.total {
				t.Errorf("worst hour %d of %d messages, want %d of %d", r.WorstHour, r.FraudTotal, test.worst, test.total)
			}
		})
	}
}

// Visitors pass who get a message, of all but those whom no policy could have helped.
func TestLegitPass(t *testing.T) {
	during, outside := 11*time.Hour, 20*time.Hour
	r := simulate.Sum(attacked(), simulate.Events{Visits: []simulate.Visit{
		{At: during},
		{At: during},
		{At: during},
		{At: during, Why: "unverified_hour"},
		{At: outside},
		{At: outside, Why: "harder challenge"},
		{At: outside, Why: simulate.Unsolved},
		{At: 14 * time.Hour},
	}})
	if r.LegitWanted != 7 || r.LegitUnsolved != 1 {
		t.Errorf("%d wanted a code and %d could not solve a challenge, want 7 and 1", r.LegitWanted, r.LegitUnsolved)
	}
	if r.LegitPass != 5./7 || *r.LegitPassDuringAttack != 3./4 {
		t.Errorf("%v passed, and %v under attack, want 5/7 and 3/4", r.LegitPass, *r.LegitPassDuringAttack)
	}
	if len(r.Lost) != 2 || r.Lost[0].Why != "harder challenge" || r.Lost[1] != (simulate.Loss{Why: "unverified_hour", Visitors: 1}) {
		t.Errorf("visitors were lost to %+v", r.Lost)
	}
}

// Without an attack nobody came during one; without visitors nobody was refused.
func TestQuiet(t *testing.T) {
	s := &simulate.Scenario{Duration: simulate.Duration(time.Hour)}
	r := simulate.Sum(s, simulate.Events{})
	if r.LegitPassDuringAttack != nil || r.LegitPass != 1 || r.ContainedAfter != 0 {
		t.Errorf("the result is %+v", r)
	}
}

// All messages are paid for, those of attackers too, verified or not.
func TestMoney(t *testing.T) {
	r := simulate.Sum(attacked(), simulate.Events{
		Frauds: every(time.Minute, 10, 10*time.Hour), Verified: 4, Honest: every(time.Minute, 5, 0), Price: 450,
		Attempts: every(time.Minute, 20, 10*time.Hour),
	})
	if r.Messages != 15 || r.Spend != 15*.045 || r.FraudSpend != 10*.045 || r.FraudVerified != 4 || r.Attempts != 20 {
		t.Errorf("the result is %+v", r)
	}
	var sum simulate.Bin
	for _, b := range r.Bins {
		sum.Spend, sum.Lost, sum.Fraud, sum.Attempts = sum.Spend+b.Spend, sum.Lost+b.Lost, sum.Fraud+b.Fraud, sum.Attempts+b.Attempts
	}
	if len(r.Bins) != 288 || sum != (simulate.Bin{Spend: 15 * 450, Lost: 10 * 450, Fraud: 10, Attempts: 20}) {
		t.Errorf("%d bins come to %+v", len(r.Bins), sum)
	}
}
