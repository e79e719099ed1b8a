package simulate_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/simulate"
)

// Events happen in the order of time, and those of one moment as they were planned.
func TestOrder(t *testing.T) {
	got := simulate.Order([]int64{5, 1, 3, 1, 9, 5, 1, 0})
	if want := []int{7, 1, 3, 6, 2, 0, 5, 4}; !slices.Equal(got, want) {
		t.Errorf("the order is %v, want %v", got, want)
	}
}

// Nights are quiet, evenings busy, and a day has as many arrivals as hours of the mean would have.
func TestRhythm(t *testing.T) {
	if night, evening := simulate.Rate(4), simulate.Rate(21); night > 0.15 || evening < 1.7 {
		t.Errorf("the rate is %v at night and %v in the evening", night, evening)
	}
	got := simulate.Arrivals(&simulate.Scenario{Seed: 1}, 100, 100)
	if want := 100 * 24 * 100; math.Abs(float64(got-want)) > 4*math.Sqrt(float64(want)) {
		t.Errorf("%d arrive in a hundred days of a hundred an hour, want about %d", got, want)
	}
}

// An attacker's numbers are where the scenario says, and no visitor's unless they are to be.
func TestRanges(t *testing.T) {
	for name, test := range map[string]struct {
		attacker string
		check    func(t *testing.T, prefixes, visitors []string)
	}{
		"Home": {"range = \"home\"\nsegments = 5", func(t *testing.T, prefixes, visitors []string) {
			if segments := segmentsOf(prefixes); len(segments) != 5 || !subset(segments, segmentsOf(visitors)) || subset(prefixes[:1], visitors) {
				t.Errorf("the segments are %v", segments)
			}
		}},
		"Unknown": {"range = \"home\"\nunknown_segments = true\nsegments = 20", func(t *testing.T, prefixes, visitors []string) {
			for _, s := range segmentsOf(prefixes) {
				if slices.Contains(segmentsOf(visitors), s) {
					t.Errorf("segment %s is the visitors' too", s)
				}
			}
		}},
		"Spray": {"range = \"spray\"", func(t *testing.T, prefixes, visitors []string) {
			if !slices.Equal(prefixes, visitors) {
				t.Error("the prefixes are not the visitors'")
			}
		}},
		"Abroad": {"country_count = 150", func(t *testing.T, prefixes, visitors []string) {
			if subset(prefixes[:1], visitors) || len(prefixes) != 300 {
				t.Errorf("there are %d prefixes", len(prefixes))
			}
			for _, p := range prefixes {
				if strings.HasPrefix(p, "+86") {
					t.Errorf("prefix %s is at home", p)
				}
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := scenario(t, "prefixes = 300\n"+test.attacker)
			prefixes, visitors := simulate.AttackersNumbers(&s)
			if sorted := slices.Sorted(slices.Values(prefixes)); len(slices.Compact(sorted)) != len(prefixes) {
				t.Error("a prefix is there twice")
			}
			test.check(t, prefixes, visitors)
		})
	}
}

func segmentsOf(prefixes []string) (segments []string) {
	for _, p := range prefixes {
		segments = append(segments, p[:6])
	}
	slices.Sort(segments)
	return slices.Compact(segments)
}

func subset(part, whole []string) bool {
	return !slices.ContainsFunc(part, func(s string) bool { return !slices.Contains(whole, s) })
}

// scenario reads one with a small site and one attacker.
func scenario(t *testing.T, attacker string) simulate.Scenario {
	t.Helper()
	runs, err := simulate.Load("test.toml", []byte(small+attacker))
	if err != nil {
		t.Fatal(err)
	}
	return runs[0].Scenario
}

const small = `
duration = "2h"
history = 0
[policy]
countries = ["*"]
[visitors]
per_hour = 40
prefixes = 50
[[attackers]]
start = "1h"
duration = "1h"
per_hour = 800
addresses = 100
accuracy = 0.9
`
