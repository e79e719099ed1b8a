package guard_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cattlegrid/cattlegrid/guard"
)

func debit(limit int, window time.Duration, id string, cost int) *guard.Debit {
	return &guard.Debit{Key: "k", ID: id, Cost: cost, Limits: []guard.Limit{{Name: "test", Max: limit, Window: window}}}
}

// naive is a log as simple as the contract: it looks through all that it ever granted.
type naive struct {
	longest time.Duration
	grants  []guard.Grant
}

func (n *naive) find(now int64, id string) *guard.Grant {
	for i, g := range n.grants {
		if g.ID == id && now-g.At < int64(n.longest) {
			return &n.grants[i]
		}
	}
	return nil
}

// used is what is granted within the window, and what d adds to.
func (n *naive) used(now int64, d *guard.Debit, window time.Duration) (sum int) {
	for _, g := range n.grants {
		own := g.ID == d.ID && now-g.At < int64(n.longest)
		if own || now-g.At < int64(window) {
			sum += g.Cost
		}
	}
	return sum
}

func (n *naive) fits(now int64, d *guard.Debit, window time.Duration, ceiling int) bool {
	if n.find(now, d.ID) != nil && !d.Adds {
		return true
	}
	return n.used(now, d, window)+d.Cost <= ceiling
}

// wait tries each moment at which something leaves a window.
func (n *naive) wait(now int64, d *guard.Debit, window time.Duration, ceiling int) time.Duration {
	if n.fits(now, d, window, ceiling) {
		return 0
	}
	least := time.Duration(-1)
	for _, g := range n.grants {
		for _, end := range []time.Duration{window, n.longest} {
			wait := time.Duration(g.At-now) + end
			if wait > 0 && (least < 0 || wait < least) && n.fits(now+int64(wait), d, window, ceiling) {
				least = wait
			}
		}
	}
	if least < 0 {
		return window // it never fits
	}
	return least
}

func (n *naive) charge(now int64, d *guard.Debit) {
	g := n.find(now, d.ID)
	switch {
	case g == nil:
		n.grants = append(n.grants, guard.Grant{At: now, Cost: d.Cost, Charges: 1, ID: d.ID})
	case d.Adds:
		g.At, g.Cost, g.Charges = now, g.Cost+d.Cost, g.Charges+1
	default:
		g.Charges++
	}
}

func (n *naive) refund(now int64, d *guard.Debit) {
	g := n.find(now, d.ID)
	if g == nil {
		return
	}
	if g.Charges--; d.Adds {
		g.Cost -= d.Cost
	}
	if g.Charges == 0 {
		n.settle(now, d.ID)
	}
}

func (n *naive) settle(now int64, id string) bool {
	g := n.find(now, id)
	n.grants = slices.DeleteFunc(n.grants, func(other guard.Grant) bool { return g != nil && other == *g })
	return g != nil
}

// A log says to the nanosecond what one says that looks through everything: on several windows, with IDs that come again
// and add or do not, with ceilings that change, whatever is given back, be the log short or long.
func TestLogIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		windows := rapid.SliceOfN(rapid.Int64Range(10, 200), 1, 3).Draw(t, "windows")
		longest := time.Duration(slices.Max(windows))
		scale := rapid.SampledFrom([]int{1, 1, 40}).Draw(t, "scale")
		ceilings := rapid.IntRange(1, 6*scale)
		adds := rapid.Bool().Draw(t, "adds")
		ids := rapid.IntRange(0, 8*scale)
		var log guard.Log
		model := naive{longest: longest}
		now := int64(1_000)
		draw := func() *guard.Debit {
			id := ids.Draw(t, "id")
			d := debit(1, longest, strconv.Itoa(id), 1+id%3)
			d.Adds = adds
			return d
		}
		charge := func(d *guard.Debit) {
			fits := true
			for _, n := range windows {
				window, ceiling := time.Duration(n), ceilings.Draw(t, "ceiling")
				wait, used := log.Wait(now, d, window, ceiling)
				if want := model.wait(now, d, window, ceiling); wait != want {
					t.Fatalf("at %d, window %d, ceiling %d: wait %d for %+v, want %d; log %v", now, window, ceiling, wait, d, want, model.grants)
				}
				if want := model.used(now, d, window); wait > 0 && used != want {
					t.Fatalf("at %d, window %d: used %d, want %d; log %v", now, window, used, want, model.grants)
				}
				fits = fits && wait == 0
			}
			if fits {
				log.Charge(now, d)
				model.charge(now, d)
			}
		}
		for range scale * scale / 8 { // a long log to begin with
			now += rapid.Int64Range(0, 1).Draw(t, "passes")
			d := draw()
			log.Charge(now, d)
			model.charge(now, d)
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch now += rapid.Int64Range(0, 30).Draw(t, "passes"); rapid.IntRange(0, 9).Draw(t, "step") {
			case 0, 1:
				d := draw()
				log.Refund(now, d)
				model.refund(now, d)
			case 2:
				id := draw().ID
				if got, want := log.Settle(now, id), model.settle(now, id); got != want {
					t.Fatalf("at %d: Settle says %v, want %v", now, got, want)
				}
			case 3: // a process ends and another goes on
				restored, err := guard.NewLog(log.Window(), slices.Collect(log.Grants()))
				if err != nil {
					t.Fatal(err)
				}
				log = restored
			default:
				charge(draw())
			}
		}
	})
}

// No rolling window holds more than the ceiling, by the times when the units were really granted.
func TestLogNeverGrantsMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limits := []guard.Limit{{Max: 2, Window: 20}, {Max: 4, Window: 60}, {Max: 7, Window: 200}}
		adds := rapid.Bool().Draw(t, "adds")
		var log guard.Log
		var granted []guard.Grant
		for now := int64(0); now < 2000; now += rapid.Int64Range(0, 40).Draw(t, "passes") {
			d := debit(0, 0, strconv.Itoa(rapid.IntRange(0, 5).Draw(t, "id")), rapid.IntRange(1, 2).Draw(t, "cost"))
			d.Adds, d.Limits = adds, limits
			fits := true
			for _, limit := range limits {
				wait, _ := log.Wait(now, d, limit.Window, limit.Max)
				fits = fits && wait == 0
			}
			free := !adds && slices.ContainsFunc(granted, func(g guard.Grant) bool { return g.ID == d.ID && now-g.At < 200 })
			if fits {
				log.Charge(now, d)
			}
			if !fits || free {
				continue
			}
			granted = append(granted, guard.Grant{At: now, Cost: d.Cost, ID: d.ID})
			for _, limit := range limits {
				sum := 0
				for _, g := range granted {
					if now-g.At < int64(limit.Window) {
						sum += g.Cost
					}
				}
				if sum > limit.Max {
					t.Fatalf("at %d: %d granted within %d, limit %d", now, sum, limit.Window, limit.Max)
				}
			}
		}
	})
}

// The same ID is charged once within the longest window, even when nothing else would fit, and again after it.
func TestLogChargesAnIDOnce(t *testing.T) {
	var log guard.Log
	d := debit(1, time.Second, "a", 1)
	log.Charge(0, d)
	if wait, _ := log.Wait(10, d, time.Second, 1); wait != 0 {
		t.Errorf("the same ID: wait %v, want 0", wait)
	}
	log.Charge(10, d)
	other := debit(1, time.Second, "b", 1)
	if got, _ := log.Wait(10, other, time.Second, 1); got != time.Second-10 {
		t.Errorf("another ID: wait %v, want %v: the repeat must not move the grant", got, time.Second-10)
	}
	log.Charge(int64(time.Second), d)
	if got, _ := log.Wait(int64(time.Second), other, time.Second, 1); got != time.Second {
		t.Errorf("after the window: wait %v, want 1s", got)
	}
}

// A charge that costs more than the ceiling waits for a whole window, whatever was granted.
func TestLogRefusesWhatNeverFits(t *testing.T) {
	var log guard.Log
	if got, _ := log.Wait(0, debit(1, 100, "a", 2), 100, 1); got != 100 {
		t.Errorf("on nothing: wait %v, want 100ns", got)
	}
	log.Charge(0, debit(1, 100, "a", 1))
	if got, _ := log.Wait(60, debit(1, 100, "b", 2), 100, 1); got != 100 {
		t.Errorf("60 after a charge: wait %v, want 100ns", got)
	}
}

// What was charged to an ID is given back with the last of its charges, and all at once when it is settled.
func TestLogRefunds(t *testing.T) {
	once := debit(9, 100, "a", 2)
	adding := debit(9, 100, "a", 2)
	adding.Adds = true
	for name, tt := range map[string]struct {
		debit *guard.Debit
		then  func(*guard.Log)
		used  int
	}{
		"Free":        {once, func(*guard.Log) {}, 2},
		"FreeRefund":  {once, func(l *guard.Log) { l.Refund(9, once) }, 2},
		"FreeRefunds": {once, func(l *guard.Log) { l.Refund(9, once); l.Refund(9, once); l.Refund(9, once) }, 0},
		"FreeSettle":  {once, func(l *guard.Log) { l.Settle(9, "a") }, 0},
		"Adds":        {adding, func(*guard.Log) {}, 6},
		"AddsRefund":  {adding, func(l *guard.Log) { l.Refund(9, adding) }, 4},
		"AddsRefunds": {adding, func(l *guard.Log) { l.Refund(9, adding); l.Refund(9, adding); l.Refund(9, adding) }, 0},
		"AddsSettle":  {adding, func(l *guard.Log) { l.Settle(9, "a") }, 0},
		"Unknown":     {adding, func(l *guard.Log) { l.Refund(9, debit(9, 100, "b", 1)); l.Settle(9, "b") }, 6},
		"Expired":     {adding, func(l *guard.Log) { l.Refund(102, adding); l.Settle(102, "a") }, 6},
	} {
		t.Run(name, func(t *testing.T) {
			var log guard.Log
			for at := range int64(3) {
				log.Charge(at, tt.debit)
			}
			tt.then(&log)
			if _, got := log.Wait(9, debit(9, 100, "c", 1), 100, 9); got != tt.used {
				t.Errorf("%d units are used, want %d", got, tt.used)
			}
		})
	}
}

// A clock that is set back grants nothing more than the limit.
func TestLogSurvivesAClockSetBack(t *testing.T) {
	var log guard.Log
	log.Charge(1000, debit(2, 100, "a", 1))
	log.Charge(500, debit(2, 100, "b", 1))
	if got, _ := log.Wait(500, debit(2, 100, "c", 1), 100, 2); got != 600 {
		t.Errorf("wait %v, want 600ns: both grants count as made at 1000", got)
	}
}

// What no log can have held makes none.
func TestNewLog(t *testing.T) {
	for name, tt := range map[string]struct {
		window time.Duration
		grants []guard.Grant
		ok     bool
	}{
		"OK":          {time.Hour, []guard.Grant{{1, 1, 1, "a"}, {1, 2, 2, "b"}, {2, 1, 1, "c"}}, true},
		"Empty":       {time.Hour, nil, true},
		"BadWindow":   {-1, nil, false},
		"LongWindow":  {guard.MaxWindow + 1, nil, false},
		"NoID":        {time.Hour, []guard.Grant{{1, 1, 1, ""}}, false},
		"LongID":      {time.Hour, []guard.Grant{{1, 1, 1, strings.Repeat("i", guard.MaxIDLen+1)}}, false},
		"NoCost":      {time.Hour, []guard.Grant{{1, 0, 1, "a"}}, false},
		"HugeCost":    {time.Hour, []guard.Grant{{1, guard.MaxUnits + 1, 1, "a"}}, false},
		"NoCharges":   {time.Hour, []guard.Grant{{1, 1, 0, "a"}}, false},
		"OutOfOrder":  {time.Hour, []guard.Grant{{2, 1, 1, "a"}, {1, 1, 1, "b"}}, false},
		"TooLate":     {time.Hour, []guard.Grant{{1 << 62, 1, 1, "a"}}, false},
		"TooEarly":    {time.Hour, []guard.Grant{{-1 << 63, 1, 1, "a"}}, false},
		"SameID":      {time.Hour, []guard.Grant{{1, 1, 1, "a"}, {2, 1, 1, "a"}}, false},
		"SameOfMany":  {time.Hour, append(manyGrants(200), guard.Grant{1000, 1, 1, "7"}), false},
		"ManyGrants":  {time.Hour, manyGrants(200), true},
		"MergedTwice": {time.Hour, []guard.Grant{{1, 1, 1, "~1"}, {2, 1, 1, "~1"}}, true}, // a window that was changed
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := guard.NewLog(tt.window, tt.grants); (err == nil) != tt.ok {
				t.Errorf("got error %v", err)
			}
		})
	}
}

func manyGrants(n int) (grants []guard.Grant) {
	for i := range n {
		grants = append(grants, guard.Grant{At: int64(i), Cost: 1, Charges: 1, ID: strconv.Itoa(i)})
	}
	return grants
}

// A log does not keep the memory of what it has forgotten.
func TestLogShrinks(t *testing.T) {
	var log guard.Log
	for i := range 5000 {
		log.Charge(int64(i), debit(1, 6000, strconv.Itoa(i), 1))
	}
	log.Charge(20_000, debit(1, 6000, "last", 1))
	want := []guard.Grant{{At: 20_000, Cost: 1, Charges: 1, ID: "last"}}
	if diff := cmp.Diff(want, slices.Collect(log.Grants())); diff != "" {
		t.Errorf("grants (-want +got):\n%s", diff)
	}
	if got := testing.AllocsPerRun(100, func() { log.Settle(20_000, "nobody") }); got > 0 {
		t.Errorf("%v allocations for nothing", got)
	}
}

// A charge to an account of ten thousand grants, asked and made.
func BenchmarkLog(b *testing.B) {
	const live = 10_000
	for _, kind := range []string{"Fresh", "Adds", "Coarse", "Refused"} {
		b.Run(kind, func(b *testing.B) {
			ids := make([]string, 4*live)
			for i := range ids {
				ids[i] = fmt.Sprintf("a keyed hash of a number %d", i)
			}
			window, ceiling := time.Duration(live), 100*live
			if kind == "Coarse" {
				window = 24 * time.Hour
			}
			if kind == "Refused" {
				ceiling = live / 2
			}
			var log guard.Log
			step := func(i int) {
				n := i
				if kind == "Adds" {
					n = (i * 7919) % live
				}
				d := debit(ceiling, window, ids[n%len(ids)], 1)
				d.Adds, d.Limits[0].Coarse = kind == "Adds", kind == "Coarse"
				now := int64(i)
				if kind == "Coarse" {
					now *= int64(15*time.Minute) / live
				}
				if wait, _ := log.Wait(now, d, window, ceiling); wait == 0 || i < live {
					log.Charge(now, d)
				}
			}
			i := 0
			for ; i < live; i++ {
				step(i)
			}
			for b.Loop() {
				step(i)
				i++
			}
		})
	}
}
