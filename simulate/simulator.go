package simulate

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
)

// Simulator runs scenarios on a policy. It remembers the latest histories, so that the runs of a sweep that differ in their
// attackers alone live through the days before once. It is safe for concurrent use; its fields must not change meanwhile.
type Simulator struct {
	Policy guard.Policy // that scenarios override

	// Report, if set, is told now and then how far a run is, as a share from 0 to 1. It is called from the goroutine of
	// each run.
	Report func(run string, done float64)

	mu        sync.Mutex
	histories []*history // latest last
}

// maxHistories bounds the memory of a Simulator: a site of some thousand prefixes takes some tens of megabytes.
const maxHistories = 3

// history is a site after the days before.
type history struct {
	key  string
	once sync.Once
	site *site
	err  error
}

// Run lets a scenario happen. It fails if the scenario's policy cannot work, if ctx is done, or if the gate answers
// something that it should not.
func (s *Simulator) Run(ctx context.Context, run Run) (Result, error) {
	started := time.Now()
	result, err := s.run(ctx, run)
	if err != nil {
		return Result{}, fmt.Errorf("simulate %s: %w", run.Name, err)
	}
	result.Took = time.Since(started)
	return result, nil
}

func (s *Simulator) run(ctx context.Context, run Run) (Result, error) {
	scenario := &run.Scenario
	policy, err := scenario.Policy.apply(s.Policy)
	if err != nil {
		return Result{}, err
	}
	random := scenario.random(streamNumbers)
	visitors := visitorNumbers(&scenario.Visitors, random)
	var attackers []*numbers
	for i := range scenario.Attackers {
		random := scenario.random(streamNumbers + uint64(i) + 1)
		attackers = append(attackers, attackerNumbers(scenario, &scenario.Attackers[i], visitors, random))
	}
	past, whole := time.Duration(scenario.History)*day, time.Duration(scenario.History)*day+time.Duration(scenario.Duration)
	report := func(now time.Time) {
		if s.Report != nil {
			s.Report(run.Name, min(1, float64(now.Sub(begin)+past)/float64(whole)))
		}
	}
	before, err := s.history(scenario, policy, attackers, func() (*site, error) {
		return remember(ctx, scenario, policy, visitors, attackers, report)
	})
	if err != nil {
		return Result{}, err
	}
	w, err := newWorld(ctx, scenario, policy, begin, before, false)
	if err != nil {
		return Result{}, err
	}
	w.until = begin.Add(time.Duration(scenario.Duration))
	w.visit(visitors, streamDay)
	for i, numbers := range attackers {
		w.attack(i, numbers)
	}
	if err := w.live(report); err != nil {
		return Result{}, err
	}
	result := w.tally.result()
	result.Name, result.About, result.Currency = run.Name, scenario.About, scenario.Prices.Currency
	result.Requests, result.duration = w.requests, time.Duration(scenario.Duration)
	return result, nil
}

// history returns the site after the days before, which live lives through unless it was done lately.
func (s *Simulator) history(scenario *Scenario, policy guard.Policy, attackers []*numbers, live func() (*site, error)) (*site, error) {
	prepared := []*numbers{}
	for i, n := range attackers {
		if scenario.Attackers[i].Record > 0 {
			prepared = append(prepared, n)
		}
	}
	key := fmt.Sprint(scenario.Seed, scenario.History, scenario.Visitors, scenario.Prices, len(prepared))
	encoded, err := json.Marshal(policy)
	if err != nil {
		return nil, fmt.Errorf("compare policies: %w", err)
	}
	key += string(encoded)
	if len(prepared) > 0 {
		return live() // whose attackers prepared themselves is like no other
	}
	h := s.remembered(key)
	h.once.Do(func() { h.site, h.err = live() })
	if h.err != nil {
		s.forget(h)
	}
	return h.site, h.err
}

func (s *Simulator) remembered(key string) *history {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.histories, func(h *history) bool { return h.key == key })
	h := &history{key: key}
	if i >= 0 {
		h = s.histories[i]
		s.histories = slices.Delete(s.histories, i, i+1)
	}
	s.histories = append(s.histories, h)
	s.histories = s.histories[max(0, len(s.histories)-maxHistories):]
	return h
}

func (s *Simulator) forget(h *history) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.histories = slices.DeleteFunc(s.histories, func(other *history) bool { return other == h })
}

// apply returns the policy as a scenario has it.
func (o Overrides) apply(policy guard.Policy) (guard.Policy, error) {
	policy.Observe = policy.Observe || o.Observe
	if o.Countries != nil {
		policy.Rules.Countries = o.Countries
		if slices.Equal(o.Countries, []string{"*"}) {
			policy.Rules.Countries = nil
		}
	}
	for from, to := range map[*int]*int{&o.Known.Prefix: &policy.Known.Prefix, &o.Known.Segment: &policy.Known.Segment, &o.Known.Country: &policy.Known.Country} {
		if *from > 0 {
			*to = *from
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.Limits)) {
		found := false
		for _, limits := range []*[]guard.Limit{&policy.Challenge, &policy.Send, &policy.WrongCode, &policy.WorkAlone} {
			found = override(limits, name, o.Limits[name]) || found
		}
		if !found {
			return policy, fmt.Errorf("policy.limits.%s: the policy has no limit of that name", name)
		}
	}
	if err := policy.Validate(); err != nil {
		return policy, fmt.Errorf("policy: %w", err)
	}
	return policy, nil
}

// override replaces limits by a list where the limit of a name grants most, or is not there if that is zero.
func override(limits *[]guard.Limit, name string, most int) bool {
	i := slices.IndexFunc(*limits, func(l guard.Limit) bool { return l.Name == name })
	if i < 0 {
		return false
	}
	*limits = slices.Clone(*limits)
	if most == 0 {
		*limits = slices.Delete(*limits, i, i+1)
		return true
	}
	l := &(*limits)[i]
	l.Max, l.Hard, l.Work = most, min(l.Hard, most), min(l.Work, most)
	return true
}
