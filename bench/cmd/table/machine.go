package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/cattlegrid/cattlegrid/bench/measure"
)

// circumstances says where and how the figures came about, and how to repeat
// them.
func circumstances(plan measure.Plan, during span) string {
	command := "go run ./cmd/table"
	if plan.Rounds != defaultRounds {
		command += fmt.Sprintf(" -rounds %d", plan.Rounds)
	}
	if plan.Period != defaultPeriod {
		command += fmt.Sprintf(" -time %v", plan.Period)
	}
	return fmt.Sprintf("Medians of %d rounds of %v a line, ± half the distance between the quartiles; CPU is user and system time on all cores.\n"+
		"%s, %d cores, %s/%s, %s, on %s%s. Again: `cd bench && %s`.\n",
		plan.Rounds, plan.Period, measure.Processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(),
		during.end.at.Format("2 January 2006"), during.others(), command)
}

// versions returns the versions of the modules that this program was built with.
func versions() map[string]string {
	found := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			found[m.Path] = m.Version
		}
	}
	return found
}
