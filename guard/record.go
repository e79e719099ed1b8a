package guard

import (
	"slices"
	"time"
)

// RecordDays is how many days, those of UTC and today among them, a [Record] looks back.
const RecordDays = 14

// MaxGrowWindow is the longest window of a limit that grows: a Record tells hours apart for as long.
const MaxGrowWindow = 24 * time.Hour

// Record is how many numbers were verified in the last hours and days, for instance of one prefix. The zero value is an
// empty record. A Record is not safe for concurrent use. It holds at most 25 hours and RecordDays days.
type Record struct {
	Hours []Count // by hours since the Unix epoch, the oldest first
	Days  []Count // by days since the Unix epoch, the oldest first
}

// Count is how many were verified in one hour or day.
type Count struct {
	At int64 // hours or days since the Unix epoch
	N  int
}

const (
	hour = int64(time.Hour)
	day  = 24 * hour
)

// Add counts one more number that was verified at now, in nanoseconds since the Unix epoch, and forgets what is too old.
func (r *Record) Add(now int64) {
	r.Hours = add(r.Hours, now/hour, now/hour-int64(MaxGrowWindow/time.Hour))
	r.Days = add(r.Days, now/day, now/day-RecordDays+1)
}

func add(counts []Count, at, oldest int64) []Count {
	counts = slices.DeleteFunc(counts, func(c Count) bool { return c.At < oldest })
	// A clock that was set back must not break the order.
	if n := len(counts); n > 0 && counts[n-1].At >= at {
		counts[n-1].N++
		return counts
	}
	return append(counts, Count{At: at, N: 1})
}

// Total is how many were verified in the last RecordDays days.
func (r *Record) Total(now int64) int { return sum(r.Days, now/day-RecordDays+1) }

// Base is what a limit with the given window grows by, unless it is one of a lane, in numbers: as many as were verified
// within the window, beginning with the full hour, or the share of the best of the last RecordDays days that would be
// verified in the window if a day had six hours, if that is more. So a limit does not shrink over night, and an hour may
// be four times an average one.
//
// The formula is Authgear's for countries, https://github.com/authgear/authgear-server, fraud protection, where the
// shares and the least values belong to the limit.
func (r *Record) Base(now int64, window time.Duration) int {
	best := 0
	for _, c := range r.Days {
		if c.At > now/day-RecordDays {
			best = max(best, c.N)
		}
	}
	const minutes = 24 * 60
	share := min(minutes, 4*max(1, int(window/time.Minute)))
	return max(r.Within(now, window), int(int64(best)*int64(share)/minutes))
}

// Within is how many were verified within the window, beginning with the full hour. It is what a limit of a lane grows by:
// a lane must shut when nothing in it is verified any more, however busy it was on launch day.
func (r *Record) Within(now int64, window time.Duration) int {
	return sum(r.Hours, (now-int64(window))/hour)
}

func sum(counts []Count, from int64) (n int) {
	for _, c := range counts {
		if c.At >= from {
			n += c.N
		}
	}
	return n
}

// Until is the moment from which on the record says nothing any more, in nanoseconds since the Unix epoch.
func (r *Record) Until() int64 {
	if len(r.Days) == 0 {
		return 0
	}
	return (r.Days[len(r.Days)-1].At + RecordDays) * day
}
