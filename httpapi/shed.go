package httpapi

import (
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// errOverload means that so much is being done already that more would only be done later.
var errOverload = errors.New("too many challenges at once")

const (
	picturesPerProcessor = 64
	overloadErrno        = "4500"
	overloadErrmsg       = "访问人数过多，请稍后再试"
	retryOverload        = 2                // seconds that whoever is turned away should stay away
	tellGap              = 10 * time.Second // between two lines for the operator
)

// shedder turns requests for challenges away when too many are being made, which is so when the store is slow, or when all
// requests wait long until they are read. A crossing begins with a challenge, which costs the most, too: so it is visitors who
// come anew that are turned away, with little work wasted on them, and all who are on their way get across. (If each step
// turned some away, three steps would waste what was done for most.)
type shedder struct {
	most   int64
	now    atomic.Int64
	lag    *lag
	onShed func()
	logger *slog.Logger
	shed   atomic.Int64 // since the operator was told
	told   atomic.Int64 // when that was, in nanoseconds since began
}

func newShedder(most int, onShed func(), logger *slog.Logger) *shedder {
	if most == 0 {
		most = picturesPerProcessor * runtime.GOMAXPROCS(0)
	}
	s := &shedder{most: int64(most), lag: newLag(), onShed: onShed, logger: logger}
	s.told.Store(-int64(tellGap))
	return s
}

// enter reports whether a request may be served. If so it has to leave once its challenge is made, before the answer is written:
// how long that takes is up to whoever reads it.
func (s *shedder) enter() bool {
	now := time.Since(began)
	if s.now.Add(1) <= s.most && s.lag.serves(now) {
		return true
	}
	s.leave()
	s.tell(now)
	return false
}

func (s *shedder) leave() { s.now.Add(-1) }

// overloaded is the answer to requests for pictures that are turned away, which are most. It is made once, and carries no id,
// since no line in the log does: at three times as many visitors as can be served, what is spent on two of them is taken from
// the third.
var overloaded = struct {
	header http.Header
	body   []byte
}{
	header: http.Header{
		"Cache-Control": secured["Cache-Control"], "Content-Type": {"application/json"}, "Retry-After": {strconv.Itoa(retryOverload)},
		"X-Content-Type-Options": secured["X-Content-Type-Options"],
	},
	body: []byte(`{"errno":"` + overloadErrno + `","errmsg":"` + overloadErrmsg + `"}`),
}

// answer turns a request for a picture away. Of others it does nothing, and says so.
func (s *shedder) answer(w http.ResponseWriter, r *http.Request) bool {
	if !strings.HasPrefix(r.URL.Path, "/passport/") {
		return false
	}
	maps.Copy(w.Header(), overloaded.header)
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write(overloaded.body)
	return true
}

// tell says now and then that requests are turned away: a line for each would cost what is not there.
func (s *shedder) tell(now time.Duration) {
	s.onShed()
	s.shed.Add(1)
	last := s.told.Load()
	if now-time.Duration(last) < tellGap || !s.told.CompareAndSwap(last, int64(now)) {
		return
	}
	s.logger.Warn("requests for challenges are turned away: too many at once", slog.Int64("turned_away", s.shed.Swap(0)))
}
