package redistest_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// The clock of a server goes as it is set, also for lifetimes.
func TestClock(t *testing.T) {
	server := redistest.StartClocked(t)
	server.Do(t, "SET", "key", "1", "EX", "1800")
	for _, ahead := range []time.Duration{0, time.Hour, -time.Hour} {
		server.SetClock(t, ahead)
		text, _, _ := strings.Cut(server.Do(t, "TIME"), "\n")
		seconds, err := strconv.ParseInt(text, 10, 64)
		if off := time.Until(time.Unix(seconds, 0)) - ahead; err != nil || off.Abs() > 10*time.Second {
			t.Errorf("with the clock set ahead by %v TIME is off by %v (%v)", ahead, off, err)
		}
		if want := map[bool]string{true: "(nil)", false: "1"}[ahead != 0]; server.Do(t, "GET", "key") != want {
			t.Errorf("with the clock set ahead by %v the key is %s, want %s", ahead, server.Do(t, "GET", "key"), want)
		}
	}
}
