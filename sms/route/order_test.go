package route_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/route"
)

// Links are asked in order, by country and price. Those that fail show who would have been next.
func TestOrder(t *testing.T) {
	t.Parallel()
	prices := func(all float64, cn ...float64) map[string]float64 {
		p := map[string]float64{"": all}
		for _, price := range cn {
			p["CN"] = price
		}
		return p
	}
	for name, tc := range map[string]struct {
		order   route.Order
		country string
		want    string
	}{
		"Configured":        {route.Configured, "CN", "a b"},
		"ConfiguredAbroad":  {route.Configured, "GB", "b d"},
		"ByPrice":           {route.ByPrice, "CN", "c a"},
		"ByPriceAbroad":     {route.ByPrice, "GB", "d b"},
		"ByPriceUnknown":    {route.ByPrice, "", "d b"},
		"AdaptiveByPrice":   {route.Adaptive, "CN", "c a"}, // nothing is known
		"AdaptiveElsewhere": {route.Adaptive, "FR", "d b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked []string
			o := route.Options{Order: tc.order}
			for _, l := range []route.Link{
				{Name: "a", Countries: []string{"CN"}, Prices: prices(9, 2)},
				{Name: "b", Prices: prices(4, 3)},
				{Name: "c", Countries: []string{"TW", "CN"}, Prices: prices(1)},
				{Name: "d", Countries: []string{"GB", "FR"}, Prices: prices(2)},
			} {
				f := newFake(l.Name, taken)
				f.by(func(int, cattlegrid.Message) answer {
					asked = append(asked, f.name)
					return fail(cattlegrid.Temporary)
				})
				l.Sender = f
				if tc.country == "" && l.Name == "d" {
					l.Countries = nil
				}
				o.Links = append(o.Links, l)
			}
			m := message(t, 1)
			m.Country = tc.country
			if _, err := newRoute(t, o).Send(t.Context(), m); classOf(err) != cattlegrid.Temporary {
				t.Errorf("Send = %v", err)
			}
			if got := strings.Join(asked, " "); got != tc.want {
				t.Errorf("asked %s, want %s", got, tc.want)
			}
		})
	}
}

// world is visitors who enter codes with a chance for each link.
type world struct {
	*two
	random *rand.Rand
	chance [2]float64
}

// visit sends n codes, one each second. Whoever enters one does it half a minute later.
func (w *world) visit(t *testing.T, n int, report func(name string, good bool)) (share float64) {
	t.Helper()
	w.tries()
	for range n {
		w.burst(t, 1, report)
		pass(time.Second)
	}
	tries := w.tries()
	return float64(tries[0]) / float64(tries[0]+tries[1])
}

// burst sends n codes at once.
func (w *world) burst(t *testing.T, n int, report func(name string, good bool)) {
	t.Helper()
	for range n {
		w.n++
		d, err := w.Send(t.Context(), message(t, w.n))
		if err != nil {
			t.Fatal(err)
		}
		good := w.random.Float64() < w.chance[d.Provider[0]-'a']
		time.AfterFunc(30*time.Second, func() { report(d.Provider, good) })
	}
}

func (w *world) converted(name string, good bool) {
	if good {
		w.Observe(name, "CN", route.Converted)
	}
}

func (w *world) receipt(name string, good bool) {
	if good {
		w.Observe(name, "CN", route.Delivered)
	} else {
		w.Observe(name, "CN", route.Undelivered)
	}
}

// The adaptive order sends most messages where most gain is, and finds out when that changes.
func TestAdaptive(t *testing.T) {
	t.Parallel()
	const hour = 60 * 60 // seconds, in each of which there is a code
	for name, tc := range map[string]struct {
		chance     [2]float64
		prices     [2]float64
		worth      float64
		receipts   bool
		low, high  float64 // between which the share of the first link is in the end
		afterwards float64 // chance of the first link then
		low2       float64 // of its share, after as long again
		high2      float64
	}{
		"Converts":       {chance: [2]float64{0.6, 0.8}, low: 0.015, high: 0.06, afterwards: 0.95, low2: 0.85, high2: 0.98},
		"Breaks":         {chance: [2]float64{0.9, 0.8}, low: 0.85, high: 0.98, afterwards: 0, low2: 0.015, high2: 0.05},
		"Receipts":       {chance: [2]float64{0.6, 0.8}, receipts: true, low: 0.015, high: 0.06, afterwards: 0.95, low2: 0.85, high2: 0.98},
		"CheapAndGood":   {chance: [2]float64{0.79, 0.8}, prices: [2]float64{0.02, 0.05}, low: 0.6, high: 0.98, afterwards: 0.79, low2: 0.6, high2: 0.98},
		"CheapButBad":    {chance: [2]float64{0.7, 0.95}, prices: [2]float64{0.030, 0.045}, low: 0.015, high: 0.06, afterwards: 0.7, low2: 0.015, high2: 0.06},
		"CheapIsEnough":  {chance: [2]float64{0.7, 0.95}, prices: [2]float64{0.030, 0.045}, worth: 0.04, low: 0.9, high: 0.98, afterwards: 0.7, low2: 0.9, high2: 0.98},
		"NoneIsAnyGood":  {chance: [2]float64{0, 0}, low: 0.02, high: 0.98, afterwards: 0.5, low2: 0.9, high2: 0.98},
		"NoneIsAnyWorse": {chance: [2]float64{0.8, 0.8}, low: 0.02, high: 0.98, afterwards: 0.9, low2: 0.8, high2: 0.98},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				links := []route.Link{{Name: "a"}, {Name: "b"}}
				for i := range links {
					if tc.prices[i] > 0 {
						links[i].Prices = map[string]float64{"": tc.prices[i]}
					}
				}
				w := &world{random: rand.New(rand.NewPCG(1, 1)), chance: tc.chance}
				w.two = newTwo(t, route.Options{Links: links, Order: route.Adaptive, Worth: tc.worth, Random: rand.NewPCG(2, 2)})
				report := w.receipt
				if !tc.receipts {
					report = w.converted
					w.Observe("b", "US", route.Converted) // conversions are reported, though perhaps none of these
				}
				w.visit(t, 2*hour, report)
				if share := w.visit(t, 2*hour, report); share < tc.low || share > tc.high {
					t.Errorf("share of the first link is %.3f, want %v to %v", share, tc.low, tc.high)
				}
				w.chance[0] = tc.afterwards
				w.visit(t, 2*hour, report)
				if share := w.visit(t, 2*hour, report); share < tc.low2 || share > tc.high2 {
					t.Errorf("share of the first link is %.3f afterwards, want %v to %v", share, tc.low2, tc.high2)
				}
				pass(time.Minute) // the last codes are entered
			})
		})
	}
}

// In a fixed order, a first link that takes messages and delivers none loses its place, even to one that nobody has tried, and
// gets it back when it delivers again. A burst of messages that nobody had time to enter costs it nothing.
func TestConfiguredDemotes(t *testing.T) {
	t.Parallel()
	for name, receipts := range map[string]bool{"Conversions": false, "Receipts": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &world{random: rand.New(rand.NewPCG(1, 1)), chance: [2]float64{0.8, 0.7}}
				w.two = newTwo(t, route.Options{Random: rand.NewPCG(2, 2)})
				report := w.converted
				if receipts {
					report = w.receipt
				}
				visits := func(what string, n int, low, high float64) {
					t.Helper()
					if share := w.visit(t, n, report); share < low || share > high {
						t.Errorf("%s: share of the first link is %.3f, want %v to %v", what, share, low, high)
					}
				}
				visits("well", 3600, 1, 1)
				for range 5 { // each is 2000 codes in no time
					w.burst(t, 2000, report)
					visits("burst", 10, 1, 1)
				}
				visits("well again", 3600, 1, 1)
				w.chance[0] = 0
				visits("breaks", 3*3600, 0, 0.9)
				visits("broken", 3600, 0.03, 0.07)
				w.chance[0] = 0.8
				visits("repaired", 3*3600, 0.05, 1)
				visits("well at last", 3600, 1, 1)
				pass(time.Minute)
			})
		})
	}
}
