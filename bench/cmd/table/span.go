package main

import (
	"fmt"
	"time"

	"github.com/cattlegrid/cattlegrid/bench/measure"
)

// moment is what the clocks said at one time.
type moment struct {
	at           time.Time
	own, machine time.Duration
	known        bool // whether the machine told
}

func now() moment {
	m := moment{at: time.Now()}
	own, err := measure.CPU()
	machine, ok := measure.Machine()
	m.own, m.machine, m.known = own, machine, ok && err == nil
	return m
}

// span is the time that a table took.
type span struct {
	start, end moment
}

// others says how busy other programs kept the machine meanwhile, as part of a
// sentence, or nothing where that is not known.
func (s span) others() string {
	elapsed := s.end.at.Sub(s.start.at)
	if !s.start.known || !s.end.known || elapsed <= 0 {
		return ""
	}
	foreign := (s.end.machine - s.start.machine) - (s.end.own - s.start.own)
	return fmt.Sprintf("; meanwhile other programs kept %.1f cores busy", max(0, foreign.Seconds()/elapsed.Seconds()))
}
