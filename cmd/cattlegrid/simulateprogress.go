package main

import (
	"fmt"
	"sync"
	"time"
)

// progress says now and then how far the runs are, if they take long.
type progress struct {
	program *program
	runs    int

	mu    sync.Mutex
	said  time.Time
	ended int
	parts map[string]float64 // how far each run is that has begun and not ended
}

func newProgress(p *program, runs int) *progress {
	return &progress{program: p, runs: runs, said: p.Clock(), parts: map[string]float64{}}
}

// report notes how far a run is.
func (g *progress) report(run string, done float64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.parts[run] = done
	now := g.program.Clock()
	if now.Sub(g.said) < progressGap {
		return
	}
	g.said = now
	whole := float64(g.ended)
	for _, part := range g.parts {
		whole += part
	}
	fmt.Fprintf(g.program.Stderr, "%d of %d runs done, %.0f %% of all\n", g.ended, g.runs, 100*whole/float64(g.runs))
}

// done notes the end of a run.
func (g *progress) done(run string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.parts, run)
	g.ended++
}
