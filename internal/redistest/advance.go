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
// none left is gone, and the positive scores of sorted sets, which are the microseconds at which something happened, move
// d into the past.
func (s *Server) Advance(t testing.TB, d time.Duration) {
	t.Helper()
	millis := (d + time.Millisecond - 1) / time.Millisecond
	s.Do(t, "EVAL", advanceScript, "0", strconv.FormatInt(int64(millis), 10))
}
