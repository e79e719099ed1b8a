package e2e_test

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

const jumped = "what the last hour held; up to a limit of an hour or less once more for each jump, longer windows end an hour early"

// clockFaults happen to the clock that counts: that of Redis.
func clockFaults() []fault {
	jump := func(name, title string, ahead time.Duration, again int, lost string) fault {
		var server *redistest.Clocked
		return fault{
			name: name, title: title, again: again, lost: lost,
			open: func(w *world) *site {
				server = redistest.StartClocked(w.t)
				return newSite(w, server.Server).open(server.URL(), 2)
			},
			inject: func(t *testing.T, s *site) {
				server.SetClock(t, ahead)
				s.isAsked(t, 60)
			},
			heal: isOver,
		}
	}
	return []fault{
		jump("ClockAhead", "the clock of Redis jumps an hour ahead", time.Hour, 1, jumped),
		jump("ClockBack", "the clock of Redis jumps an hour back", -time.Hour, 0, "nothing; who has reached a limit waits up to an hour longer"),
	}
}
