// Command serving measures cattlegrid as it serves, on each of its stores, beside a ceiling, and writes what it finds as JSON
// and as tables into a document.
//
//	serving -command ../bin/cattlegrid -json ../docs/serving.json -o ../docs/benchmarks.md
//	serving -json ../docs/serving.json -o ../docs/benchmarks.md -again   # the tables only, from figures that are there
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid/bench/markdown"
	"github.com/cattlegrid/cattlegrid/bench/serving"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "serving:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 3 && args[0] == "ceiling" {
		return serving.ServeCeiling(ctx, args[1], args[2])
	}
	var plan serving.Plan
	set := flag.NewFlagSet("serving", flag.ContinueOnError)
	command := set.String("command", "../bin/cattlegrid", "the built `file`")
	figures := set.String("json", "", "the `file` of the figures")
	document := set.String("o", "", "a markdown `file` with markers")
	again := set.Bool("again", false, "write the tables from the figures that are there")
	overload := set.Bool("overload", false, "measure only the overload anew, and keep the other figures that are there")
	set.IntVar(&plan.Rounds, "rounds", 5, "`number` of rounds")
	set.DurationVar(&plan.Period, "time", 4*time.Second, "`duration` of a measurement in a round")
	set.IntVar(&plan.Million, "million", 1_000_000, "`number` of outstanding challenges")
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() > 0 || plan.Rounds < 1 || plan.Period < 100*time.Millisecond || *figures == "" {
		return errors.New("want -json file, at least one round, and at least 100ms for each")
	}
	f := &serving.Figures{}
	if *again || *overload {
		text, err := os.ReadFile(*figures)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(text, f); err != nil {
			return fmt.Errorf("%s: %w", *figures, err)
		}
	}
	if !*again {
		if err := measured(ctx, plan, *command, *figures, *overload, f); err != nil {
			return err
		}
	}
	if *document == "" {
		for name, table := range f.Tables() {
			fmt.Printf("%s\n\n%s\n", name, table)
		}
		return nil
	}
	return markdown.Renew(*document, f.Tables())
}

// measured measures, all or the overload, and writes the figures.
func measured(ctx context.Context, plan serving.Plan, command, path string, overload bool, f *serving.Figures) error {
	command, err := filepath.Abs(command)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "serving")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bench := serving.Bench{Command: command, Self: self, Dir: dir}
	began := time.Now()
	say := func(what string) { fmt.Fprintf(os.Stderr, "%5s  %s\n", time.Since(began).Round(time.Second), what) }
	if overload {
		err = bench.Overload(ctx, plan, f, say)
	} else {
		say(fmt.Sprintf("this takes about %v", plan.Took().Round(time.Minute)))
		var all *serving.Figures
		if all, err = bench.Run(ctx, plan, say); err == nil {
			*f = *all
		}
	}
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strings.TrimSpace(string(text))+"\n"), 0o644) //nolint:gosec // documents are for everybody
}
