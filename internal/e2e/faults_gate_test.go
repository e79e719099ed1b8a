package e2e_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// gateFaults happen to gates themselves.
func gateFaults() []fault {
	var killed int
	revives := func(_ *testing.T, s *site) {
		next := s.startGate()
		next.listens()
		s.replace(killed, next)
	}
	return []fault{{
		name: "Killed", title: "gates are killed at random, four times, and started again",
		open: func(w *world) *site {
			server := redistest.Start(w.t)
			return newSite(w, server).open(server.URL(), 3)
		},
		inject: func(t *testing.T, s *site) {
			for round := range 4 {
				if round > 0 {
					revives(t, s)
					s.isServing(t, time.Now(), 4)
				}
				killed = rand.N(len(s.all()))
				s.gate(killed).kill()
				at := time.Now()
				s.awaits(t, "requests to fail", func() bool {
					return s.count(func(a asked) bool { return a.began.After(at) && a.failed() }) >= 5
				})
			}
		},
		heal: revives, // the last one
	}}
}
