package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/simulate"
)

// rehearsal is what the command simulate was asked for.
type rehearsal struct {
	config string // file; "" means the policy that ships
	json   bool
	list   bool
	svg    string // file or directory; "" means no pictures
	run    string // part of the names of the runs to do
	files  []string
}

// simulate lets scenarios happen to a policy, and says what comes of it.
func (p *program) simulate(ctx context.Context, args []string) error {
	o, err := readRehearsal(args)
	if err != nil {
		return err
	}
	runs, err := o.runs()
	if err != nil {
		return fmt.Errorf("simulate: %w", err)
	}
	if o.list {
		for _, r := range runs {
			fmt.Fprintf(p.Stdout, "%s\t%s\n", r.Name, r.Scenario.About)
		}
		return nil
	}
	policy := guard.DefaultPolicy()
	if o.config != "" {
		c, err := load(o.config, p.Env, nil)
		if err != nil {
			return err
		}
		policy = c.policy()
	}
	paint, err := o.gallery(len(runs))
	if err != nil {
		return fmt.Errorf("simulate: %w", err)
	}
	r := report{program: p, json: json.NewEncoder(p.Stdout)}
	r.json.SetEscapeHTML(false)
	if !o.json {
		r.table = newOutcomeTable(p.Stdout, runs)
	}
	err = p.rehearse(ctx, policy, runs, func(result *simulate.Result) error {
		return errors.Join(r.add(result), paint(result))
	})
	if err != nil && ctx.Err() != nil {
		return errors.New("simulate: stopped")
	}
	return err
}

func readRehearsal(args []string) (rehearsal, error) {
	var o rehearsal
	set := newFlags("simulate")
	set.StringVar(&o.config, "config", "", "")
	set.BoolVar(&o.json, "json", false, "")
	set.BoolVar(&o.list, "list", false, "")
	set.StringVar(&o.svg, "svg", "", "")
	set.StringVar(&o.run, "run", "", "")
	_ = set.Parse(args) // for where the flags end; parseFlags says what is wrong with them
	o.files = set.Args()
	for _, f := range o.files {
		if strings.HasPrefix(f, "-") {
			return o, usageError{fmt.Errorf("simulate: %s stands after a file; flags come first", quote(f))}
		}
	}
	return o, parseFlags(set, args[:len(args)-set.NArg()])
}

// runs are those of the files, or those that ship, as far as they are asked for.
func (o *rehearsal) runs() ([]simulate.Run, error) {
	var all []simulate.Run
	var err error
	if len(o.files) == 0 {
		all, err = simulate.Shipped()
	}
	for _, f := range o.files {
		document, failed := readBounded(f)
		if failed != nil {
			return nil, fmt.Errorf("read a scenario: %w", failed)
		}
		runs, wrong := simulate.Load(f, document)
		all, err = append(all, runs...), errors.Join(err, wrong)
	}
	if err != nil {
		return nil, err
	}
	var asked []simulate.Run
	for _, r := range all {
		if strings.Contains(r.Name, o.run) {
			asked = append(asked, r)
		}
	}
	if len(asked) == 0 {
		return nil, fmt.Errorf("no run has %s in its name; -list has the names", quote(o.run))
	}
	return asked, nil
}

// gallery returns what draws a result: to a file if there is but one, else to a directory.
func (o *rehearsal) gallery(runs int) (func(*simulate.Result) error, error) {
	if o.svg == "" {
		return func(*simulate.Result) error { return nil }, nil
	}
	if !strings.HasSuffix(o.svg, ".svg") {
		if err := os.MkdirAll(o.svg, 0o750); err != nil {
			return nil, err
		}
		return func(r *simulate.Result) error { return drawResult(filepath.Join(o.svg, pictureName(r.Name)), r) }, nil
	}
	if runs > 1 {
		return nil, usageError{fmt.Errorf("-svg %s is one file, and there are %d runs: name a directory, or choose with -run", o.svg, runs)}
	}
	return func(r *simulate.Result) error { return drawResult(o.svg, r) }, nil
}

func drawResult(path string, r *simulate.Result) error {
	if err := os.WriteFile(path, r.SVG(), 0o640); err != nil { //nolint:gosec // the operator names the file
		return fmt.Errorf("simulate: draw: %w", err)
	}
	return nil
}

// pictureName is the name of a run's file: "home-4000-accuracy-0.9.svg".
func pictureName(run string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' {
			return r
		}
		return '-'
	}, run) + ".svg"
}

// rehearse lets the runs happen, as many at a time as there are processors, and hands the results over in order.
func (p *program) rehearse(ctx context.Context, policy guard.Policy, runs []simulate.Run, each func(*simulate.Result) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// A run makes much garbage and keeps little: with the usual pace a third of the time is spent on clearing it away.
	const pace = 400
	defer debug.SetGCPercent(debug.SetGCPercent(pace))
	progress := newProgress(p, len(runs))
	simulator := simulate.Simulator{Policy: policy, Report: progress.report}
	type outcome struct {
		result simulate.Result
		err    error
	}
	outcomes := make([]chan outcome, len(runs))
	for i := range outcomes {
		outcomes[i] = make(chan outcome, 1)
	}
	next := make(chan int)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer cancel()
	for range min(len(runs), runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := range next {
				result, err := simulator.Run(ctx, runs[i])
				progress.done(runs[i].Name)
				outcomes[i] <- outcome{result, err}
			}
		})
	}
	workers.Go(func() {
		defer close(next)
		for i := range runs {
			select {
			case next <- i:
			case <-ctx.Done():
				outcomes[i] <- outcome{err: ctx.Err()}
				return
			}
		}
	})
	for i := range runs {
		o := <-outcomes[i]
		if o.err == nil {
			o.err = each(&o.result)
		}
		if o.err != nil {
			return o.err
		}
	}
	return nil
}
