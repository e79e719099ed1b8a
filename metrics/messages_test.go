package metrics_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/metrics"
)

// A message counts for who took it or, with the class of the failure, for who did not; and only where somebody was asked.
func TestSends(t *testing.T) {
	t.Parallel()
	registry, d := newDecisions(t)
	d.SetPolicy(guard.DefaultPolicy(), "")
	failure := func(class cattlegrid.SendClass, provider string) error {
		return errors.Join(&cattlegrid.SendError{Class: class, Provider: provider, Code: "30007", Err: errors.New("no")}, errors.New("refund"))
	}
	taken := cattlegrid.Delivery{Provider: "aliyun", ID: "1"}
	for _, decision := range []cattlegrid.Decision{
		{Act: guard.Send, Verdict: cattlegrid.Allowed, Country: "CN", Delivery: taken},
		{Act: guard.Send, Verdict: cattlegrid.Allowed, Country: "CN", Delivery: taken, Err: cattlegrid.ErrStore},
		{Act: guard.Send, Verdict: cattlegrid.Allowed, Country: "CN", Err: failure(cattlegrid.Unknown, "twilio")},
		{Act: guard.Send, Verdict: cattlegrid.Allowed, Country: "CN", Err: errors.New("no class")},
		{Act: guard.Send, Verdict: cattlegrid.Failed, Country: "FR", Err: failure(cattlegrid.Throttled, "twilio")},
		{Act: guard.Send, Verdict: cattlegrid.Failed, Country: "CN", Err: failure(-1, "twilio")},
		{Act: guard.Send, Verdict: cattlegrid.Verified, Country: "CN", Delivery: taken},
		{Act: guard.Send, Verdict: cattlegrid.Refused, Country: "CN"},
		{Act: guard.Challenge, Verdict: cattlegrid.Allowed},
	} {
		if decision.Country != "" {
			decision.Phone = number(t, "+8613800138000")
		}
		d.Observe(t.Context(), decision)
	}
	const want = `
# HELP cattlegrid_sends_total Messages that a provider took, failed to take, or of which nobody knows.
# TYPE cattlegrid_sends_total counter
cattlegrid_sends_total{country="CN",provider="aliyun",result="taken"} 2
cattlegrid_sends_total{country="CN",provider="sender",result="unknown"} 1
cattlegrid_sends_total{country="CN",provider="twilio",result="unknown"} 2
cattlegrid_sends_total{country="other",provider="twilio",result="throttled"} 1
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "cattlegrid_sends_total"); err != nil {
		t.Error(err)
	}
}

// Receipts count by provider, country and state.
func TestReceipt(t *testing.T) {
	t.Parallel()
	registry, d := newDecisions(t)
	d.SetPolicy(guard.DefaultPolicy(), "")
	for _, r := range []cattlegrid.Report{
		{Receipt: cattlegrid.Receipt{Provider: "twilio", State: cattlegrid.Sent}, Country: "CN"},
		{Receipt: cattlegrid.Receipt{Provider: "twilio", State: cattlegrid.Delivered}, Country: "CN"},
		{Receipt: cattlegrid.Receipt{Provider: "twilio", State: cattlegrid.Lost, Code: "30005"}, Country: "XX"},
		{Receipt: cattlegrid.Receipt{Provider: "twilio", State: "eaten"}, Country: "CN"},
	} {
		d.Receipt(r)
	}
	const want = `
# HELP cattlegrid_receipts_total What providers reported of messages.
# TYPE cattlegrid_receipts_total counter
cattlegrid_receipts_total{country="CN",provider="twilio",state="delivered"} 1
cattlegrid_receipts_total{country="CN",provider="twilio",state="other"} 1
cattlegrid_receipts_total{country="CN",provider="twilio",state="sent"} 1
cattlegrid_receipts_total{country="other",provider="twilio",state="lost"} 1
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "cattlegrid_receipts_total"); err != nil {
		t.Error(err)
	}
}

// However many providers, countries, states and classes come, the labels stay few; a provider that is known stays.
func TestMessageLabelsAreBounded(t *testing.T) {
	t.Parallel()
	registry, d := newDecisions(t)
	for i := range 1000 {
		name := strconv.Itoa(i)
		d.Receipt(cattlegrid.Report{Receipt: cattlegrid.Receipt{Provider: name, State: cattlegrid.ReceiptState(name)}, Country: name})
		d.Observe(t.Context(), cattlegrid.Decision{
			Act: guard.Send, Verdict: cattlegrid.Failed, Phone: number(t, "+8613800138000"), Country: name,
			Err: &cattlegrid.SendError{Class: cattlegrid.SendClass(100 + i), Provider: name},
		})
		d.Receipt(cattlegrid.Report{Receipt: cattlegrid.Receipt{Provider: "0", State: cattlegrid.Delivered}})
	}
	for name, want := range map[string]int{
		"cattlegrid_sends_total":    32 + 1, // providers, and other
		"cattlegrid_receipts_total": 32 + 1 + 1,
	} {
		if got, err := testutil.GatherAndCount(registry, name); err != nil || got != want {
			t.Errorf("%s has %d series, %v, want %d", name, got, err, want)
		}
	}
}

// What becomes of posted events counts by result.
func TestPost(t *testing.T) {
	t.Parallel()
	registry, d := newDecisions(t)
	for _, p := range []metrics.Posting{metrics.PostRetried, metrics.PostRetried, metrics.PostDelivered, metrics.PostDropped} {
		d.Post(p)
	}
	const want = `
# HELP cattlegrid_event_posts_total What became of events that are posted to the site.
# TYPE cattlegrid_event_posts_total counter
cattlegrid_event_posts_total{result="delivered"} 1
cattlegrid_event_posts_total{result="dropped"} 1
cattlegrid_event_posts_total{result="retried"} 2
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "cattlegrid_event_posts_total"); err != nil {
		t.Error(err)
	}
	problems, err := testutil.GatherAndLint(registry)
	if err != nil || len(problems) > 0 {
		t.Errorf("lint: %v, %v", problems, err)
	}
}
