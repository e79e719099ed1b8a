package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/cattlegrid/cattlegrid/bench/measure"
)

// row is one line of a table: a generator and what it cost in each round.
type row struct {
	name    string // with its version
	format  string
	ours    bool
	rounds  []measure.Cost
	against []measure.Cost // the cost of ours in the same rounds
}

// cpu returns the CPU time of each round in microseconds.
func (r row) cpu() []float64 {
	return each(r.rounds, func(c measure.Cost) float64 { return float64(c.CPU.Nanoseconds()) / 1000 })
}

func (r row) bytes() float64 {
	return measure.Median(each(r.rounds, func(c measure.Cost) float64 { return c.Bytes }))
}

func (r row) allocs() float64 {
	return measure.Median(each(r.rounds, func(c measure.Cost) float64 { return c.Allocs }))
}

// ratios says how many times the CPU time of ours it took, round by round.
func (r row) ratios() []float64 {
	ratios := make([]float64, len(r.rounds))
	for i, c := range r.rounds {
		ratios[i] = float64(c.CPU) / float64(r.against[i].CPU)
	}
	return ratios
}

// format writes rows as a table, ours first, then the others from the quickest on.
func format(rows []row) string {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b row) int {
		switch {
		case a.ours && b.ours:
			return 0
		case a.ours:
			return -1
		case b.ours:
			return 1
		}
		return int(math.Copysign(1, measure.Median(a.cpu())-measure.Median(b.cpu())))
	})
	var text strings.Builder
	text.WriteString("| generator | format | CPU | bytes | allocations | CPU : ours |\n|---|---|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(&text, "| %s | %s | %s | %s | %s | %.1f |\n", r.name, strings.ToUpper(r.format), duration(r.cpu()),
			number(r.bytes(), 0), number(r.allocs(), 0), measure.Median(r.ratios()))
	}
	return text.String()
}

// verdict compares ours with the quickest rival of each round.
func verdict(rows []row) string {
	var lowest []float64
	for _, r := range rows {
		if r.ours {
			continue
		}
		ratios := r.ratios()
		if lowest == nil {
			lowest = ratios
			continue
		}
		for i := range lowest {
			lowest[i] = min(lowest[i], ratios[i])
		}
	}
	return fmt.Sprintf("The quickest rival takes %.1f times the CPU time of ours (%.1f to %.1f over the rounds).\n",
		measure.Median(lowest), slices.Min(lowest), slices.Max(lowest))
}

// duration writes the median of microseconds and how far they lie apart.
func duration(microseconds []float64) string {
	median := measure.Median(microseconds)
	digits := 0
	if median < 100 {
		digits = 1
	}
	return fmt.Sprintf("%s µs ± %.0f %%", number(median, digits), 100*measure.Spread(microseconds)/median)
}

// number writes a number with spaces between thousands: 12 345.6.
func number(value float64, digits int) string {
	text := strconv.FormatFloat(value, 'f', digits, 64)
	end, _, _ := strings.Cut(text, ".")
	for i := len(end) - 3; i > 0; i -= 3 {
		text = text[:i] + " " + text[i:]
	}
	return text
}

func each(costs []measure.Cost, figure func(measure.Cost) float64) []float64 {
	figures := make([]float64, len(costs))
	for i, c := range costs {
		figures[i] = figure(c)
	}
	return figures
}
