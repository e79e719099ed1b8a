package simulate

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Run is one scenario with everything decided.
type Run struct {
	Name     string // of the scenario, and what is swept: "home prefixes=4000 accuracy=0.9"
	Scenario Scenario
}

// sweep is a key with the values that it takes in turn.
type sweep struct {
	Key    string `toml:"key"` // "visitors.prefixes"; "attackers.accuracy" means that of all attackers
	Values []any  `toml:"values"`
}

// maxRuns bounds how many runs a file makes.
const maxRuns = 1000

// Load reads a scenario file, of which only the name's last part is used. It makes one run for each combination of what
// is swept, the last key changing fastest:
//
//	[[sweep]]
//	key = "attackers.accuracy"
//	values = [0.3, 0.9]
//
// The error names the line and the key of each mistake.
func Load(name string, document []byte) ([]Run, error) {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	if len(document) > maxScenarioLen {
		return nil, fmt.Errorf("%s: it is larger than %d bytes", base, maxScenarioLen)
	}
	lines := linesOf(document)
	sweeps, rest, err := cut(base, document, lines)
	if err != nil {
		return nil, err
	}
	title := strings.TrimSuffix(base, ".toml")
	if len(sweeps) == 0 {
		s, err := parse(base, document, lines)
		if err != nil {
			return nil, err
		}
		return []Run{{Name: title, Scenario: s}}, nil
	}
	return expand(base, title, rest, sweeps)
}

// cut takes the sweeps out of a document.
func cut(name string, document []byte, lines map[string]int) ([]sweep, map[string]any, error) {
	var only struct {
		Sweep []sweep `toml:"sweep"`
	}
	rest := map[string]any{}
	if err := errors.Join(toml.Unmarshal(document, &only), toml.Unmarshal(document, &rest)); err != nil {
		return nil, nil, decodeError(name, err, true)
	}
	runs := 1
	for i, s := range only.Sweep {
		at := place(name, fmt.Sprintf("sweep[%d]", i), lines)
		switch {
		case s.Key == "" || s.Key == "sweep" || strings.HasPrefix(s.Key, "sweep."):
			return nil, nil, fmt.Errorf("%s: sweep.key is %q, want a key such as %q", at, s.Key, "attackers.accuracy")
		case len(s.Values) == 0:
			return nil, nil, fmt.Errorf("%s: sweep.values of %s is empty, want a list", at, s.Key)
		}
		if runs *= len(s.Values); runs > maxRuns {
			return nil, nil, fmt.Errorf("%s: the sweeps make more than %d runs", at, maxRuns)
		}
	}
	if len(only.Sweep) == 0 {
		return nil, nil, nil
	}
	delete(rest, "sweep")
	// What stands outside of the sweeps is read as it is for its mistakes, which have lines.
	type whole struct {
		Scenario
		Sweep []sweep `toml:"sweep"`
	}
	all := whole{Scenario: defaults()}
	if err := toml.NewDecoder(bytes.NewReader(document)).DisallowUnknownFields().Decode(&all); err != nil {
		return nil, nil, decodeError(name, err, true)
	}
	return only.Sweep, rest, nil
}

// expand makes a run of each combination.
func expand(name, title string, rest map[string]any, sweeps []sweep) ([]Run, error) {
	indices := make([]int, len(sweeps))
	var runs []Run
	for {
		label := []string{title}
		for i, s := range sweeps {
			value := s.Values[indices[i]]
			if err := set(rest, strings.Split(s.Key, "."), value); err != nil {
				return nil, fmt.Errorf("%s: sweep of %s: %w", name, s.Key, err)
			}
			label = append(label, fmt.Sprintf("%s=%v", s.Key[strings.LastIndexByte(s.Key, '.')+1:], value))
		}
		run := strings.Join(label, " ")
		document, err := toml.Marshal(rest)
		if err != nil {
			return nil, fmt.Errorf("%s: sweep: %w", name, err)
		}
		s, err := parse(name, document, nil)
		if err != nil {
			return nil, fmt.Errorf("%w (in the run %s)", err, run)
		}
		runs = append(runs, Run{Name: run, Scenario: s})
		i := len(sweeps) - 1
		for ; i >= 0; i-- {
			if indices[i]++; indices[i] < len(sweeps[i].Values) {
				break
			}
			indices[i] = 0
		}
		if i < 0 {
			return runs, nil
		}
	}
}

// set puts a value at a key of a document; in an array of tables, into each.
func set(document any, key []string, value any) error {
	switch d := document.(type) {
	case map[string]any:
		if len(key) == 1 {
			d[key[0]] = value
			return nil
		}
		if d[key[0]] == nil {
			d[key[0]] = map[string]any{}
		}
		return set(d[key[0]], key[1:], value)
	case []any:
		for _, element := range d {
			if err := set(element, key, value); err != nil {
				return err
			}
		}
		return nil
	default:
		return fmt.Errorf("%s is in no table", strings.Join(key, "."))
	}
}

//go:embed scenarios/*.toml
var shipped embed.FS

// Shipped returns the runs of the scenarios that come with this package, in the order of their files' names.
func Shipped() ([]Run, error) {
	files, err := shipped.ReadDir("scenarios")
	if err != nil {
		return nil, fmt.Errorf("list the scenarios: %w", err)
	}
	var all []Run
	for _, f := range files {
		document, err := shipped.ReadFile("scenarios/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("read a scenario: %w", err)
		}
		runs, err := Load(f.Name(), document)
		if err != nil {
			return nil, err
		}
		all = append(all, runs...)
	}
	return all, nil
}
