package browsertest_test

import (
	"fmt"
	"runtime"
	"testing"
)

// outcome is what became of a test.
type outcome struct {
	ended  string   // "skip: " or "fatal: " and why, if it was ended so
	errors []string // of Errorf
}

// watched is a test whose outcome is looked at instead of being the outer test's.
type watched struct {
	testing.TB

	outcome  outcome
	cleanups []func()
}

// watch runs a test, clean-up included, in a goroutine as package testing does.
func watch(t *testing.T, test func(testing.TB)) outcome {
	t.Helper()
	w := &watched{TB: t}
	w.phase(func() { test(w) })
	for len(w.cleanups) > 0 {
		last := w.cleanups[len(w.cleanups)-1]
		w.cleanups = w.cleanups[:len(w.cleanups)-1]
		w.phase(last)
	}
	return w.outcome
}

func (w *watched) phase(run func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		run()
	}()
	<-done
}

func (w *watched) Helper()          {}
func (w *watched) Cleanup(f func()) { w.cleanups = append(w.cleanups, f) }
func (w *watched) Failed() bool     { return w.outcome.ended != "" || len(w.outcome.errors) > 0 }

func (w *watched) Errorf(format string, args ...any) {
	w.outcome.errors = append(w.outcome.errors, fmt.Sprintf(format, args...))
}

func (w *watched) Skip(args ...any)                  { w.end("skip: " + fmt.Sprint(args...)) }
func (w *watched) Fatal(args ...any)                 { w.end("fatal: " + fmt.Sprint(args...)) }
func (w *watched) Fatalf(format string, args ...any) { w.end("fatal: " + fmt.Sprintf(format, args...)) }

func (w *watched) end(why string) {
	w.outcome.ended = why
	runtime.Goexit()
}
