package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/loadgen"
)

// load has made-up visitors cross a gate, and says how many can and how long it takes.
func (p *program) load(ctx context.Context, args []string) error {
	plan := loadgen.Plan{}
	var target, svg string
	var asJSON bool
	set := newFlags("load")
	set.StringVar(&target, "url", "http://127.0.0.1:8080", "")
	set.Float64Var(&plan.Rate, "rate", 100, "")
	set.DurationVar(&plan.For, "for", 10*time.Second, "")
	set.DurationVar(&plan.Warmup, "warmup", 0, "")
	set.IntVar(&plan.Connections, "connections", 256, "")
	set.BoolVar(&plan.Pictures, "pictures", false, "")
	set.BoolVar(&asJSON, "json", false, "")
	set.StringVar(&svg, "svg", "", "")
	if err := parseFlags(set, args); err != nil {
		return err
	}
	var err error
	if plan.URL, err = url.Parse(target); err != nil {
		return usageError{fmt.Errorf("load: -url %s is not a URL", quote(target))}
	}
	total := plan.Warmup + plan.For
	plan.Progress = func(g loadgen.Progress) {
		fmt.Fprintf(p.Stderr, "%v of %v: %d visits, %d failed, 99 of 100 of the last within %v\n",
			g.Elapsed.Round(time.Second), total, g.Visits, g.Failed, g.P99.Round(10*time.Microsecond))
	}
	result, err := plan.Run(ctx)
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	if svg != "" {
		if err := os.WriteFile(svg, result.SVG(), 0o640); err != nil { //nolint:gosec // the operator names the file
			return fmt.Errorf("load: draw: %w", err)
		}
	}
	if asJSON {
		encoder := json.NewEncoder(p.Stdout)
		return encoder.Encode(result)
	}
	return result.WriteText(p.Stdout)
}
