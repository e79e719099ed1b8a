package metrics_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/metrics"
)

const docsFile = "../docs/metrics.md"

// exercised is a registry of all metrics, each with all labels it may have and the closed ones of these with all their values.
func exercised(t *testing.T) *prometheus.Registry {
	t.Helper()
	registry, d := newDecisions(t)
	if err := metrics.Losses(registry, func() int64 { return 0 }); err != nil {
		t.Fatal(err)
	}
	if err := metrics.Pause(registry, func() time.Duration { return 0 }); err != nil {
		t.Fatal(err)
	}
	policy := guard.DefaultPolicy()
	policy.Send = append(policy.Send, guard.Limit{Name: "spend_hour", Per: guard.InTotal, Of: guard.Money, Max: 1})
	d.SetPolicy(policy, "CNY")
	classes := []cattlegrid.SendClass{
		cattlegrid.Unknown, cattlegrid.Temporary, cattlegrid.Permanent, cattlegrid.Throttled, cattlegrid.Unpaid, cattlegrid.Misconfigured,
	}
	decide := func(decision cattlegrid.Decision) {
		decision.Phone, decision.Country, decision.Price = number(t, "+8613800138000"), "CN", 450
		d.Observe(t.Context(), decision)
	}
	for _, act := range []guard.Act{guard.Challenge, guard.WrongCode} {
		decide(cattlegrid.Decision{Act: act, Verdict: cattlegrid.Refused, Rules: []string{"spend_hour"}, Trial: true})
	}
	for _, verdict := range []cattlegrid.Verdict{cattlegrid.More, cattlegrid.Refused, cattlegrid.Failed, cattlegrid.Verified, cattlegrid.Forgotten} {
		decide(cattlegrid.Decision{Act: guard.Send, Verdict: verdict, Effort: guard.Hard})
	}
	decide(cattlegrid.Decision{Act: guard.Send, Verdict: cattlegrid.Allowed, Effort: guard.Work, Delivery: cattlegrid.Delivery{Provider: "aliyun"}})
	tries, err := metrics.NewTries(registry)
	if err != nil {
		t.Fatal(err)
	}
	tries.Observe("aliyun", false, 0, nil)
	for _, class := range classes {
		failure := &cattlegrid.SendError{Class: class, Provider: "aliyun", Err: errors.New("no")}
		decide(cattlegrid.Decision{Act: guard.Send, Verdict: cattlegrid.Failed, Err: failure})
		tries.Observe("aliyun", true, 0, failure)
	}
	for _, state := range []cattlegrid.ReceiptState{cattlegrid.Sent, cattlegrid.Delivered, cattlegrid.Lost, cattlegrid.Unsure, "eaten"} {
		d.Receipt(cattlegrid.Report{Receipt: cattlegrid.Receipt{Provider: "aliyun", State: state}, Country: "CN"})
	}
	for _, percent := range []int{50, 80, 100} {
		d.Alert("hour", percent)
		d.Alert("day", percent)
	}
	exerciseStore(t, registry)
	exerciseHandler(t, registry)
	if err := metrics.Build(registry, "v1", "abc"); err != nil {
		t.Fatal(err)
	}
	return registry
}

func exerciseStore(t *testing.T, registry *prometheus.Registry) {
	t.Helper()
	of := &answering{}
	store, err := metrics.Store(registry, of)
	if err != nil {
		t.Fatal(err)
	}
	for _, of.err = range []error{cattlegrid.ErrNotFound, cattlegrid.ErrWrong, cattlegrid.ErrLimit, errors.New("broken")} {
		_, _ = store.Peek(t.Context(), "key")
	}
	_, _ = store.Peek(gone(t), "key")
}

func exerciseHandler(t *testing.T, registry *prometheus.Registry) {
	t.Helper()
	handler, err := metrics.Handler(registry, testMux())
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/status/200", "/status/300", "/status/400", "/status/500", "/status/600", "/abort", "/none"} {
		func() {
			defer func() { _ = recover() }()
			handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, http.NoBody))
		}()
	}
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/body", http.NoBody))
}

var code = regexp.MustCompile("`([^`]+)`")

// names are what a cell has in backquotes.
func names(cell string) (all []string) {
	for _, m := range code.FindAllStringSubmatch(cell, -1) {
		all = append(all, m[1])
	}
	slices.Sort(all)
	return all
}

// isClosed reports whether a cell has nothing but names.
func isClosed(cell string) bool { return strings.Trim(code.ReplaceAllString(cell, ""), ", ") == "" }

// The page lists every metric with its type and labels, and no others; of each label that has a closed set of values, the values.
func TestDocs(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(docsFile)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(cattlegrid_\\w+)` \\| (counter|gauge|histogram) \\| ([^|]*) \\| [^|]+ \\|$").FindAllStringSubmatch(string(text), -1) {
		listed[row[1]] = row[2] + " of " + strings.Join(names(row[3]), " ")
	}
	values := map[string][]string{} // by "metric label", where they are closed
	open := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| ((?:`cattlegrid_\\w+`(?:, )?)+) \\| ([^|]+) \\|").FindAllStringSubmatch(string(text), -1) {
		for _, metric := range names(row[2]) {
			if key := metric + " " + row[1]; isClosed(row[3]) {
				values[key] = names(row[3])
			} else {
				open[key] = true
			}
		}
	}
	families, err := exercised(t).Gather()
	if err != nil {
		t.Fatal(err)
	}
	want, seen := map[string]string{}, map[string][]string{}
	for _, family := range families {
		var labels []string
		for _, m := range family.GetMetric() {
			labels = nil
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetName())
				if key := family.GetName() + " " + l.GetName(); !open[key] {
					seen[key] = append(seen[key], l.GetValue())
				}
			}
		}
		slices.Sort(labels)
		want[family.GetName()] = strings.ToLower(family.GetType().String()) + " of " + strings.Join(labels, " ")
	}
	for key := range seen {
		slices.Sort(seen[key])
		seen[key] = slices.Compact(seen[key])
	}
	if diff := cmp.Diff(want, listed); diff != "" {
		t.Errorf("metrics (-registry +%s):\n%s", docsFile, diff)
	}
	if diff := cmp.Diff(seen, values); diff != "" {
		t.Errorf("values of labels (-registry +%s):\n%s", docsFile, diff)
	}
}
