// Command guardtable writes what cattlegrid simulate -json says into docs/guard.md, between the markers for it.
//
//	cattlegrid simulate -json | guardtable docs/guard.md
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/cattlegrid/cattlegrid/simulate"
)

const (
	begin = "<!-- runs -->\n"
	end   = "<!-- /runs -->"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: cattlegrid simulate -json | guardtable docs/guard.md")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "guardtable:", err)
		os.Exit(1)
	}
}

func write(path string, results io.Reader) error {
	table, err := tableOf(results)
	if err != nil {
		return err
	}
	page, err := os.ReadFile(path) //nolint:gosec // whoever runs it names the file
	if err != nil {
		return err
	}
	head, rest, opened := strings.Cut(string(page), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !opened || !closed {
		return fmt.Errorf("%s has no %s and %s", path, strings.TrimSpace(begin), end)
	}
	return os.WriteFile(path, []byte(head+begin+table+end+tail), 0o600) //nolint:gosec // the same file
}

func tableOf(results io.Reader) (string, error) {
	var all []simulate.Result
	for decoder := json.NewDecoder(results); ; {
		var r simulate.Result
		if err := decoder.Decode(&r); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return "", fmt.Errorf("read the results: %w", err)
		}
		all = append(all, r)
	}
	if len(all) == 0 {
		return "", errors.New("there are no results")
	}
	slices.SortStableFunc(all, func(a, b simulate.Result) int { return strings.Compare(scenario(a), scenario(b)) })
	var table strings.Builder
	table.WriteString("| run | attempts | fraud | an hour | worst hour | contained | pass | in the attack | asked for more |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, r := range all {
		fmt.Fprintf(&table, "| %s | %s |\n", r.Name, strings.Join(cells(r), " | "))
	}
	return table.String(), nil
}

// scenario is the run's name without what was varied in it.
func scenario(r simulate.Result) string {
	name, _, _ := strings.Cut(r.Name, " ")
	return name
}

func cells(r simulate.Result) []string {
	pass, more := share(r.LegitPass), share(r.LegitHarder)
	if r.Attempts == 0 {
		return []string{"", "", "", "", "", pass, "", more}
	}
	contained := fmt.Sprintf("%.0f s", r.ContainedAfter)
	if r.ContainedAfter < 0 {
		contained = "**never**"
	}
	during := ""
	if r.LegitPassDuringAttack != nil {
		during = share(*r.LegitPassDuringAttack)
	}
	return []string{
		strconv.Itoa(r.Attempts), strconv.Itoa(r.FraudTotal), fmt.Sprintf("%.1f", r.FraudPerHour), strconv.Itoa(r.WorstHour),
		contained, pass, during, more,
	}
}

func share(x float64) string { return fmt.Sprintf("%.1f %%", 100*x) }
