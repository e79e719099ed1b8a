package guard_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cattlegrid/cattlegrid/guard"
)

// A coarse log never grants more than the ceiling either, though it remembers little more than the last 15 minutes. A wait
// is never too short, and at most a sixtieth of the window too long.
func TestLogCoarse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Steps are drawn evenly: rapid prefers small numbers, and so a log that is short and merges nothing.
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		window := rapid.SampledFrom([]time.Duration{time.Minute, 20 * time.Minute, 2 * time.Hour, 60 * time.Hour}).Draw(t, "window")
		window += time.Duration(random.Int64N(int64(window)))
		pace := rapid.SampledFrom([]int64{int64(window) / 10, int64(window) / 1000, int64(20 * time.Second)}).Draw(t, "pace")
		ceiling := rapid.SampledFrom([]int{5, 100, 300}).Draw(t, "ceiling")
		var log guard.Log
		model := naive{longest: window}
		now := int64(1_790_000_000_000_000_000)
		for i := range rapid.SampledFrom([]int{30, 600}).Draw(t, "steps") {
			now += random.Int64N(pace)
			d := debit(ceiling, window, strconv.Itoa(i), 1+random.IntN(3))
			d.Limits[0].Coarse = true
			switch random.IntN(150) {
			case 0:
				now += int64(window) // a quiet time
			case 1, 2, 3, 4, 5:
				// Given back, if it is not settled yet.
				d.ID = strconv.Itoa(i - 1)
				if g := model.find(now, d.ID); g != nil && now-g.At < int64(15*time.Minute) {
					log.Refund(now, d)
					model.refund(now, d)
				}
				continue
			case 6, 7, 8, 9, 10:
				// Charged again. What is merged has no ID any more.
				d.ID = strconv.Itoa(random.IntN(i + 1))
				known := slices.ContainsFunc(slices.Collect(log.Grants()), func(g guard.Grant) bool { return g.ID == d.ID })
				if g := model.find(now, d.ID); g != nil && !known {
					g.ID = "merged before " + strconv.Itoa(i)
				}
			}
			wait, _ := log.Wait(now, d, window, ceiling)
			if want := model.wait(now, d, window, ceiling); wait < want || wait > want+window/60 {
				t.Fatalf("at %d: wait %v, want %v and at most a sixtieth of %v more", now, wait, want, window)
			}
			if wait > 0 {
				continue
			}
			log.Charge(now, d)
			model.charge(now, d)
			recent := 0
			for _, g := range model.grants {
				if now-g.At <= int64(15*time.Minute) {
					recent++
				}
			}
			// A window that begins in the middle of a part ends in the middle of one.
			if got := len(slices.Collect(log.Grants())); got > recent+61 {
				t.Fatalf("%d grants are remembered, %d of them are recent", got, recent)
			}
		}
	})
}

// What a coarse log merges is one grant, named for its part of the window, at the time of the latest.
func TestLogMerges(t *testing.T) {
	const window = time.Hour // parts of a minute
	var log guard.Log
	charge := func(at time.Duration, id string) {
		d := debit(100, window, id, 2)
		d.Limits[0].Coarse = true
		log.Charge(int64(at), d)
	}
	charge(10*time.Minute+10*time.Second, "a")
	charge(10*time.Minute+50*time.Second, "b")
	charge(11*time.Minute, "c")
	charge(25*time.Minute+50*time.Second, "d")
	want := []guard.Grant{
		{At: int64(10*time.Minute + 10*time.Second), Cost: 2, Charges: 1, ID: "~10"},
		{At: int64(10*time.Minute + 50*time.Second), Cost: 2, Charges: 1, ID: "b"},
		{At: int64(11 * time.Minute), Cost: 2, Charges: 1, ID: "c"},
		{At: int64(25*time.Minute + 50*time.Second), Cost: 2, Charges: 1, ID: "d"},
	}
	if diff := cmp.Diff(want, slices.Collect(log.Grants())); diff != "" {
		t.Errorf("when the oldest is over 15 minutes old (-want +got):\n%s", diff)
	}
	charge(27*time.Minute, "e")
	want = []guard.Grant{
		{At: int64(10*time.Minute + 50*time.Second), Cost: 4, Charges: 2, ID: "~10"},
		{At: int64(11 * time.Minute), Cost: 2, Charges: 1, ID: "~11"},
		want[3],
		{At: int64(27 * time.Minute), Cost: 2, Charges: 1, ID: "e"},
	}
	if diff := cmp.Diff(want, slices.Collect(log.Grants())); diff != "" {
		t.Errorf("a minute later (-want +got):\n%s", diff)
	}
}
