package guard_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cattlegrid/cattlegrid/guard"
)

// at is a moment, by the days and hours since the epoch.
func at(days int, hours time.Duration) int64 { return int64(time.Duration(days)*24*time.Hour + hours) }

func record(n int, moments ...int64) *guard.Record {
	var r guard.Record
	for _, now := range moments {
		for range n {
			r.Add(now)
		}
	}
	return &r
}

// A record counts the numbers of the last fourteen days, and says nothing from the day on when the last has gone.
func TestRecordTotal(t *testing.T) {
	r := record(3, at(100, 23*time.Hour), at(105, 0))
	for _, tt := range []struct {
		now  int64
		want int
	}{
		{at(105, 0), 6}, {at(113, 24*time.Hour-1), 6}, {at(114, 0), 3}, {at(118, 24*time.Hour-1), 3}, {at(119, 0), 0},
	} {
		if got := r.Total(tt.now); got != tt.want {
			t.Errorf("total at %v is %d, want %d", time.Duration(tt.now), got, tt.want)
		}
	}
	if got := r.Until(); got != at(119, 0) {
		t.Errorf("until %v, want %v", time.Duration(got), time.Duration(at(119, 0)))
	}
	if empty := (guard.Record{}); empty.Until() != 0 || empty.Total(at(100, 0)) != 0 {
		t.Error("an empty record says something")
	}
}

// The base is what was verified within the window, beginning with the full hour, or a share of the best day if that is
// more: all of it for six hours and longer, four average hours for an hour.
func TestRecordBase(t *testing.T) {
	const noon = 12 * time.Hour
	for name, tt := range map[string]struct {
		record *guard.Record
		now    int64
		window time.Duration
		want   int
	}{
		"Empty":            {&guard.Record{}, at(100, noon), time.Hour, 0},
		"ThisHour":         {record(7, at(100, noon)), at(100, noon+time.Minute), time.Hour, 7},
		"FullHourBefore":   {record(7, at(100, noon)), at(100, noon+2*time.Hour-1), time.Hour, 7},
		"HourPassed":       {record(60, at(100, noon)), at(100, noon+2*time.Hour), time.Hour, 10},
		"DayBefore":        {record(7, at(100, noon)), at(101, noon), 24 * time.Hour, 7},
		"BestDayForHour":   {record(60, at(100, noon)), at(102, noon), time.Hour, 10},
		"BestDayForSix":    {record(60, at(100, noon)), at(102, noon), 6 * time.Hour, 60},
		"BestDayForDay":    {record(60, at(100, noon)), at(102, noon), 24 * time.Hour, 60},
		"BestDayForMinute": {record(720, at(100, noon)), at(102, noon), time.Minute, 2},
		"BestDayForMoment": {record(720, at(100, noon)), at(102, noon), time.Millisecond, 2},
		"BestNotSum":       {record(60, at(100, noon), at(101, noon)), at(103, noon), 24 * time.Hour, 60},
		"LastDay":          {record(60, at(100, noon)), at(113, noon), 24 * time.Hour, 60},
		"TooOld":           {record(60, at(100, noon)), at(114, 0), 24 * time.Hour, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tt.record.Base(tt.now, tt.window); got != tt.want {
				t.Errorf("base is %d, want %d", got, tt.want)
			}
		})
	}
}

// A record stays small and in order, and no number within the last day or the last fourteen days of the latest moment is
// lost, wherever the clock is set.
func TestRecordIsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r guard.Record
		now := at(20_000, 0)
		steps := rapid.IntRange(1, 200).Draw(t, "steps")
		added := make([]int64, 0, steps)
		for range steps {
			now += rapid.Int64Range(-at(0, 5*time.Hour), at(1, 0)).Draw(t, "passes")
			r.Add(now)
			added = append(added, now)
			if len(r.Hours) > 25 || len(r.Days) > guard.RecordDays {
				t.Fatalf("%d hours and %d days are remembered", len(r.Hours), len(r.Days))
			}
			for _, counts := range [][]guard.Count{r.Hours, r.Days} {
				for i, c := range counts {
					if c.N < 1 || i > 0 && c.At <= counts[i-1].At {
						t.Fatalf("not in order: %v", counts)
					}
				}
			}
			if now >= r.Until() {
				t.Fatalf("at %d the record is said to end at %d", now, r.Until())
			}
		}
		lastDays, lastHours := 0, 0
		latest := slices.Max(added)
		for _, moment := range added {
			if moment >= latest/at(1, 0)*at(1, 0)-at(guard.RecordDays-1, 0) {
				lastDays++
			}
			if latest-moment < at(1, 0) {
				lastHours++
			}
		}
		if got := r.Total(now); got < lastDays {
			t.Fatalf("total is %d, but %d were added in the last days", got, lastDays)
		}
		if got := r.Base(now, 24*time.Hour); got < lastHours {
			t.Fatalf("base is %d, but %d were added in the last hours", got, lastHours)
		}
	})
}
