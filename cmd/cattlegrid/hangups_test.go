package main

import "testing"

// A SIGHUP is the terminal's if there was one and is none any more; every other one is an operator's.
func TestTerminalClosed(t *testing.T) {
	for _, c := range []struct{ had, has, want bool }{
		{had: false, has: false, want: false},
		{had: true, has: true, want: false},
		{had: true, has: false, want: true},
	} {
		h := &hangups{started: c.had, terminal: func() bool { return c.has }}
		if got := h.terminalClosed(); got != c.want {
			t.Errorf("had a terminal: %v, has one: %v: got %v", c.had, c.has, got)
		}
	}
}
