package simulate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/simulate"
)

// What a file does not say is what visitors and attackers normally are.
func TestLoad(t *testing.T) {
	runs, err := simulate.Load("dir/mine.toml", []byte(`
seed = 7
[visitors]
prefixes = 400
[[attackers]]
start = "1h"
duration = "2h"
per_hour = 100
addresses = 3
accuracy = 0.9
countries = ["ID", "PK"]
prefixes = 10
`))
	if err != nil {
		t.Fatal(err)
	}
	if len(runs) != 1 || runs[0].Name != "mine" {
		t.Fatalf("the runs are %+v, want one of name mine", runs)
	}
	s := runs[0].Scenario
	if s.Seed != 7 || s.History != 14 || s.Duration != simulate.Duration(24*time.Hour) || s.Visitors.Prefixes != 400 || s.Visitors.PerHour != 500 {
		t.Errorf("the scenario is %+v, want its own values over the defaults", s)
	}
	a := s.Attackers[0]
	if a.HardAccuracy != 0.9 || a.Range != simulate.Abroad || a.Repeats != 1 || a.PerNetwork != 1 || a.SolveTime != simulate.Duration(2*time.Second) {
		t.Errorf("the attacker is %+v, want defaults in place of zeros", a)
	}
}

// Each combination of what is swept is a run, the last key changing fastest. A key within attackers is that of all.
func TestSweep(t *testing.T) {
	runs, err := simulate.Load("s.toml", []byte(`
[[attackers]]
start = "1h"
duration = "2h"
per_hour = 100
addresses = 3
accuracy = 0.9
range = "spray"
[[attackers]]
start = "1h"
duration = "2h"
per_hour = 100
addresses = 3
range = "spray"
[[sweep]]
key = "attackers.accuracy"
values = [0.3, 1]
[[sweep]]
key = "policy.known.prefix"
values = [1, 2, 3]
`))
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, 0, len(runs))
	for _, r := range runs {
		names = append(names, r.Name)
		if a := r.Scenario.Attackers; a[0].Accuracy != a[1].Accuracy {
			t.Errorf("in %s one attacker is right at %v, the other at %v", r.Name, a[0].Accuracy, a[1].Accuracy)
		}
	}
	want := []string{
		"s accuracy=0.3 prefix=1", "s accuracy=0.3 prefix=2", "s accuracy=0.3 prefix=3",
		"s accuracy=1 prefix=1", "s accuracy=1 prefix=2", "s accuracy=1 prefix=3",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("names of the runs (-want +got):\n%s", diff)
	}
	if got := runs[2].Scenario.Policy.Known.Prefix; got != 3 {
		t.Errorf("the third run has %d, want 3", got)
	}
}

// A mistake is told with its line and its key.
func TestMistakes(t *testing.T) {
	const attacker = "[[attackers]]\nstart = \"1h\"\nduration = \"2h\"\nper_hour = 100\naddresses = 3\naccuracy = 0.9\n"
	for name, test := range map[string]struct{ document, want string }{
		"Unknown":        {"seed = 1\nsede = 2\n", "s.toml:2: unknown key sede"},
		"UnknownSection": {"\n[visitors]\nper_hour = 5\nfoo = 1\n", "s.toml:4: unknown key visitors.foo"},
		"Syntax":         {"seed = 1\nseed = \n", "s.toml:2: "},
		"Type":           {"seed = 1\nhistory = \"x\"\n", "s.toml:2: "},
		"Time":           {"duration = \"1 h\"\n", "s.toml:1: "},
		"Bounds":         {"seed = 1\nhistory = 61\n", "s.toml:2: history is 61, want 0 to 60"},
		"Share":          {"[visitors]\nsolve = 1.5\n", "s.toml:2: visitors.solve is 1.5, want 0 to 1"},
		"Nan":            {"[visitors]\nsolve = nan\n", "s.toml:2: visitors.solve is NaN, want 0 to 1"},
		"Prefixes":       {"[visitors]\nprefixes = 3\n", "s.toml:2: visitors.prefixes is 3, want 40 to 200000"},
		"Country":        {attacker + "countries = [\"XX\"]\nprefixes = 5\n", `s.toml:7: attackers.countries has "XX", want the codes of countries abroad, such as "ID"`},
		"HomeCountry":    {attacker + "countries = [\"CN\"]\nprefixes = 5\n", `s.toml:7: attackers.countries has "CN"`},
		"Range":          {attacker + "range = \"moon\"\n", `s.toml:7: attackers.range is "moon", want abroad, home or spray`},
		"Second":         {attacker + "range = \"spray\"\n" + attacker + "range = \"home\"\nprefixes = 2\n", "s.toml:15: attackers.prefixes is 2, want 10 to "},
		"Missing":        {attacker + "range = \"home\"\n", "s.toml:1: attackers.prefixes is 0, want 10 to "},
		"SweepKey":       {"[[sweep]]\nvalues = [1]\n", `s.toml:1: sweep.key is "", want a key such as "attackers.accuracy"`},
		"SweepEmpty":     {"seed = 1\n[[sweep]]\nkey = \"seed\"\nvalues = []\n", "s.toml:2: sweep.values of seed is empty, want a list"},
		"SweepUnknown":   {"[[sweep]]\nkey = \"sede\"\nvalues = [1]\n", "s.toml: unknown key sede"},
		"SweepBounds":    {"[[sweep]]\nkey = \"history\"\nvalues = [1, 99]\n", "s.toml: history is 99, want 0 to 60 (in the run s history=99)"},
		"SweepBeside":    {"foo = 1\n[[sweep]]\nkey = \"history\"\nvalues = [1]\n", "s.toml:1: unknown key foo"},
		"SweepPlain":     {"seed = 1\n[[sweep]]\nkey = \"seed.x\"\nvalues = [1]\n", "s.toml: sweep of seed.x: x is in no table"},
		"SweepMany":      {"[[sweep]]\nkey = \"seed\"\nvalues = [" + strings.Repeat("1,", 1001) + "]\n", "s.toml:1: the sweeps make more than 1000 runs"},
		"Large":          {strings.Repeat("#", 1<<20+1), "s.toml: it is larger than 1048576 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := simulate.Load("s.toml", []byte(test.document))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("the error is %v, want %s", err, test.want)
			}
		})
	}
}

// The scenarios that ship can be read, and each has a name of its own.
func TestShipped(t *testing.T) {
	runs, err := simulate.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range runs {
		if seen[r.Name] || r.Scenario.About == "" {
			t.Errorf("the run %q has a name that another one has, or says nothing about itself", r.Name)
		}
		seen[r.Name] = true
	}
	if len(runs) < 40 {
		t.Errorf("there are %d runs", len(runs))
	}
}

// Whatever a file says, reading it ends, with runs or an error that names the file.
func FuzzLoad(f *testing.F) {
	f.Add([]byte("seed = 1\n[visitors]\nper_hour = 5\n[[attackers]]\nstart = \"1h\"\n"))
	f.Add([]byte("[[sweep]]\nkey = \"attackers.accuracy\"\nvalues = [1, 2]\n"))
	f.Fuzz(func(t *testing.T, document []byte) {
		runs, err := simulate.Load("f.toml", document)
		if err != nil && !strings.HasPrefix(err.Error(), "f.toml") {
			t.Errorf("the error is %v, which does not name the file", err)
		}
		if err == nil && len(runs) == 0 {
			t.Error("there are no runs, and no error")
		}
	})
}
