package redistest

import (
	_ "embed" // for the script
	"strconv"
	"testing"
	"time"
)

//go:embed advance.lua
var advanceScript string

// Advance lets d, rounded up to the millisecond, pass for all that lies in the server: lifetimes shrink by d, what has
// none left is gone, and moments move d into the past: the positive scores of sorted sets and what accounts of limits
// remember, in microseconds, and what records count, by whole hours and days.
func (s *Server) Advance(t testing.TB, d time.Duration) {
	t.Helper()
	s.Do(t, "EVAL", advanceScript, "0", millis(d), "moments")
}

// Age is Advance for lifetimes only, for who has a clock of its own for moments.
func (s *Server) Age(t testing.TB, d time.Duration) {
	t.Helper()
	s.Do(t, "EVAL", advanceScript, "0", millis(d))
}

func millis(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Millisecond-1)/time.Millisecond), 10)
}
