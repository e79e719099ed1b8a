package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
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
	var patience time.Duration
	set := newFlags("load")
	set.StringVar(&target, "url", "http://127.0.0.1:8080", "")
	set.DurationVar(&patience, "wait", 5*time.Second, "")
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
	// Before the load: it would be a pity to lose it for the name of a file.
	unmake, err := makePicture(svg)
	if err != nil {
		return fmt.Errorf("load: draw: %w", err)
	}
	if err := plan.Await(ctx, patience); err != nil {
		return errors.Join(loadError(ctx, err), unmake())
	}
	result, err := plan.Run(ctx)
	if err != nil {
		return errors.Join(loadError(ctx, err), unmake())
	}
	if asJSON {
		err = json.NewEncoder(p.Stdout).Encode(result)
	} else {
		err = result.WriteText(p.Stdout)
	}
	if svg != "" {
		err = errors.Join(err, os.WriteFile(svg, result.SVG(), pictureMode))
	}
	if err = errors.Join(err, result.Err()); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	return nil
}

// loadError says why nothing was measured.
func loadError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.New("load: stopped")
	}
	return fmt.Errorf("load: %w", err)
}

const pictureMode = 0o640

// makePicture makes an empty file, unless it is there or path is "", and returns what takes it away again.
func makePicture(path string) (unmake func() error, err error) {
	unmake = func() error { return nil }
	if path == "" {
		return unmake, nil
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		unmake = func() error { return os.Remove(path) }
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, pictureMode) //nolint:gosec // the operator names the file
	if err != nil {
		return unmake, err
	}
	return unmake, f.Close()
}
