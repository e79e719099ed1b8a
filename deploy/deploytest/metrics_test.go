package deploytest

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// catalogue is what metrics there are, as docs/metrics.md has them, besides those of Go and the process.
type catalogue struct {
	histograms map[string]bool                // by name, whether it is one
	labels     map[string]map[string][]string // values by name and label; nil if they are not a closed set
}

var (
	metricRow = regexp.MustCompile("(?m)^\\| `(cattlegrid_\\w+)` \\| (counter|gauge|histogram) \\| ([^|]*) \\| [^|]+ \\|$")
	labelRow  = regexp.MustCompile("(?m)^\\| `(\\w+)` \\| ((?:`cattlegrid_\\w+`(?:, )?)+) \\| ([^|]+) \\|")
	code      = regexp.MustCompile("`([^`]+)`")
)

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func quoted(cell string) (all []string) {
	for _, m := range code.FindAllStringSubmatch(cell, -1) {
		all = append(all, m[1])
	}
	return all
}

func newCatalogue(t *testing.T) *catalogue {
	t.Helper()
	c := &catalogue{histograms: map[string]bool{"up": false}, labels: map[string]map[string][]string{"up": {}}}
	page := read(t, "../../docs/metrics.md")
	for _, row := range metricRow.FindAllStringSubmatch(page, -1) {
		c.histograms[row[1]] = row[2] == "histogram"
		c.labels[row[1]] = map[string][]string{}
	}
	for _, row := range labelRow.FindAllStringSubmatch(page, -1) {
		values := quoted(row[3])
		if strings.Trim(code.ReplaceAllString(row[3], ""), ", ") != "" {
			values = nil
		}
		for _, metric := range quoted(row[2]) {
			c.labels[metric][row[1]] = values
		}
	}
	if len(c.labels) < 10 {
		t.Fatalf("%d metrics are found in the docs", len(c.labels))
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		c.histograms[family.GetName()] = false
		c.labels[family.GetName()] = map[string][]string{}
	}
	return c
}

// named returns the labels that a series of that name may have; false if there is none.
func (c *catalogue) named(series string) (map[string][]string, bool) {
	name := series
	for _, suffix := range []string{"_bucket", "_count", "_sum"} {
		if base := strings.TrimSuffix(series, suffix); base != series && c.histograms[base] {
			name = base
		}
	}
	known, ok := c.labels[name]
	if !ok || name == series && c.histograms[name] {
		return nil, false // of a histogram there is no series without a suffix
	}
	all := map[string][]string{"job": nil, "instance": nil} // which Prometheus adds
	maps.Copy(all, known)
	if strings.HasSuffix(series, "_bucket") {
		all["le"] = nil
	}
	return all, true
}

// variables are what Grafana fills in.
var variables = strings.NewReplacer("$__rate_interval", "5m", "$__range", "1h", "$__interval", "1m")

// check parses an expression, and returns what is wrong with the names in it, and the labels that the names may have.
func (c *catalogue) check(text string) (known map[string]bool, wrong []string) {
	known = map[string]bool{}
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(variables.Replace(text))
	if err != nil {
		return known, []string{err.Error()}
	}
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			all, ok := c.named(selector.Name)
			if !ok {
				wrong = append(wrong, "there is no "+selector.Name)
				return nil
			}
			for label := range all {
				known[label] = true
			}
			wrong = append(wrong, checkMatchers(selector, all)...)
		}
		return nil
	})
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		var grouping []string
		switch n := node.(type) {
		case *parser.AggregateExpr:
			grouping = n.Grouping
		case *parser.BinaryExpr:
			if n.VectorMatching != nil {
				grouping = slices.Concat(n.VectorMatching.MatchingLabels, n.VectorMatching.Include)
			}
		}
		for _, label := range grouping {
			if !known[label] {
				wrong = append(wrong, "no metric in it has the label "+label)
			}
		}
		return nil
	})
	return known, wrong
}

// checkMatchers reports labels that the metric does not have, and values that its labels do not have.
func checkMatchers(selector *parser.VectorSelector, all map[string][]string) (wrong []string) {
	for _, m := range selector.LabelMatchers {
		if m.Name == model.MetricNameLabel {
			continue
		}
		values, ok := all[m.Name]
		if !ok {
			wrong = append(wrong, fmt.Sprintf("%s has no label %s", selector.Name, m.Name))
		}
		if values == nil {
			continue
		}
		for value := range strings.SplitSeq(m.Value, "|") {
			if !slices.Contains(values, value) {
				wrong = append(wrong, fmt.Sprintf("%s of %s is never %s", m.Name, selector.Name, value))
			}
		}
	}
	return wrong
}

// The check finds what it is there for.
func TestCheck(t *testing.T) {
	c := newCatalogue(t)
	for expr, want := range map[string]string{
		`sum by (verb) (rate(cattlegrid_store_duration_seconds_bucket{le="1"}[5m]))`: "",
		`go_goroutines{instance=~"$instance"}`:                                       "",
		`sum(`:                                                                       "parse error",
		`cattlegrid_nothing_total`:                                                   "there is no cattlegrid_nothing_total",
		`cattlegrid_store_duration_seconds`:                                          "there is no cattlegrid_store_duration_seconds",
		`cattlegrid_spend_total_bucket`:                                              "there is no cattlegrid_spend_total_bucket",
		`cattlegrid_spend_total{rule="x"}`:                                           "cattlegrid_spend_total has no label rule",
		`cattlegrid_sends_total{result=~"taken|x"}`:                                  "result of cattlegrid_sends_total is never x",
		`sum by (verb) (cattlegrid_spend_total)`:                                     "no metric in it has the label verb",
	} {
		_, wrong := c.check(expr)
		if got := strings.Join(wrong, "; "); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q", expr, got, want)
		}
	}
}

// docsQueries are those that docs/metrics.md and docs/providers.md show.
func docsQueries(t *testing.T) (all []string) {
	t.Helper()
	queries := regexp.MustCompile("(?s)```promql\n(.*?)```").FindAllStringSubmatch(read(t, "../../docs/metrics.md"), -1)
	queries = append(queries, regexp.MustCompile(`(?m)^    (sum by .*cattlegrid_.*)$`).FindAllStringSubmatch(read(t, "../../docs/providers.md"), -1)...)
	if len(queries) < 7 {
		t.Fatalf("%d queries are found in the docs", len(queries))
	}
	for _, query := range queries {
		all = append(all, query[1])
	}
	return all
}

// The queries that the docs show are about metrics that there are.
func TestQueries(t *testing.T) {
	c := newCatalogue(t)
	for _, query := range docsQueries(t) {
		if _, wrong := c.check(query); len(wrong) > 0 {
			t.Errorf("%s\n%v", query, wrong)
		}
	}
}

// The example has Prometheus find the gate by the name that the alerts and the dashboard go by, and the alerts.
func TestPrometheusExample(t *testing.T) {
	example := read(t, "../prometheus/prometheus.example.yml")
	for _, want := range []string{"\n  - alerts.yml\n", "\n  - job_name: cattlegrid\n", `"127.0.0.1:9464"`} {
		if !strings.Contains(example, want) {
			t.Errorf("it has no %q", want)
		}
	}
}
