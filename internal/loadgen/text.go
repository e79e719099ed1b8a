package loadgen

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// WriteText writes the result as a table, and beneath it what went wrong.
func (r *Result) WriteText(w io.Writer) error {
	fmt.Fprintln(w, r.title())
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "step\tok\ta second\tmean\tp50\tp90\tp99\tp99.9\tmax\tshed\tfailed\t")
	for _, s := range r.Steps {
		fmt.Fprintf(t, "%s\t%d\t%.1f\t", s.Name, s.Outcomes[string(ok)], s.PerSec)
		for _, d := range []Duration{s.Times.Mean, s.Times.P50, s.Times.P90, s.Times.P99, s.Times.P999, s.Times.Max} {
			fmt.Fprintf(t, "%s\t", millis(d))
		}
		fmt.Fprintf(t, "%d\t%d\t\n", s.Outcomes[string(shed)], s.failed())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(w, r.remarks())
	return err
}

func (r *Result) title() string {
	if r.Rate == 0 {
		return fmt.Sprintf("%d connections, each with one visitor after the other, for %.1f s; times in ms", r.Connections, r.Seconds)
	}
	return fmt.Sprintf("%g visitors a second, at random, for %.1f s; at most %d connections; times in ms since a visitor came",
		r.Rate, r.Seconds, r.Connections)
}

// remarks says what went wrong, most frequent first.
func (r *Result) remarks() string {
	var b strings.Builder
	for _, s := range r.Steps {
		if s.Name == stepNames[whole] {
			continue
		}
		names := make([]string, 0, len(s.Outcomes))
		for o := range s.Outcomes {
			if o != string(ok) {
				names = append(names, o)
			}
		}
		slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(s.Outcomes[b], s.Outcomes[a]), strings.Compare(a, b)) })
		for _, o := range names {
			fmt.Fprintf(&b, "%s: %d %s\n", s.Name, s.Outcomes[o], explained(o))
		}
	}
	if r.Lost > 0 {
		fmt.Fprintf(&b, "%d visitors were lost: more than %d were waiting for a connection\n", r.Lost, maxWaiting)
	}
	return b.String()
}

func explained(o string) string {
	switch outcome(o) {
	case shed:
		return "shed: the gate had too much to do, said so, and went on with the others"
	case broken:
		return "connection: it could not be made, broke, or brought no answer within " + requestTimeout.String()
	case errnoLimit:
		return o + ": a limit of the guard, which holds here too; CATTLEGRID_GUARD_MODE=observe has the gate refuse nothing"
	case errnoOneWay:
		return o + ": a limit of one address"
	default:
		return o
	}
}

func (s Step) failed() (failed int64) {
	for o, n := range s.Outcomes {
		if o != string(ok) && o != string(shed) {
			failed += n
		}
	}
	return failed
}

// millis writes a time in milliseconds, with as many digits as matter.
func millis(d Duration) string {
	ms := float64(time.Duration(d).Microseconds()) / 1000
	switch {
	case ms >= 100:
		return fmt.Sprintf("%.0f", ms)
	case ms >= 10:
		return fmt.Sprintf("%.1f", ms)
	default:
		return fmt.Sprintf("%.2f", ms)
	}
}
