package main

import (
	"os"
	"os/signal"
	"syscall"
)

// hangups are SIGHUPs, which an operator sends to have the configuration read again. There is none on Windows. A terminal that is
// closed sends one, too, to what was started in it: that is to end, or it would go on unseen.
type hangups struct {
	told     chan os.Signal
	end      func()      // ends the process well
	terminal func() bool // whether the process has one
	started  bool        // whether it had one, and was not started by nohup, to outlast it
}

// newHangups begins to listen.
func newHangups(end func()) *hangups {
	h := &hangups{told: make(chan os.Signal, 1), end: end, terminal: hasTerminal}
	h.started = hasTerminal() && !signal.Ignored(syscall.SIGHUP)
	signal.Notify(h.told, syscall.SIGHUP)
	return h
}

func (h *hangups) stop() { signal.Stop(h.told) }

// terminalClosed reports whether a SIGHUP that came is the terminal's.
func (h *hangups) terminalClosed() bool { return h.started && !h.terminal() }

// hasTerminal reports whether the process has a terminal: whoever has none cannot open it.
func hasTerminal() bool {
	f, err := os.Open("/dev/tty")
	return err == nil && f.Close() == nil
}
