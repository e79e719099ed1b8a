package main

import (
	"context"
	"testing"
)

// A simulation, or a load, that is stopped says that, and not which of its steps was the last.
func TestStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, name := range []string{"simulate", "load"} {
		var out, wrong output
		p := program{Args: []string{name}, Env: map[string]string{}, Stdout: &out, Stderr: &wrong}
		if code := p.run(ctx); code != exitError || wrong.String() != "cattlegrid: "+name+": stopped\n" {
			t.Errorf("%s: exit code %d, %s", name, code, wrong.String())
		}
	}
}
