package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// reloader reads the configuration again and puts its policy and prices in force.
type reloader struct {
	read    func() (*config, error)
	started *config                // what is in force of all that cannot be changed while serving
	prices  atomic.Pointer[config] // whose prices are in force
	watch   *watch
	logger  *slog.Logger
}

// price is what a message costs.
func (r *reloader) price(n guard.Number) int { return r.prices.Load().price(n) }

// follow reloads whenever it is told to, until the function that it returns is called.
func (r *reloader) follow(ctx context.Context, h *hangups, gate *cattlegrid.Gate) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) // a process that drains is still told
	var following sync.WaitGroup
	following.Go(func() {
		for {
			select {
			case <-h.told:
				if h.terminalClosed() {
					r.logger.InfoContext(ctx, "the terminal was closed")
					h.end()
					continue
				}
				r.reload(ctx, gate)
				r.watch.reopen()
			case <-ctx.Done():
				return
			}
		}
	})
	return func() {
		cancel()
		following.Wait()
	}
}

// reload puts the configuration as it is now in force, as far as that can be done while serving. If it is broken, all stays
// as it was.
func (r *reloader) reload(ctx context.Context, gate *cattlegrid.Gate) {
	c, err := r.read()
	if err != nil {
		r.keep(ctx, err)
		return
	}
	changed := r.changed(c)
	// What cannot be changed stays as it is, and the rest has to fit to that.
	next := *r.started
	next.origins = c.origins
	next.Guard = c.Guard
	next.Guard.TestNumbers, next.Guard.AllowTestNumbers = r.started.Guard.TestNumbers, r.started.Guard.AllowTestNumbers
	if err := next.check(); err != nil {
		r.keep(ctx, err)
		return
	}
	if err := gate.SetPolicy(next.policy()); err != nil {
		r.keep(ctx, err)
		return
	}
	r.prices.Store(&next)
	r.watch.follow(&next)
	r.watch.decisions.Reload(true)
	r.logger.InfoContext(ctx, "reloaded the policy", slog.String("mode", next.Guard.Mode))
	if len(changed) > 0 {
		r.logger.WarnContext(ctx, "some of what changed in the configuration needs a restart", slog.String("keys", strings.Join(changed, ", ")))
	}
}

// keep says why all stays as it was.
func (r *reloader) keep(ctx context.Context, err error) {
	r.watch.decisions.Reload(false)
	for line := range strings.Lines(err.Error()) {
		r.logger.ErrorContext(ctx, "the configuration is broken, so the old policy stays in force", slog.String("error", strings.TrimSpace(line)))
	}
}

// changed lists the keys that changed and cannot be changed while serving.
func (r *reloader) changed(c *config) []string {
	var keys []string
	for _, s := range settings() {
		if !isReloaded(s.key) && fmt.Sprint(s.value(c)) != fmt.Sprint(s.value(r.started)) {
			keys = append(keys, s.key)
		}
	}
	if fmt.Sprint(c.Guard.TestNumbers) != fmt.Sprint(r.started.Guard.TestNumbers) {
		keys = append(keys, testNumbersTable)
	}
	return keys
}

func isReloaded(key string) bool {
	return strings.HasPrefix(key, "guard.") && !strings.HasPrefix(key, "guard.work.") && key != "guard.allow_test_numbers"
}
