package metrics

import (
	"context"
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// Decisions counts decisions. It is made by [New], and safe for concurrent use.
type Decisions struct {
	decisions *prometheus.CounterVec
	refusals  *prometheus.CounterVec
	spend     *prometheus.CounterVec
	ceilings  *prometheus.GaugeVec
	alerts    *prometheus.CounterVec
	dropped   prometheus.Counter
	shed      prometheus.Counter
	posts     *prometheus.CounterVec
	sends     *prometheus.CounterVec
	receipts  *prometheus.CounterVec
	reloads   *prometheus.CounterVec
	labels    atomic.Pointer[labels]
	providers names

	challenges map[challenge]prometheus.Counter // never changed
}

// New registers the metrics. The error is the registerer's, which has some of the same name already.
func New(registerer prometheus.Registerer) (*Decisions, error) {
	counters := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	d := &Decisions{
		decisions: counters("cattlegrid_decisions_total", "What the gate decided.", "act", "verdict", "rule", "effort", "country", "mode"),
		refusals:  counters("cattlegrid_rule_refusals_total", "How often a rule stood against an act.", "rule"),
		spend:     counters("cattlegrid_spend_total", "What messages cost that left, in the currency.", "country", "currency"),
		alerts:    counters("cattlegrid_spend_alerts_total", "How often a share of a ceiling on what is spent was reached.", "window", "percent"),
		shed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "cattlegrid_challenges_shed_total", Help: "Requests for challenges that were turned away, because there was too much to do.",
		}),
		dropped: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "cattlegrid_events_dropped_total", Help: "Events that were not written, because they came too fast or the file failed.",
		}),
	}
	d.posts = counters("cattlegrid_event_posts_total", "What became of events that are posted to the site.", "result")
	d.sends = counters("cattlegrid_sends_total", "Messages that a provider took, failed to take, or of which nobody knows.", "provider", "country", "result")
	d.receipts = counters("cattlegrid_receipts_total", "What providers reported of messages.", "provider", "country", "state")
	d.reloads = counters("cattlegrid_reloads_total", "How often the policy was read again while serving.", "result")
	d.ceilings = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "cattlegrid_spend_ceiling", Help: "What may be spent within the window of a rule, in the currency.",
	}, []string{"rule", "currency"})
	challenges := counters("cattlegrid_challenges_total", "What became of challenges.", "kind", "outcome")
	d.challenges = allChallenges(challenges)
	for _, result := range []string{reloaded, notReloaded} { // from zero on, so that the first one is an increase
		d.reloads.WithLabelValues(result)
	}
	for _, p := range []Posting{PostDelivered, PostRetried, PostDropped} {
		d.posts.WithLabelValues(string(p))
	}
	d.SetPolicy(guard.Policy{}, "")
	for _, c := range []prometheus.Collector{challenges, d.decisions, d.refusals, d.spend, d.ceilings, d.alerts, d.dropped, d.shed, d.posts, d.sends, d.receipts, d.reloads} {
		if err := registerer.Register(c); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// SetPolicy says which rules and countries there are, and the currency of prices, an ISO 4217 code or "" if there are none.
// What is in no policy so far counts as "other". Checks that were refused by a rule are there from zero on.
func (d *Decisions) SetPolicy(p guard.Policy, currency string) {
	l := &labels{rules: map[string]bool{}, countries: map[string]bool{}, currency: currency}
	for _, rule := range []string{guard.RuleCountries, guard.RuleTypes, guard.RulePrefixes, guard.RuleNetworks} {
		l.rules[rule] = true
	}
	d.ceilings.Reset()
	for _, limit := range slices.Concat(p.Challenge, p.Send, p.WrongCode, p.WorkAlone) {
		l.rules[limit.Name] = true
		if limit.Of == guard.Money && limit.Per == guard.InTotal {
			d.ceilings.WithLabelValues(limit.Name, currency).Set(float64(limit.Max) / unit)
		}
	}
	for _, country := range p.Rules.Countries {
		l.countries[country] = true
	}
	d.labels.Store(l)
	d.refuseNoneYet(p)
}

// refuseNoneYet makes the counters of refused checks, by the labels that such a decision has, from zero on: codes are guessed
// in bursts, and Prometheus sees no increase in what appears with one.
func (d *Decisions) refuseNoneYet(p guard.Policy) {
	for _, limit := range p.WrongCode {
		for _, country := range append([]string{other}, p.Rules.Countries...) {
			d.decisions.WithLabelValues(string(guard.WrongCode), string(cattlegrid.Refused), limit.Name, guard.Normal.String(), country, enforced)
		}
	}
}

// Observe counts a decision. It fits [cattlegrid.Options], and does not block.
func (d *Decisions) Observe(_ context.Context, decision cattlegrid.Decision) {
	l := d.labels.Load()
	rule := ""
	for i, name := range decision.Rules {
		name = l.rule(name)
		if i == 0 {
			rule = name
		}
		d.refusals.WithLabelValues(name).Inc()
	}
	mode := enforced
	if decision.Trial {
		mode = observed
	}
	country := l.country(decision.Country, decision.Phone)
	d.decisions.WithLabelValues(string(decision.Act), string(decision.Verdict), rule, decision.Effort.String(), country, mode).Inc()
	if decision.Act == guard.Send && (decision.Verdict == cattlegrid.Allowed || decision.Verdict == cattlegrid.Failed) {
		d.send(country, decision)
	}
	if decision.Verdict == cattlegrid.Allowed && decision.Act == guard.Send && decision.Price > 0 {
		d.spend.WithLabelValues(country, l.currency).Add(float64(decision.Price) / unit)
	}
}

// Alert counts that percent of the ceiling on what is spent within a window was reached.
func (d *Decisions) Alert(window string, percent int) {
	d.alerts.WithLabelValues(window, strconv.Itoa(percent)).Inc()
}

// The results of reading a policy again.
const (
	reloaded    = "ok"
	notReloaded = "failed"
)

// Reload counts that the policy was read again, and whether it could be put in force.
func (d *Decisions) Reload(ok bool) {
	result := notReloaded
	if ok {
		result = reloaded
	}
	d.reloads.WithLabelValues(result).Inc()
}

// labels are the values that labels may have.
type labels struct {
	rules, countries map[string]bool
	currency         string
}

// The modes of a policy.
const (
	enforced = "enforce"
	observed = "observe"
)

const (
	other = "other"
	unit  = 10_000 // prices are in ten thousandths
)

func (l *labels) rule(name string) string {
	if l.rules[name] {
		return name
	}
	return other
}

// country is "" where no number is known.
func (l *labels) country(country string, phone cattlegrid.Phone) string {
	switch {
	case phone == cattlegrid.Phone{}:
		return ""
	case l.countries[country]:
		return country
	default:
		return other
	}
}
