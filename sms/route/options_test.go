package route_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/route"
)

// What is wrong is refused with the name of the link, the value, and what would be right.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	type options = route.Options
	for name, tc := range map[string]struct {
		change func(o *options)
		want   string
	}{
		"NoLinks":       {func(o *options) { o.Links = nil }, "no links"},
		"NoName":        {func(o *options) { o.Links[1].Name = "" }, `link 2, "": has no name`},
		"SameName":      {func(o *options) { o.Links[1].Name = "a" }, `link 2, "a": another link has that name`},
		"NoSender":      {func(o *options) { o.Links[1].Sender = nil }, `link 2, "b": has no sender`},
		"NoCountry":     {func(o *options) { o.Links[0].Countries = []string{} }, "serves no country"},
		"SmallCountry":  {func(o *options) { o.Links[0].Countries = []string{"cn"} }, `country is "cn"; want two capital letters`},
		"InFlight":      {func(o *options) { o.Links[0].InFlight = -1 }, "in flight is -1"},
		"Timeout":       {func(o *options) { o.Links[0].Timeout = -1 }, "timeout is -1ns"},
		"LongTimeout":   {func(o *options) { o.Links[0].Timeout = 6 * time.Second }, "timeout is 6s; want more than 0 and at most 5s"},
		"Order":         {func(o *options) { o.Order = 3 }, "order is 3"},
		"Worth":         {func(o *options) { o.Worth = -1 }, "worth is -1"},
		"WorthNaN":      {func(o *options) { o.Worth = math.NaN() }, "worth is NaN"},
		"Explore":       {func(o *options) { o.Explore = 0.6 }, "share that explores is 0.6"},
		"ExploreNaN":    {func(o *options) { o.Explore = math.NaN() }, "share that explores is NaN"},
		"HalfLife":      {func(o *options) { o.HalfLife = -1 }, "half-life is -1ns"},
		"Price":         {func(o *options) { o.Links[0].Prices = map[string]float64{"CN": -1} }, `price for "CN" is -1`},
		"PriceInf":      {func(o *options) { o.Links[0].Prices = map[string]float64{"CN": math.Inf(1)} }, `price for "CN" is +Inf`},
		"PriceNone":     {func(o *options) { o.Order = route.ByPrice }, `has no price for CN; add one, or one for ""`},
		"PriceOfAll":    {func(o *options) { o.Order = route.ByPrice; o.Links[0].Prices = map[string]float64{"CN": 1} }, `link 2, "b": serves all countries, but has no price for ""`},
		"PriceAdaptive": {func(o *options) { o.Order = route.Adaptive; o.Links[0].Prices = map[string]float64{"CN": 1} }, `no price for ""`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := options{Links: []route.Link{link(newFake("a", taken)), link(newFake("b", taken))}}
			o.Links[0].Countries = []string{"CN"}
			tc.change(&o)
			if r, err := route.New(o); err == nil || !strings.Contains(err.Error(), tc.want) || r != nil {
				t.Errorf("New = %v, %v; want %q", r, err, tc.want)
			}
		})
	}
}

// The options are the caller's: what New fills in and what the caller changes later do not meet.
func TestNewCopies(t *testing.T) {
	t.Parallel()
	links := []route.Link{link(newFake("a", taken)), link(newFake("b", taken))}
	r := newRoute(t, route.Options{Links: links})
	if links[0].InFlight != 0 || links[0].Timeout != 0 {
		t.Errorf("New changed %+v", links[0])
	}
	links[0].Countries = []string{"GB"}
	d, err := r.Send(t.Context(), message(t, 1))
	if err != nil || d != (cattlegrid.Delivery{Provider: "a", ID: message(t, 1).ID}) {
		t.Errorf("Send = %+v, %v", d, err)
	}
}
