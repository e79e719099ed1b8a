package guard_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/guard"
)

// The rules say which of them stands against a number.
func TestRulesNumber(t *testing.T) {
	rules := guard.Rules{
		Countries:     []string{"CN", "HK"},
		DenyTypes:     []guard.NumberType{guard.Landline, guard.VoIP},
		AllowPrefixes: []string{"+4930", "+861700"},
		DenyPrefixes:  []string{"+86170", "+86199", "+493012"},
	}
	for name, tt := range map[string]struct {
		number guard.Number
		want   string
	}{
		"OK":               {guard.Number{E164: "+8613800138000", Country: "CN", Type: guard.Mobile}, ""},
		"OtherCountry":     {guard.Number{E164: "+4915112345678", Country: "DE", Type: guard.Mobile}, guard.RuleCountries},
		"UnknownCountry":   {guard.Number{E164: "+8810000000000", Type: guard.Mobile}, guard.RuleCountries},
		"Landline":         {guard.Number{E164: "+861012345678", Country: "CN", Type: guard.Landline}, guard.RuleTypes},
		"DeniedPrefix":     {guard.Number{E164: "+8619912345678", Country: "CN", Type: guard.Mobile}, guard.RulePrefixes},
		"AllowedElsewhere": {guard.Number{E164: "+493098765432", Country: "DE", Type: guard.Landline}, ""},
		"DeniedInAllowed":  {guard.Number{E164: "+493012345678", Country: "DE", Type: guard.Landline}, guard.RulePrefixes},
		"AllowedInDenied":  {guard.Number{E164: "+8617001234567", Country: "CN", Type: guard.Mobile}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := rules.Number(tt.number); got != tt.want {
				t.Errorf("rule %q, want %q", got, tt.want)
			}
		})
	}
	if got := (guard.Rules{}).Number(guard.Number{E164: "+8810000000000"}); got != "" {
		t.Errorf("no rules at all: rule %q stands against a number", got)
	}
}

// The rules say whether one of them stands against a client, however its address is written.
func TestRulesClient(t *testing.T) {
	rules := guard.Rules{
		AllowNetworks: []netip.Prefix{netip.MustParsePrefix("192.0.2.8/29")},
		DenyNetworks:  []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")},
	}
	for addr, want := range map[string]string{
		"198.51.100.1":     "",
		"192.0.2.1":        guard.RuleNetworks,
		"::ffff:192.0.2.1": guard.RuleNetworks,
		"192.0.2.9":        "",
		"2001:db8:1::1":    guard.RuleNetworks,
		"2001:db9::1":      "",
		"2001:db8::1%eth0": guard.RuleNetworks,
	} {
		if got := rules.Client(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: rule %q, want %q", addr, got, want)
		}
	}
}

// Rules that can never match are mistakes, and said to be.
func TestRulesValidate(t *testing.T) {
	for want, rules := range map[string]guard.Rules{
		"country":     {Countries: []string{"cn"}},
		"number type": {DenyTypes: []guard.NumberType{"fax"}},
		"prefix":      {AllowPrefixes: []string{"138"}},
		"prefix \"+":  {DenyPrefixes: []string{"+86-138"}},
		"network is":  {DenyNetworks: []netip.Prefix{{}}},
		"IPv6":        {AllowNetworks: []netip.Prefix{netip.MustParsePrefix("::ffff:192.0.2.0/120")}},
	} {
		if err := (guard.Policy{Rules: rules}).Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Validate %+v: %v, want an error about %q", rules, err, want)
		}
	}
}

// A number's prefix and segment are what its operator owns, as far as digits tell.
func TestNumber(t *testing.T) {
	for e164, want := range map[string][3]string{
		"+8613800138000": {"CN", "+861380013", "CN+86138"},
		"+4915112345678": {"DE", "+491511234", "DE+4915112"},
		"+12125550123":   {"US", "+1212555", "US+1212555"},
		"+35312345678":   {"IE", "+3531234", "IE+3531234"},
		"+29012345":      {"SH", "+2901", "SH+2901"},
	} {
		n := guard.Number{E164: e164, Country: want[0]}
		if n.Prefix() != want[1] || n.Segment() != want[2] {
			t.Errorf("%s: prefix %s and segment %s, want %s and %s", e164, n.Prefix(), n.Segment(), want[1], want[2])
		}
	}
}
