package metrics_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/metrics"
)

func number(t *testing.T, e164 string) cattlegrid.Phone {
	t.Helper()
	phone, err := cattlegrid.ParseE164(e164)
	if err != nil {
		t.Fatal(err)
	}
	return phone
}

func newDecisions(t *testing.T) (*prometheus.Registry, *metrics.Decisions) {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	d, err := metrics.New(registry)
	if err != nil {
		t.Fatal(err)
	}
	return registry, d
}

// Each decision counts once, under the rule named first; each rule that stood against it counts; money counts when a
// message left.
func TestObserve(t *testing.T) {
	t.Parallel()
	registry, d := newDecisions(t)
	d.SetPolicy(guard.DefaultPolicy(), "CNY")
	mainland := number(t, "+8613800138000")
	for _, decision := range []cattlegrid.Decision{
		{Act: guard.Challenge, Verdict: cattlegrid.Refused, Rules: []string{"challenges_per_client_minute"}},
		{Act: guard.Send, Verdict: cattlegrid.Allowed, Phone: mainland, Country: "CN", Price: 450},
		{Act: guard.Send, Verdict: cattlegrid.Allowed, Phone: mainland, Country: "CN", Price: 450},
		{Act: guard.Send, Verdict: cattlegrid.Verified, Phone: mainland, Country: "CN", Price: 450},
		{
			Act: guard.Send, Verdict: cattlegrid.More, Phone: mainland, Country: "CN", Price: 450, Effort: guard.Hard,
			Rules: []string{"unverified_hour", "cold_prefixes_hour"},
		},
		{
			Act: guard.Send, Verdict: cattlegrid.Refused, Phone: number(t, "+447400123456"), Country: "GB", Price: 450, Trial: true,
			Rules: []string{guard.RuleCountries},
		},
	} {
		d.Observe(t.Context(), decision)
	}
	d.Alert("hour", 80)
	d.Drop()
	d.Shed()
	d.Reload(true)
	d.Reload(false)
	const want = `
# HELP cattlegrid_challenges_shed_total Requests for challenges that were turned away, because there was too much to do.
# TYPE cattlegrid_challenges_shed_total counter
cattlegrid_challenges_shed_total 1
# HELP cattlegrid_decisions_total What the gate decided.
# TYPE cattlegrid_decisions_total counter
cattlegrid_decisions_total{act="challenge",country="",effort="normal",mode="enforce",rule="challenges_per_client_minute",verdict="refused"} 1
cattlegrid_decisions_total{act="send",country="CN",effort="hard",mode="enforce",rule="unverified_hour",verdict="more"} 1
cattlegrid_decisions_total{act="send",country="CN",effort="normal",mode="enforce",rule="",verdict="allowed"} 2
cattlegrid_decisions_total{act="send",country="CN",effort="normal",mode="enforce",rule="",verdict="verified"} 1
cattlegrid_decisions_total{act="send",country="other",effort="normal",mode="observe",rule="countries",verdict="refused"} 1
cattlegrid_decisions_total{act="wrong_code",country="CN",effort="normal",mode="enforce",rule="wrong_codes_per_phone_day",verdict="refused"} 0
cattlegrid_decisions_total{act="wrong_code",country="CN",effort="normal",mode="enforce",rule="wrong_codes_per_phone_hour",verdict="refused"} 0
cattlegrid_decisions_total{act="wrong_code",country="other",effort="normal",mode="enforce",rule="wrong_codes_per_phone_day",verdict="refused"} 0
cattlegrid_decisions_total{act="wrong_code",country="other",effort="normal",mode="enforce",rule="wrong_codes_per_phone_hour",verdict="refused"} 0
# HELP cattlegrid_events_dropped_total Events that were not written, because they came too fast or the file failed.
# TYPE cattlegrid_events_dropped_total counter
cattlegrid_events_dropped_total 1
# HELP cattlegrid_reloads_total How often the policy was read again while serving.
# TYPE cattlegrid_reloads_total counter
cattlegrid_reloads_total{result="failed"} 1
cattlegrid_reloads_total{result="ok"} 1
# HELP cattlegrid_rule_refusals_total How often a rule stood against an act.
# TYPE cattlegrid_rule_refusals_total counter
cattlegrid_rule_refusals_total{rule="challenges_per_client_minute"} 1
cattlegrid_rule_refusals_total{rule="cold_prefixes_hour"} 1
cattlegrid_rule_refusals_total{rule="countries"} 1
cattlegrid_rule_refusals_total{rule="unverified_hour"} 1
# HELP cattlegrid_spend_alerts_total How often a share of a ceiling on what is spent was reached.
# TYPE cattlegrid_spend_alerts_total counter
cattlegrid_spend_alerts_total{percent="80",window="hour"} 1
# HELP cattlegrid_spend_total What messages cost that left, in the currency.
# TYPE cattlegrid_spend_total counter
cattlegrid_spend_total{country="CN",currency="CNY"} 0.09
`
	names := regexp.MustCompile(`(?m)^# TYPE (\S+)`).FindAllStringSubmatch(want, -1)
	for _, name := range names {
		if err := testutil.GatherAndCompare(registry, strings.NewReader(want), name[1]); err != nil {
			t.Error(err)
		}
	}
	problems, err := testutil.GatherAndLint(registry)
	if err != nil || len(problems) > 0 {
		t.Errorf("lint: %v, %v", problems, err)
	}
}

// The first check that is refused is an increase of a series that was there before, whatever country the number is of.
func TestWrongCodesFromZero(t *testing.T) {
	t.Parallel()
	registry, d := newDecisions(t)
	policy := guard.DefaultPolicy()
	d.SetPolicy(policy, "")
	count := func() int {
		n, err := testutil.GatherAndCount(registry, "cattlegrid_decisions_total")
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := count()
	if want := 2 * len(policy.WrongCode); before != want {
		t.Errorf("%d series before the first decision, want %d", before, want)
	}
	for _, country := range []string{"CN", "FR", ""} {
		for _, limit := range policy.WrongCode {
			d.Observe(t.Context(), cattlegrid.Decision{
				Act: guard.WrongCode, Verdict: cattlegrid.Refused, Phone: number(t, "+8613800138000"), Country: country, Purpose: "login",
				Client: "192.0.2.1/32", Rules: []string{limit.Name},
			})
		}
	}
	if after := count(); after != before {
		t.Errorf("%d series after the first ones, want %d as before", after, before)
	}
}

// However many names and countries decisions bring, the labels stay those of the policy.
func TestLabelsAreBounded(t *testing.T) {
	t.Parallel()
	registry, d := newDecisions(t)
	policy := guard.Policy{Rules: guard.Rules{Countries: []string{"CN"}}}
	d.SetPolicy(policy, "")
	mainland := number(t, "+8613800138000")
	for i := range 1000 {
		name := "rule_" + strconv.Itoa(i)
		d.Observe(t.Context(), cattlegrid.Decision{
			Act: guard.Send, Verdict: cattlegrid.Refused, Phone: mainland, Country: name, Rules: []string{name, name + "_too"},
		})
	}
	got, err := testutil.GatherAndCount(registry, "cattlegrid_decisions_total", "cattlegrid_rule_refusals_total")
	if err != nil || got != 2 {
		t.Errorf("%d series, %v, want 2", got, err)
	}
}

// A policy that is put in force later brings its names.
func TestSetPolicy(t *testing.T) {
	t.Parallel()
	registry, d := newDecisions(t)
	refused := cattlegrid.Decision{Act: guard.Send, Verdict: cattlegrid.Refused, Rules: []string{"mine"}}
	d.Observe(t.Context(), refused)
	d.SetPolicy(guard.Policy{Send: []guard.Limit{{Name: "mine"}}}, "")
	d.Observe(t.Context(), refused)
	const want = `
# HELP cattlegrid_rule_refusals_total How often a rule stood against an act.
# TYPE cattlegrid_rule_refusals_total counter
cattlegrid_rule_refusals_total{rule="mine"} 1
cattlegrid_rule_refusals_total{rule="other"} 1
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "cattlegrid_rule_refusals_total"); err != nil {
		t.Error(err)
	}
}

// Ceilings on what is spent in total are known; those that a later policy does not have are forgotten.
func TestSpendCeiling(t *testing.T) {
	t.Parallel()
	registry, d := newDecisions(t)
	money := func(name string, per guard.Scope, most int) guard.Limit {
		return guard.Limit{Name: name, Per: per, Of: guard.Money, Max: most}
	}
	d.SetPolicy(guard.Policy{Send: []guard.Limit{money("spend_hour", guard.InTotal, 100), money("spend_day", guard.InTotal, 200)}}, "EUR")
	d.SetPolicy(guard.Policy{Send: []guard.Limit{
		money("spend_hour", guard.InTotal, 2_000_000), money("spend_per_country_hour", guard.PerCountry, 1), {Name: "sends", Per: guard.InTotal, Max: 5},
	}}, "CNY")
	const want = `
# HELP cattlegrid_spend_ceiling What may be spent within the window of a rule, in the currency.
# TYPE cattlegrid_spend_ceiling gauge
cattlegrid_spend_ceiling{currency="CNY",rule="spend_hour"} 200
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "cattlegrid_spend_ceiling"); err != nil {
		t.Error(err)
	}
}

// What becomes of challenges counts by kind and outcome, each from zero on; what is none of them is not counted.
func TestChallenge(t *testing.T) {
	t.Parallel()
	registry, d := newDecisions(t)
	d.Challenge(t.Context(), "letters", cattlegrid.ChallengeMade)
	d.Challenge(t.Context(), "letters", cattlegrid.ChallengeMade)
	d.Challenge(t.Context(), cattlegrid.WorkChallenge, cattlegrid.ChallengeSolved)
	for range 10 {
		d.Challenge(t.Context(), "riddle", "guessed")
	}
	var want strings.Builder
	want.WriteString("# HELP cattlegrid_challenges_total What became of challenges.\n# TYPE cattlegrid_challenges_total counter\n")
	for _, kind := range cattlegrid.ChallengeKinds() {
		for _, outcome := range cattlegrid.ChallengeOutcomes() {
			count := map[string]int{"letters made": 2, "work solved": 1}[string(kind)+" "+string(outcome)]
			fmt.Fprintf(&want, "cattlegrid_challenges_total{kind=%q,outcome=%q} %d\n", kind, outcome, count)
		}
	}
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want.String()), "cattlegrid_challenges_total"); err != nil {
		t.Error(err)
	}
}

// A second set of metrics in one registry is refused.
func TestNewTwice(t *testing.T) {
	t.Parallel()
	registry, _ := newDecisions(t)
	if _, err := metrics.New(registry); err == nil {
		t.Error("New twice is no error")
	}
}

func BenchmarkChallenge(b *testing.B) {
	d, err := metrics.New(prometheus.NewRegistry())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		d.Challenge(b.Context(), "letters", cattlegrid.ChallengeMade)
	}
}
