// Command table measures this repository's captchas beside those of other
// modules and writes the figures as markdown tables.
//
//	table                           # prints them
//	table -o ../docs/benchmarks.md  # writes them into a document
//
// In the document each table replaces what stands between its two markers:
//
//	<!-- table:draw -->
//	<!-- /table:draw -->
//
// The other table is called audio. A document may have one of the two; what has
// no place in the document is not measured.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/cattlegrid/cattlegrid/bench/markdown"
	"github.com/cattlegrid/cattlegrid/bench/measure"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "table:", err)
		stop()
		os.Exit(1)
	}
}

// The bounds of what may be asked for.
const (
	defaultRounds, maxRounds            = 9, 100
	defaultPeriod, minPeriod, maxPeriod = 150 * time.Millisecond, time.Millisecond, 10 * time.Second
)

// run does what the command line says.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var plan measure.Plan
	set := flag.NewFlagSet("table", flag.ContinueOnError)
	set.SetOutput(stderr)
	name := set.String("o", "", "a markdown `file` with markers")
	set.IntVar(&plan.Rounds, "rounds", defaultRounds, "`number` of rounds")
	set.DurationVar(&plan.Period, "time", defaultPeriod, "`duration` of each generator in each round")
	if err := set.Parse(args); err != nil {
		return fmt.Errorf("read flags: %w", err)
	}
	switch {
	case set.NArg() > 0:
		return fmt.Errorf("%q is no flag", set.Arg(0))
	case plan.Rounds < 1 || plan.Rounds > maxRounds:
		return fmt.Errorf("-rounds %d is not between 1 and %d", plan.Rounds, maxRounds)
	case plan.Period < minPeriod || plan.Period > maxPeriod:
		return fmt.Errorf("-time %v is not between %v and %v", plan.Period, minPeriod, maxPeriod)
	}
	if *name == "" {
		return show(ctx, plan, stdout, stderr)
	}
	return renew(ctx, plan, *name, stderr)
}

// show writes all tables.
func show(ctx context.Context, plan measure.Plan, stdout, stderr io.Writer) error {
	for _, t := range tables {
		fmt.Fprintf(stderr, "table: measuring %s\n", t.name)
		text, err := t.write(ctx, plan)
		if err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		fmt.Fprintf(stdout, "%s\n", text)
	}
	return nil
}

// renew writes those tables that the document has markers for.
func renew(ctx context.Context, plan measure.Plan, name string, stderr io.Writer) error {
	document, err := os.ReadFile(name) //nolint:gosec // the operator names it
	if err != nil {
		return fmt.Errorf("read the document: %w", err)
	}
	found := false
	for _, t := range tables {
		place, ok, err := markdown.Find(document, t.name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if !ok {
			continue
		}
		found = true
		fmt.Fprintf(stderr, "table: measuring %s\n", t.name)
		text, err := t.write(ctx, plan)
		if err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		document = place.Fill(document, text)
	}
	if !found {
		return fmt.Errorf("%s: %w for tables, for example <!-- table:draw --> and <!-- /table:draw -->", name, markdown.ErrNoMarkers)
	}
	if err := os.WriteFile(name, document, 0o644); err != nil { //nolint:gosec // documents are for everybody
		return fmt.Errorf("write the document: %w", err)
	}
	return nil
}
