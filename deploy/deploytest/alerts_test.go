package deploytest

import (
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
)

const alertsFile = "../prometheus/alerts.yml"

func alerts(t *testing.T) map[string]rulefmt.Rule {
	t.Helper()
	groups, wrong := rulefmt.ParseFile(alertsFile, false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	if len(wrong) > 0 {
		t.Fatalf("%s: %v", alertsFile, wrong)
	}
	all := map[string]rulefmt.Rule{}
	for _, group := range groups.Groups {
		for _, rule := range group.Rules {
			if _, twice := all[rule.Alert]; twice {
				t.Errorf("%s is there twice", rule.Alert)
			}
			all[rule.Alert] = rule
		}
	}
	return all
}

var templateLabel = regexp.MustCompile(`\$labels\.(\w+)`)

// Each alert is about metrics and labels that there are, says how bad it is, what it is, and what to do.
func TestAlerts(t *testing.T) {
	c := newCatalogue(t)
	for name, rule := range alerts(t) {
		known, wrong := c.check(rule.Expr)
		if len(wrong) > 0 {
			t.Errorf("%s: %v", name, wrong)
		}
		if severity := rule.Labels["severity"]; !slices.Contains([]string{"critical", "warning", "info"}, severity) {
			t.Errorf("%s has the severity %q", name, severity)
		}
		summary, description := rule.Annotations["summary"], rule.Annotations["description"]
		if summary == "" || len(description) < 100 || strings.Contains(description, "\n") {
			t.Errorf("%s does not say what to do: %q", name, description)
		}
		for _, label := range templateLabel.FindAllStringSubmatch(summary+description, -1) {
			if !known[label[1]] {
				t.Errorf("%s: no metric in it has the label %s of its text", name, label[1])
			}
		}
	}
}

// What the next two load is 30 hours of a replica, a sample a minute; each is looked at at the end.
const (
	hours   = 30
	minutes = "x1800"
)

// refusedChecks are there from zero on.
const refusedChecks = `cattlegrid_decisions_total{act="wrong_code",country="CN",effort="normal",mode="enforce",rule="wrong_codes_per_phone_hour",verdict="refused"}`

// goodDay is a site where all is well: ten messages a minute, of which eight lead to a number.
const goodDay = `load 1m
  up{job="cattlegrid"} 1+0` + minutes + `
  process_start_time_seconds{job="cattlegrid"} 1000+0` + minutes + `
  process_cpu_seconds_total{job="cattlegrid"} 0+1` + minutes + `
  process_resident_memory_bytes{job="cattlegrid"} 4e7+0` + minutes + `
  go_goroutines{job="cattlegrid"} 30+0` + minutes + `
  cattlegrid_build_info{version="v1",revision="abc",go_version="go1"} 1+0` + minutes + `
  process_open_fds{job="cattlegrid"} 50+0` + minutes + `
  process_max_fds{job="cattlegrid"} 1024+0` + minutes + `
  cattlegrid_store_duration_seconds_count{verb="keep",outcome="ok"} 0+100` + minutes + `
  cattlegrid_store_duration_seconds_count{verb="keep",outcome="failed"} 0+0` + minutes + `
  cattlegrid_store_duration_seconds_bucket{verb="keep",outcome="ok",le="0.01"} 0+100` + minutes + `
  cattlegrid_store_duration_seconds_bucket{verb="keep",outcome="ok",le="1"} 0+100` + minutes + `
  cattlegrid_store_duration_seconds_bucket{verb="keep",outcome="ok",le="+Inf"} 0+100` + minutes + `
  cattlegrid_http_request_duration_seconds_count{method="POST",route="/v1/verifications",status="2xx"} 0+10` + minutes + `
  cattlegrid_http_request_duration_seconds_count{method="POST",route="/v1/verifications",status="5xx"} 0+0` + minutes + `
  cattlegrid_http_request_duration_seconds_bucket{method="POST",route="/v1/verifications",status="2xx",le="0.5"} 0+10` + minutes + `
  cattlegrid_http_request_duration_seconds_bucket{method="POST",route="/v1/verifications",status="2xx",le="+Inf"} 0+10` + minutes + `
  cattlegrid_http_requests_in_flight 1+0` + minutes + `
  cattlegrid_reloads_total{result="ok"} 0+1` + minutes + `
  cattlegrid_reloads_total{result="failed"} 0+0` + minutes + `
  cattlegrid_events_dropped_total 0+0` + minutes + `
  cattlegrid_challenges_shed_total 0+0` + minutes + `
  cattlegrid_store_losses_total 0+0` + minutes + `
  cattlegrid_store_pause_seconds 0+0` + minutes + `
  cattlegrid_event_posts_total{result="delivered"} 0+10` + minutes + `
  cattlegrid_event_posts_total{result="dropped"} 0+0` + minutes + `
  cattlegrid_provider_duration_seconds_count{provider="aliyun",try="first",result="taken"} 0+100` + minutes + `
  cattlegrid_provider_duration_seconds_count{provider="aliyun",try="first",result="unpaid"} 3+0` + minutes + `
  cattlegrid_provider_duration_seconds_count{provider="aliyun",try="first",result="temporary"} 0+1` + minutes + `
  cattlegrid_provider_duration_seconds_count{provider="tencent",try="second",result="taken"} 0+1` + minutes + `
  cattlegrid_provider_duration_seconds_bucket{provider="aliyun",try="first",result="taken",le="0.5"} 0+100` + minutes + `
  cattlegrid_provider_duration_seconds_bucket{provider="aliyun",try="first",result="taken",le="+Inf"} 0+100` + minutes + `
  cattlegrid_sends_total{provider="aliyun",country="CN",result="taken"} 0+10` + minutes + `
  cattlegrid_rule_refusals_total{rule="sends_per_phone_minute"} 0+1` + minutes + `
  cattlegrid_spend_alerts_total{window="hour",percent="50"} 0+0` + minutes + `
  cattlegrid_receipts_total{provider="aliyun",country="CN",state="delivered"} 0+95` + minutes + `
  cattlegrid_receipts_total{provider="aliyun",country="CN",state="lost"} 0+5` + minutes + `
  cattlegrid_decisions_total{act="send",country="CN",effort="normal",mode="enforce",verdict="allowed"} 0+10` + minutes + `
  cattlegrid_decisions_total{act="send",country="CN",effort="normal",mode="enforce",verdict="verified"} 0+8` + minutes + `
  cattlegrid_decisions_total{act="send",country="CN",effort="normal",mode="enforce",verdict="refused"} 0+1` + minutes + `
  ` + refusedChecks + ` 0+0` + minutes + `
  cattlegrid_spend_total{country="CN",currency="CNY"} 0+1` + minutes + `
  cattlegrid_spend_ceiling{rule="spend_hour",currency="CNY"} 100+0` + minutes + `
  cattlegrid_spend_ceiling{rule="spend_day",currency="CNY"} 2000+0` + minutes + `
  cattlegrid_challenges_total{kind="letters",outcome="made"} 0+20` + minutes + `
  cattlegrid_challenges_total{kind="letters",outcome="solved"} 0+11` + minutes + `
  cattlegrid_challenges_total{kind="letters",outcome="wrong"} 0+2` + minutes

// bad is, for each alert, which series of the good day are otherwise. The last hour of a counter that turns is written out. Where
// an alert is for more than one thing, what stands behind a slash says which it is.
var bad = map[string]map[string]string{
	"CattlegridDown":          {`up{job="cattlegrid"}`: "0+0x1800"},
	"CattlegridRestarts":      {`process_start_time_seconds{job="cattlegrid"}`: "0+0x1790 1 2 3 4 5 6 7 8 9"},
	"CattlegridStoreFailing":  {`cattlegrid_store_duration_seconds_count{verb="keep",outcome="failed"}`: "0+2x1800"},
	"CattlegridStoreLostData": {`cattlegrid_store_losses_total`: "0+0x1795 1 1 1 1 1"},
	"CattlegridStoreSlow":     {`cattlegrid_store_duration_seconds_bucket{verb="keep",outcome="ok",le="0.01"}`: "0+50x1800"},
	"CattlegridErrors":        {`cattlegrid_http_request_duration_seconds_count{method="POST",route="/v1/verifications",status="5xx"}`: "0+2x1800"},
	"CattlegridOverloaded":    {`cattlegrid_challenges_shed_total`: "0+0x1790 100 200 300 400 500 600 700 800 900 1000"},
	"CattlegridFilesRunOut":   {`process_open_fds{job="cattlegrid"}`: "900+0x1800"},
	"CattlegridReloadFailed":  {`cattlegrid_reloads_total{result="failed"}`: "0+0x1795 1 1 1 1 1"},
	"CattlegridEventsDropped": {`cattlegrid_event_posts_total{result="dropped"}`: "0+0x1795 5 5 5 5 5"},
	"CattlegridProviderNeedsYou": {
		`cattlegrid_provider_duration_seconds_count{provider="tencent",try="first",result="misconfigured"}`: "_x1797 1 1 1", // its first
	},
	"CattlegridProviderFailing": {`cattlegrid_provider_duration_seconds_count{provider="aliyun",try="first",result="temporary"}`: "0+40x1800"},
	"CattlegridMessagesLost":    {`cattlegrid_receipts_total{provider="aliyun",country="CN",state="lost"}`: "0+50x1800"},
	"CattlegridConversionFell":  {`cattlegrid_decisions_total{act="send",country="CN",effort="normal",mode="enforce",verdict="verified"}`: "0+8x1740 13922+2x60"},
	"CattlegridManyFailovers":   {`cattlegrid_provider_duration_seconds_count{provider="tencent",try="second",result="taken"}`: "0+20x1800"},
	"CattlegridSpendNearCeiling": {
		`cattlegrid_spend_ceiling{rule="spend_hour",currency="CNY"}`: "70+0x1800",
	},
	"CattlegridAttacked": {`cattlegrid_decisions_total{act="send",country="CN",effort="normal",mode="enforce",verdict="refused"}`: "0+50x1800"},
	"CattlegridAttacked/observe": { // what would be refused is sent
		`cattlegrid_decisions_total{act="send",country="CN",effort="normal",mode="enforce",verdict="refused"}`: "0+0x1800",
		`cattlegrid_decisions_total{act="send",country="CN",effort="normal",mode="enforce",verdict="allowed"}`: "0+0x1800",
		`cattlegrid_decisions_total{act="send",country="CN",effort="normal",mode="observe",verdict="refused"}`: "0+50x1800",
		`cattlegrid_decisions_total{act="send",country="CN",effort="normal",mode="observe",verdict="allowed"}`: "0+60x1800",
	},
	"CattlegridNoChallengeSolved": {
		`cattlegrid_challenges_total{kind="letters",outcome="solved"}`: "0+11x1760 19360+0x40",
		// which is not the fault of those who guess
		`cattlegrid_challenges_total{kind="letters",outcome="wrong"}`: "0+0x1800",
	},
	"CattlegridManyWrongAnswers":   {`cattlegrid_challenges_total{kind="letters",outcome="wrong"}`: "0+30x1800"},
	"CattlegridCodesGuessed":       {refusedChecks: "0+3x1800"},
	"CattlegridCodesGuessed/burst": {refusedChecks: "0+0x1797 25 25 25"},
}

// with returns the good day with some series otherwise.
func with(changes map[string]string) string {
	lines := strings.Split(goodDay, "\n")
	for series, values := range changes {
		i := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "  "+series+" ") })
		if i < 0 {
			i = len(lines)
			lines = append(lines, "")
		}
		lines[i] = "  " + series + " " + values
	}
	return strings.Join(lines, "\n")
}

// loaded returns what answers queries, as of the end of what is loaded.
func loaded(t *testing.T, load string) (ask func(expr string) promql.Vector) {
	t.Helper()
	// Each series is of one replica, as Prometheus has it.
	load = strings.ReplaceAll(load, `{job="cattlegrid"}`, "")
	load = strings.ReplaceAll(regexp.MustCompile(`(?m)^  (\w+)(?:{(.*)})? `).ReplaceAllString(load, `  $1{job="cattlegrid",instance="gate",$2} `), ",}", "}")
	storage := promqltest.LoadedStorage(t, load)
	t.Cleanup(func() { _ = storage.Close() })
	engine := promqltest.NewTestEngine(t, false, 0, 1_000_000)
	return func(expr string) promql.Vector {
		query, err := engine.NewInstantQuery(t.Context(), storage, nil, expr, time.Unix(0, 0).Add(hours*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(query.Close)
		vector, err := query.Exec(t.Context()).Vector()
		if err != nil {
			t.Fatalf("%s: %v", expr, err)
		}
		return vector
	}
}

// raised returns the alerts whose conditions hold at the end of what is loaded.
func raised(t *testing.T, load string) []string {
	t.Helper()
	ask := loaded(t, load)
	var names []string
	for name, rule := range alerts(t) {
		if vector := ask(rule.Expr); len(vector) > 0 {
			names = append(names, name)
			checkLabels(t, name, rule, vector)
		}
	}
	slices.Sort(names)
	return names
}

// checkLabels reports labels that the text of an alert names and its series do not have.
func checkLabels(t *testing.T, name string, rule rulefmt.Rule, vector promql.Vector) {
	t.Helper()
	for _, label := range templateLabel.FindAllStringSubmatch(rule.Annotations["summary"]+rule.Annotations["description"], -1) {
		for _, sample := range vector {
			if sample.Metric.Get(label[1]) == "" {
				t.Errorf("%s: its text names the label %s, which %v has not", name, label[1], sample.Metric)
			}
		}
	}
}

// Each alert is raised by what it is for, alone; and a good day raises none.
func TestRaised(t *testing.T) {
	if got := raised(t, goodDay); got != nil {
		t.Errorf("a good day raises %v", got)
	}
	all := alerts(t)
	tried := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(bad)) {
		t.Run(name, func(t *testing.T) {
			alert, _, _ := strings.Cut(name, "/")
			tried[alert] = true
			if got := raised(t, with(bad[name])); !slices.Equal(got, []string{alert}) {
				t.Errorf("raises %v", got)
			}
		})
	}
	for name := range all {
		if !tried[name] {
			t.Errorf("nobody has tried %s", name)
		}
	}
}
