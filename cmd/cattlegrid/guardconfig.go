package main

import (
	"slices"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
)

// guardConfig is the policy. Limits and TestNumbers are tables whose keys are names that the operator may choose: they are
// no settings in the table of settings, see limitSetting and testNumberSetting.
type guardConfig struct {
	Mode             string      `toml:"mode" env:"MODE" example:"observe"`
	DenyTypes        []string    `toml:"deny_types" env:"DENY_TYPES" example:"landline,premium,voip,other"`
	DenyPrefixes     []string    `toml:"deny_prefixes" env:"DENY_PREFIXES" example:"+86170,+86171"`
	AllowPrefixes    []string    `toml:"allow_prefixes" env:"ALLOW_PREFIXES" example:"+85290001"`
	DenyNetworks     []string    `toml:"deny_networks" env:"DENY_NETWORKS" example:"192.0.2.0/24,2001:db8::/32"`
	AllowNetworks    []string    `toml:"allow_networks" env:"ALLOW_NETWORKS" example:"192.0.2.7"`
	Prices           string      `toml:"prices" env:"PRICES" example:"prices.toml"`
	AllowTestNumbers bool        `toml:"allow_test_numbers" env:"ALLOW_TEST_NUMBERS" example:"true"`
	Spend            spendConfig `toml:"spend" envPrefix:"SPEND_"`
	Known            knownConfig `toml:"known" envPrefix:"KNOWN_"`
	Work             workConfig  `toml:"work" envPrefix:"WORK_"`

	Limits      map[string]*limitConfig `toml:"limits"`
	TestNumbers map[string]string       `toml:"test_numbers"`
}

type spendConfig struct {
	Hour amount `toml:"hour" env:"HOUR" example:"200.00"`
	Day  amount `toml:"day" env:"DAY" example:"1000.00"`
	Soft int    `toml:"soft" env:"SOFT" example:"80"`
}

type knownConfig struct {
	Prefix  int `toml:"prefix" env:"PREFIX" example:"2"`
	Segment int `toml:"segment" env:"SEGMENT" example:"5"`
	Country int `toml:"country" env:"COUNTRY" example:"10"`
}

type workConfig struct {
	Count     int `toml:"count" env:"COUNT" example:"16"`
	Bits      int `toml:"bits" env:"BITS" example:"15"`
	AloneBits int `toml:"alone_bits" env:"ALONE_BITS" example:"17"`
}

// limitConfig is a guard.Limit. What it counts, Act to Cold, is for limits that the operator adds.
type limitConfig struct {
	Off    bool     `toml:"off" env:"OFF" example:"true"`
	Max    int      `toml:"max" env:"MAX" example:"40"`
	Hard   int      `toml:"hard" env:"HARD" example:"12"`
	Work   int      `toml:"work" env:"WORK" example:"25"`
	Grow   int      `toml:"grow" env:"GROW" example:"200"`
	Window duration `toml:"window" env:"WINDOW" example:"1h"`
	Act    string   `toml:"act" env:"ACT" example:"send"`
	Per    string   `toml:"per" env:"PER" example:"client"`
	Of     string   `toml:"of" env:"OF" example:"numbers"`
	Cold   string   `toml:"cold" env:"COLD" example:"prefix"`
	Coarse bool     `toml:"coarse" env:"COARSE" example:"true"`
}

func defaultGuard() guardConfig {
	policy := guard.DefaultPolicy()
	g := guardConfig{
		Mode:   "enforce",
		Spend:  spendConfig{Soft: 80},
		Known:  knownConfig(policy.Known),
		Work:   workConfig{Count: 16, Bits: 15, AloneBits: 17},
		Limits: map[string]*limitConfig{},
	}
	for _, t := range policy.Rules.DenyTypes {
		g.DenyTypes = append(g.DenyTypes, string(t))
	}
	for _, list := range limitLists(&policy) {
		for _, l := range *list.limits {
			g.Limits[l.Name] = newLimitConfig(list.act, l)
		}
	}
	return g
}

// limitList is one of a policy's lists of limits.
type limitList struct {
	act    guard.Act
	limits *[]guard.Limit
}

func limitLists(p *guard.Policy) []limitList {
	return []limitList{
		{guard.Challenge, &p.Challenge},
		{guard.Send, &p.Send},
		{guard.WrongCode, &p.WrongCode},
		{guard.WorkAlone, &p.WorkAlone},
	}
}

func newLimitConfig(act guard.Act, l guard.Limit) *limitConfig {
	return &limitConfig{
		Max: l.Max, Hard: l.Hard, Work: l.Work, Grow: l.Grow, Window: duration(l.Window),
		Act: string(act), Per: string(l.Per), Of: string(l.Of), Cold: string(l.Cold), Coarse: l.Coarse,
	}
}

func (l *limitConfig) limit(name string) guard.Limit {
	return guard.Limit{
		Name: name, Per: guard.Scope(l.Per), Of: guard.Measure(l.Of), Max: l.Max, Window: time.Duration(l.Window),
		Grow: l.Grow, Cold: guard.Scope(l.Cold), Hard: l.Hard, Work: l.Work, Coarse: l.Coarse,
	}
}

// limitNames lists the limits as they are charged: those of the default policy first, then those that were added.
func (g guardConfig) limitNames() []string {
	policy := guard.DefaultPolicy()
	var names, added []string
	for _, list := range limitLists(&policy) {
		for _, l := range *list.limits {
			names = append(names, l.Name)
		}
	}
	for name := range g.Limits {
		if !slices.Contains(names, name) {
			added = append(added, name)
		}
	}
	slices.Sort(added)
	return append(names, added...)
}
