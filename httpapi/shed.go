package httpapi

import (
	"errors"
	"log/slog"
	"runtime"
	"sync/atomic"
	"time"
)

// errOverload means that so much is being done already that more would only be done later.
var errOverload = errors.New("too many challenges at once")

const (
	picturesPerProcessor = 64
	retryOverload        = 2                // seconds that whoever is turned away should stay away
	tellGap              = 10 * time.Second // between two lines for the operator
)

// shedder turns requests for challenges away when too many are being made, which is so when the store is slow, or when all
// requests wait long for a processor. A crossing begins with a challenge, which costs
// the most, too: so it is visitors who come anew that are turned away, with little work wasted on them, and all who are on
// their way get across. (If each step turned some away, three steps would waste what was done for most.)
type shedder struct {
	most   int64
	now    atomic.Int64
	lag    *lag
	onShed func()
	logger *slog.Logger
	shed   atomic.Int64 // since the operator was told
	told   atomic.Int64 // when that was, in nanoseconds since 1970
}

func newShedder(most int, onShed func(), logger *slog.Logger) *shedder {
	if most == 0 {
		most = picturesPerProcessor * runtime.GOMAXPROCS(0)
	}
	return &shedder{most: int64(most), lag: newLag(), onShed: onShed, logger: logger}
}

// sheds has an endpoint turn requests away that come when too many are being served.
func (s *shedder) sheds(serve endpoint) endpoint {
	return func(x *exchange) error {
		defer s.now.Add(-1)
		if s.now.Add(1) > s.most || s.lag.isLong(x.began) {
			s.tell(x)
			return errOverload
		}
		return serve(x)
	}
}

// tell says now and then that requests are turned away: a line for each would cost what is not there.
func (s *shedder) tell(x *exchange) {
	s.onShed()
	s.shed.Add(1)
	last, now := s.told.Load(), x.began
	if now.UnixNano()-last < int64(tellGap) || !s.told.CompareAndSwap(last, now.UnixNano()) {
		return
	}
	s.logger.Warn("requests for challenges are turned away: too many at once", slog.Int64("turned_away", s.shed.Swap(0)))
}
