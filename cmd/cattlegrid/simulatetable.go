package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/cattlegrid/cattlegrid/simulate"
)

// report prints results as they come: as lines of a table, or as objects of JSON.
type report struct {
	program *program
	json    *json.Encoder
	table   *outcomeTable // nil for JSON
}

func (r *report) add(result *simulate.Result) error {
	if r.table == nil {
		return r.json.Encode(result)
	}
	return r.table.add(result)
}

// outcomeTable prints a line for each run.
type outcomeTable struct {
	out   io.Writer
	width int // of the names
	begun bool
}

func newOutcomeTable(out io.Writer, runs []simulate.Run) *outcomeTable {
	t := &outcomeTable{out: out, width: len("run")}
	for _, r := range runs {
		t.width = max(t.width, len(r.Name))
	}
	return t
}

// rulesInTable is how many rules a line names.
const rulesInTable = 3

func (t *outcomeTable) add(r *simulate.Result) error {
	var b strings.Builder
	if !t.begun {
		t.begun = true
		fmt.Fprintf(&b, "%-*s  %9s  %7s  %6s  %9s  %6s  %6s  %6s  %9s  %s\n",
			t.width, "run", "fraud SMS", "an hour", "worst", "contained", "pass", "attack", "harder", "spend", "rules (attackers/visitors)")
	}
	attacked := "-"
	if r.LegitPassDuringAttack != nil {
		attacked = share(*r.LegitPassDuringAttack)
	}
	contained, fraud, perHour, worst := "-", "-", "-", "-"
	if r.Attempts > 0 {
		contained = "never"
		if r.ContainedAfter >= 0 {
			contained = fmt.Sprintf("%.0f s", math.Ceil(r.ContainedAfter))
		}
		fraud, perHour, worst = strconv.Itoa(r.FraudTotal), fmt.Sprintf("%.1f", r.FraudPerHour), strconv.Itoa(r.WorstHour)
	}
	fmt.Fprintf(&b, "%-*s  %9s  %7s  %6s  %9s  %6s  %6s  %6s  %9s  %s\n",
		t.width, r.Name, fraud, perHour, worst, contained, share(r.LegitPass), attacked, share(r.LegitHarder),
		fmt.Sprintf("%.2f", r.Spend), rulesOf(r))
	_, err := io.WriteString(t.out, b.String())
	return err
}

// rulesOf names the rules that stood against requests most often.
func rulesOf(r *simulate.Result) string {
	rules := r.Rules[:min(len(r.Rules), rulesInTable)]
	names := make([]string, 0, len(rules))
	for _, rule := range rules {
		names = append(names, fmt.Sprintf("%s %d/%d", rule.Name,
			rule.Attackers.More+rule.Attackers.Refused, rule.Visitors.More+rule.Visitors.Refused))
	}
	return strings.Join(names, ", ")
}

// share is rounded down, so that 100.0 % means all.
func share(of float64) string { return fmt.Sprintf("%.1f %%", math.Floor(of*1000+1e-9)/10) }
