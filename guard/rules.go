package guard

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// NumberType is what kind of line a phone number belongs to.
type NumberType string

// The types of numbers. A number whose type is not known, or that may be either, counts as a mobile one.
const (
	Mobile      NumberType = "mobile"
	Landline    NumberType = "landline"
	Premium     NumberType = "premium" // the caller pays extra
	VoIP        NumberType = "voip"
	OtherNumber NumberType = "other" // toll-free, pagers, shared cost and the like
)

// Number is what is known of a phone number without asking anybody.
type Number struct {
	E164    string // "+8613800138000"
	Country string // ISO 3166 code, "CN"; "" if it is not known
	Type    NumberType
}

// Prefix is the number without its last four digits.
func (n Number) Prefix() string { return n.E164[:max(0, len(n.E164)-4)] }

// Segment is the number's country and the three digits after the calling code, which name the operator on the mainland
// and the operator or area in most other countries.
func (n Number) Segment() string {
	const mainland = "+86"
	head := len(mainland) + 3
	if n.Country != "CN" {
		head += 2 // calling codes have one to three digits; the shorter they are, the longer are area codes
	}
	return n.Country + n.E164[:min(head, len(n.Prefix()))]
}

// Rules say whom messages go to and who may ask for them, whatever the limits. What is allowed by prefix or network is
// exempt from the rules, not from the limits.
type Rules struct {
	Countries     []string       // whose numbers are served, as ISO 3166 codes; nil means all
	DenyTypes     []NumberType   // that are not served
	AllowPrefixes []string       // of numbers in E.164 form, "+86138", that are served whatever the rules above say
	DenyPrefixes  []string       // that are not served, whatever is allowed; of two that match the longer one counts
	AllowNetworks []netip.Prefix // whose clients are served though they are in one that is denied
	DenyNetworks  []netip.Prefix // whose clients are not
}

// The names of the rules, as [Rules.Number] and [Rules.Client] return them.
const (
	RuleCountries = "countries"
	RuleTypes     = "deny_types"
	RulePrefixes  = "deny_prefixes"
	RuleNetworks  = "deny_networks"
)

// Number returns the name of the rule that stands against a number, or "".
func (r Rules) Number(n Number) string {
	allowed, denied := longestPrefix(r.AllowPrefixes, n.E164), longestPrefix(r.DenyPrefixes, n.E164)
	switch {
	case denied > 0 && denied >= allowed:
		return RulePrefixes
	case allowed > 0:
		return ""
	case r.Countries != nil && !slices.Contains(r.Countries, n.Country):
		return RuleCountries
	case slices.Contains(r.DenyTypes, n.Type):
		return RuleTypes
	}
	return ""
}

func longestPrefix(prefixes []string, number string) (length int) {
	for _, p := range prefixes {
		if strings.HasPrefix(number, p) {
			length = max(length, len(p))
		}
	}
	return length
}

// Client returns the name of the rule that stands against a client, or "".
func (r Rules) Client(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	allowed, denied := longestNetwork(r.AllowNetworks, addr), longestNetwork(r.DenyNetworks, addr)
	if denied >= 0 && denied >= allowed {
		return RuleNetworks
	}
	return ""
}

func longestNetwork(networks []netip.Prefix, addr netip.Addr) int {
	length := -1
	for _, n := range networks {
		if n.Contains(addr) {
			length = max(length, n.Bits())
		}
	}
	return length
}

func (r Rules) validate() error {
	for _, c := range r.Countries {
		if len(c) != 2 || strings.Trim(c, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return fmt.Errorf("rules: country %q, want an ISO 3166 code such as %q", c, "CN")
		}
	}
	types := []NumberType{Mobile, Landline, Premium, VoIP, OtherNumber}
	for _, t := range r.DenyTypes {
		if !slices.Contains(types, t) {
			return fmt.Errorf("rules: number type %q, want one of %q", t, types)
		}
	}
	for _, p := range slices.Concat(r.AllowPrefixes, r.DenyPrefixes) {
		digits, plus := strings.CutPrefix(p, "+")
		if !plus || len(digits) < 1 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
			return fmt.Errorf("rules: prefix %q, want the beginning of a number in E.164 form, such as %q", p, "+86138")
		}
	}
	for _, n := range slices.Concat(r.AllowNetworks, r.DenyNetworks) {
		switch {
		case !n.IsValid():
			return errors.New("rules: a network is not valid, want one such as 192.0.2.0/24")
		case n.Addr().Is4In6():
			return fmt.Errorf("rules: network %v is an IPv4 network written as IPv6; write it as IPv4", n)
		}
	}
	return nil
}
