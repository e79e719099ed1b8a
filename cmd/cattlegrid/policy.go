package main

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// Names of the limits that guard.spend makes.
const (
	spendHour = "spend_hour"
	spendDay  = "spend_day"
)

// policy is how much is allowed.
func (c *config) policy() guard.Policy {
	p := guard.Policy{
		Observe: c.Guard.Mode == "observe",
		Known:   guard.Known(c.Guard.Known),
		Rules: guard.Rules{
			AllowPrefixes: c.Guard.AllowPrefixes,
			DenyPrefixes:  c.Guard.DenyPrefixes,
			AllowNetworks: networks(c.Guard.AllowNetworks),
			DenyNetworks:  networks(c.Guard.DenyNetworks),
		},
	}
	for _, country := range c.Phone.Countries {
		p.Rules.Countries = append(p.Rules.Countries, strings.ToUpper(country))
	}
	for _, t := range c.Guard.DenyTypes {
		p.Rules.DenyTypes = append(p.Rules.DenyTypes, guard.NumberType(t))
	}
	for _, name := range c.Guard.limitNames() {
		l := c.Guard.Limits[name]
		if i := slices.IndexFunc(limitLists(&p), func(list limitList) bool { return string(list.act) == l.Act }); i >= 0 && !l.Off {
			list := limitLists(&p)[i].limits
			*list = append(*list, l.limit(name))
		}
	}
	p.Send = append(p.Send, c.Guard.Spend.limits()...)
	return p
}

// limits are the ceilings. From the soft share on a visitor has to make more of an effort, and from halfway between that
// and the ceiling more still.
func (s spendConfig) limits() []guard.Limit {
	var limits []guard.Limit
	add := func(name string, ceiling amount, window time.Duration) {
		if ceiling == 0 {
			return
		}
		l := guard.Limit{Name: name, Per: guard.InTotal, Of: guard.Money, Max: int(ceiling), Window: window, Coarse: true}
		if s.Soft < 100 {
			l.Hard = max(1, int(int64(ceiling)*int64(s.Soft)/100))
			l.Work = max(1, int(int64(ceiling)*int64(s.Soft+100)/200))
		}
		limits = append(limits, l)
	}
	add(spendHour, s.Hour, time.Hour)
	add(spendDay, s.Day, 24*time.Hour)
	return limits
}

// networks reads networks that check knows to be well-formed.
func networks(texts []string) []netip.Prefix {
	var all []netip.Prefix
	for _, text := range texts {
		if prefix, err := parsePrefix(text); err == nil {
			all = append(all, prefix.Masked())
		}
	}
	return all
}

// testNumbers lists the numbers, in order.
func (c *config) testNumbers() []string {
	numbers := make([]string, 0, len(c.Guard.TestNumbers))
	for number := range c.Guard.TestNumbers {
		numbers = append(numbers, number)
	}
	slices.Sort(numbers)
	return numbers
}

// testCodes are the codes of the numbers, which check knows to be well-formed.
func (c *config) testCodes() map[cattlegrid.Phone]string {
	codes := map[cattlegrid.Phone]string{}
	for number, code := range c.Guard.TestNumbers {
		if parsed, err := cattlegrid.ParseE164(number); err == nil {
			codes[parsed] = code
		}
	}
	return codes
}

// capThresholds lowers the thresholds that nobody set with the next higher one that somebody did: who lowers one does not
// want to hear of the others.
func (c *config) capThresholds() {
	lower := func(name, field, from string, threshold *int, most int) {
		key := limitsTable + "." + name + "."
		_, set := c.origins[key+field]
		if _, cause := c.origins[key+from]; cause && !set && *threshold > most {
			*threshold = most
			c.origins[key+field] = origin{kind: byRule, place: "as " + from}
		}
	}
	for name, l := range c.Guard.Limits {
		lower(name, "work", "max", &l.Work, l.Max)
		if l.Work > 0 {
			lower(name, "hard", "work", &l.Hard, l.Work)
		}
		lower(name, "hard", "max", &l.Hard, l.Max)
	}
}
