package main

import (
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/guard"
)

// With nothing configured the policy is the one that ships.
func TestDefaultPolicy(t *testing.T) {
	c, err := load("", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(guard.DefaultPolicy(), c.policy()); diff != "" {
		t.Errorf("the policy (-default +configured):\n%s", diff)
	}
}

// Each key of [guard] does to the policy what it says.
func TestPolicy(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "prices.toml", "currency = \"CNY\"\n\"*\" = 0.05\n")
	write(t, "gate.toml", `
dev = true
phone.countries = ["cn", "HK"]
[guard]
mode = "observe"
deny_types = []
deny_prefixes = ["+86170"]
allow_prefixes = ["+44"]
deny_networks = ["192.0.2.77/24"]
allow_networks = ["192.0.2.7"]
prices = "prices.toml"
spend = { hour = 200, day = 1000, soft = 60 }
known = { prefix = 3, segment = 6, country = 12 }
[guard.limits]
sends_per_phone_hour.max = 3
sends_per_phone_minute.off = true
mine = { act = "challenge", per = "total", max = 9, window = "1m", coarse = true }
`)
	c, err := load("gate.toml", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := guard.DefaultPolicy()
	want.Observe = true
	want.Known = guard.Known{Prefix: 3, Segment: 6, Country: 12}
	want.Rules = guard.Rules{
		Countries: []string{"CN", "HK"}, DenyPrefixes: []string{"+86170"}, AllowPrefixes: []string{"+44"},
		DenyNetworks: networks([]string{"192.0.2.0/24"}), AllowNetworks: networks([]string{"192.0.2.7/32"}),
	}
	want.Challenge = append(want.Challenge, guard.Limit{Name: "mine", Per: guard.InTotal, Max: 9, Window: time.Minute, Coarse: true})
	want.Send = slices.DeleteFunc(want.Send, func(l guard.Limit) bool { return l.Name == "sends_per_phone_minute" })
	i := slices.IndexFunc(want.Send, func(l guard.Limit) bool { return l.Name == "sends_per_phone_hour" })
	want.Send[i].Max = 3
	want.Send = append(want.Send,
		guard.Limit{Name: spendHour, Per: guard.InTotal, Of: guard.Money, Max: 2_000_000, Hard: 1_200_000, Work: 1_600_000, Window: time.Hour, Coarse: true},
		guard.Limit{Name: spendDay, Per: guard.InTotal, Of: guard.Money, Max: 10_000_000, Hard: 6_000_000, Work: 8_000_000, Window: 24 * time.Hour, Coarse: true})
	if diff := cmp.Diff(want, c.policy(), cmp.Comparer(samePrefix)); diff != "" {
		t.Errorf("the policy (-want +got):\n%s", diff)
	}
}

// The ceiling on what is spent stops messages, which costs nobody but the operator's log, metrics and events the reason; a
// test number is never billed, and its code is the fixed one.
func TestMoney(t *testing.T) {
	dir := t.TempDir()
	prices, file, events := filepath.Join(dir, "prices.toml"), filepath.Join(dir, "gate.toml"), filepath.Join(dir, "events.jsonl")
	write(t, prices, "currency = \"CNY\"\nCN = 0.045\n\"*\" = 1\n")
	var limits strings.Builder
	limits.WriteString("[guard.test_numbers]\n\"+8613900139000\" = \"246810\"\n[guard.limits]\n")
	for _, name := range slices.Sorted(maps.Keys(defaultGuard().Limits)) {
		limits.WriteString(name + ".off = true\n")
	}
	write(t, file, limits.String())
	data := t.TempDir()
	p := program{Args: []string{"serve", "-config", file}, Env: map[string]string{
		"CATTLEGRID_DATA":             data,
		"CATTLEGRID_METRICS_ADDR":     "127.0.0.1:0",
		"CATTLEGRID_EVENTS_FILE":      events,
		"CATTLEGRID_GUARD_PRICES":     prices,
		"CATTLEGRID_GUARD_SPEND_HOUR": "0.10",
		"CATTLEGRID_GUARD_SPEND_SOFT": "100",
	}}
	ids := make([]string, 4)
	first := start(t, p)
	for i := range ids {
		ids[i] = fmt.Sprintf("00000000-0000-4000-8000-00000000000%d", i)
		first.do(t, http.MethodGet, "/passport/image_code?code_id="+ids[i], "")
	}
	first.stop()
	answers := make([]string, len(ids))
	for i := range ids {
		answers[i] = answer(t, data, ids[i])
	}

	s := start(t, p)
	ask := func(i int, mobile string) (*http.Response, any) {
		response, said := s.do(t, http.MethodPost, "/passport/sms_code",
			fmt.Sprintf(`{"mobile": %q, "image_code": %q, "image_code_id": %q}`, mobile, answers[i], ids[i]))
		return response, said["errno"]
	}
	for i, test := range []struct{ mobile, errno string }{
		{"13800138000", "0"}, {"13800138001", "0"}, {"13800138002", "4201"}, {"13900139000", "0"},
	} {
		response, errno := ask(i, test.mobile)
		if errno != test.errno {
			t.Fatalf("message %d to %s is answered %v, want %s", i, test.mobile, errno, test.errno)
		}
		if test.mobile != "13900139000" {
			continue
		}
		approved, said := s.do(t, http.MethodPost, response.Header.Get("Location")+"/check", `{"code": "246810"}`)
		if approved.StatusCode != http.StatusOK {
			t.Errorf("the fixed code of the test number is answered %d %v", approved.StatusCode, said)
		}
	}
	if log := s.Stderr.String(); strings.Count(log, "much was spent on messages") != 2 ||
		!strings.Contains(log, "percent=80 ") || !strings.Contains(log, "percent=100 ") {
		t.Error("the log does not warn of 80 and 100 percent")
	}
	_, metrics, _ := strings.Cut(s.Stderr.String(), "  metrics   http://")
	metrics, _, _ = strings.Cut(metrics, "\n")
	if text := scrape(t, "http://"+metrics); !strings.Contains(text, `cattlegrid_spend_total{country="CN",currency="CNY"} 0.09`+"\n") {
		t.Errorf("the metrics are\n%s", text)
	}
	s.stop()
	if got := readText(t, events); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"rules":["spend_hour"]`) {
		t.Errorf("the events are\n%s", got)
	}
}
