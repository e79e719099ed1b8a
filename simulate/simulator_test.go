package simulate_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/simulate"
)

// run lets a scenario happen to the policy that ships.
func run(t *testing.T, s simulate.Scenario) simulate.Result {
	t.Helper()
	simulator := simulate.Simulator{Policy: guard.DefaultPolicy()}
	r, err := simulator.Run(t.Context(), simulate.Run{Name: "test", Scenario: s})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The same seed makes the same world, and another seed another one, whatever the gate's secrets are.
func TestSeed(t *testing.T) {
	s := scenario(t, "countries = [\"ID\"]\nprefixes = 20\nconvert = 0.3\nrecord = 1")
	s.History = 2
	s.Visitors.PerHour = 10
	first, second := run(t, s), run(t, s)
	options := cmp.Options{cmpopts.IgnoreUnexported(simulate.Result{}), cmpopts.IgnoreFields(simulate.Result{}, "Took")}
	if diff := cmp.Diff(first, second, options); diff != "" {
		t.Errorf("two runs of one seed (-first +second):\n%s", diff)
	}
	s.Seed++
	if third := run(t, s); cmp.Equal(first, third, options) {
		t.Error("two seeds make the same run")
	}
}

// Visitors are those of the seed, whatever attackers do.
func TestVisitorsApart(t *testing.T) {
	s := scenario(t, "countries = [\"ID\"]\nprefixes = 20")
	attacked := run(t, s)
	s.Attackers = nil
	quiet := run(t, s)
	if attacked.LegitWanted+attacked.LegitUnsolved != quiet.LegitWanted+quiet.LegitUnsolved || quiet.LegitWanted < 10 {
		t.Errorf("%d visitors come under attack, %d without", attacked.LegitWanted, quiet.LegitWanted)
	}
	if quiet.Attempts != 0 || quiet.FraudTotal != 0 || attacked.Attempts < 700 || attacked.Attempts > 900 {
		t.Errorf("there are %d attempts under attack and %d without", attacked.Attempts, quiet.Attempts)
	}
}

// A policy without limits lets every right answer through: what is measured is the policy's doing and nothing else's.
func TestNoPolicy(t *testing.T) {
	s := scenario(t, "countries = [\"ID\"]\nprefixes = 20\nconvert = 0.5")
	s.Policy = simulate.Overrides{}
	simulator := simulate.Simulator{}
	r, err := simulator.Run(t.Context(), simulate.Run{Name: "test", Scenario: s})
	if err != nil {
		t.Fatal(err)
	}
	if share := float64(r.FraudTotal) / float64(r.Attempts); share < 0.85 || share > 0.95 {
		t.Errorf("%v of the attempts succeed, want as many as the solver is right at", share)
	}
	if share := float64(r.FraudVerified) / float64(r.FraudTotal); share < 0.42 || share > 0.58 {
		t.Errorf("%v of the messages are verified, want half", share)
	}
	if r.LegitPass != 1 || *r.LegitPassDuringAttack != 1 || r.ContainedAfter != -1 || len(r.Rules) != 0 || r.LegitHarder != 0 {
		t.Errorf("the result is %+v", r)
	}
}

// A policy that serves the mainland alone refuses all messages abroad by that rule.
func TestDenied(t *testing.T) {
	s := scenario(t, "countries = [\"ID\"]\nprefixes = 20")
	s.Policy.Countries = nil
	r := run(t, s)
	if r.FraudTotal != 0 || len(r.Rules) == 0 || r.Rules[0].Name != guard.RuleCountries || r.Rules[0].Attackers.Refused == 0 {
		t.Errorf("%d messages left, and the rules are %+v", r.FraudTotal, r.Rules)
	}
}

// History counts: limits that grow with what was verified are at their least on a launch day.
func TestHistory(t *testing.T) {
	s := scenario(t, "range = \"home\"\nprefixes = 20")
	s.Attackers = nil
	policy := guard.Policy{Send: []guard.Limit{
		{Name: "unverified_day", Per: guard.InTotal, Of: guard.Unverified, Max: 1, Grow: 100, Window: 24 * time.Hour},
	}}
	simulator := simulate.Simulator{Policy: policy}
	pass := map[int]float64{}
	for _, days := range []int{0, 2} {
		s.History = days
		r, err := simulator.Run(t.Context(), simulate.Run{Name: "test", Scenario: s})
		if err != nil {
			t.Fatal(err)
		}
		pass[days] = r.LegitPass
	}
	if pass[0] > 0.95 || pass[2] != 1 {
		t.Errorf("%v pass on a launch day and %v after two days, want fewer than all, and all", pass[0], pass[2])
	}
}

// A limit can be overridden by its name, and one that is not there is an error that names it.
func TestOverrides(t *testing.T) {
	s := scenario(t, "range = \"spray\"")
	s.Policy.Limits = map[string]int{"sends_per_phone_minutes": 3}
	simulator := simulate.Simulator{Policy: guard.DefaultPolicy()}
	_, err := simulator.Run(t.Context(), simulate.Run{Name: "test", Scenario: s})
	if err == nil || !strings.Contains(err.Error(), "policy.limits.sends_per_phone_minutes: the policy has no limit of that name") {
		t.Errorf("the error is %v", err)
	}
	s.Policy.Limits = nil
	s.Policy.Countries = []string{"Narnia"}
	if _, err := simulator.Run(t.Context(), simulate.Run{Name: "test", Scenario: s}); err == nil || !strings.Contains(err.Error(), `"Narnia"`) {
		t.Errorf("the error is %v", err)
	}
}

// A run ends when its context does.
func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	simulator := simulate.Simulator{Policy: guard.DefaultPolicy(), Report: func(string, float64) { cancel() }}
	_, err := simulator.Run(ctx, simulate.Run{Name: "test", Scenario: scenario(t, "range = \"spray\"")})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want that of the context", err)
	}
}

// The picture is well-formed, small, refers to nothing outside and says what it shows.
func TestSVG(t *testing.T) {
	s := scenario(t, "countries = [\"ID\"]\nprefixes = 20")
	s.About = "what <b>happens</b> & why"
	r := run(t, s)
	svg := r.SVG()
	decoder := xml.NewDecoder(bytes.NewReader(svg))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the picture is no XML: %v", err)
		}
	}
	if len(svg) > 64<<10 {
		t.Errorf("the picture has %d bytes", len(svg))
	}
	text := string(svg)
	for _, want := range []string{"what &lt;b&gt;happens&lt;/b&gt; &amp; why", "prefers-color-scheme:dark", "fraudulent messages", r.Rules[0].Name} {
		if !strings.Contains(text, want) {
			t.Errorf("the picture lacks %q", want)
		}
	}
	for _, outside := range []string{"href", "url(", "@import", "<script"} {
		if strings.Contains(text, outside) {
			t.Errorf("the picture has %q", outside)
		}
	}
}

// A picture of nothing can be drawn as well.
func TestSVGEmpty(t *testing.T) {
	var r simulate.Result
	if svg := r.SVG(); !bytes.HasPrefix(svg, []byte("<svg ")) {
		t.Errorf("the picture begins with %.20s", svg)
	}
}
