package phone

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"github.com/cattlegrid/cattlegrid"
)

// Options say whose numbers a [Parser] reads. The zero value reads mainland mobile numbers and no others.
type Options struct {
	// Region is the country of numbers typed without a country code, as ISO 3166 code, "CN" or "GB". Empty means
	// "CN".
	Region string
	// Countries are those whose numbers are taken, as ISO 3166 codes. Region must be one of them. Empty means
	// Region alone.
	Countries []string
	// Any takes every number that the tables know, whatever its country and type: for a gate that is to refuse the others
	// by its policy, so that its operator hears of them. See [Parser.Describe] and [guard.Rules].
	Any bool
}

// Parser reads what people type. It is made by [New], does not change, and is safe for concurrent use.
type Parser struct {
	region    string
	countries map[string]bool
	any       bool
}

// New makes a parser. A code that is no country's is an error that names it; letter case does not matter.
func New(o Options) (*Parser, error) {
	region, err := knownRegion(o.Region, mainland)
	if err != nil {
		return nil, fmt.Errorf("phone region: %w", err)
	}
	p := &Parser{region: region, countries: map[string]bool{}, any: o.Any}
	for _, c := range o.Countries {
		code, err := knownRegion(c, "")
		if err != nil {
			return nil, fmt.Errorf("phone countries: %w", err)
		}
		p.countries[code] = true
	}
	if len(o.Countries) == 0 {
		p.countries[region] = true
	}
	if !p.countries[region] {
		return nil, fmt.Errorf("phone region: %q is not among the countries taken, %q; numbers typed without country code"+
			" would all be refused", region, slices.Sorted(slices.Values(o.Countries)))
	}
	return p, nil
}

func knownRegion(code, fallback string) (string, error) {
	if code == "" {
		code = fallback
	}
	upper := strings.ToUpper(code)
	if !phonenumbers.GetSupportedRegions()[upper] {
		return "", fmt.Errorf(`unknown country %q, want an ISO 3166 code such as "CN" or "GB"`, code)
	}
	return upper, nil
}

// Parse reads one number. Anything but exactly one mobile number of a country taken or, with [Options.Any], exactly one
// number, is [cattlegrid.ErrPhone], with a reason that contains nothing of raw.
func (p *Parser) Parse(raw string) (cattlegrid.Phone, error) {
	t, err := read(raw)
	if err != nil {
		return cattlegrid.Phone{}, err
	}
	var e164 string
	if national, ok := t.ofMainland(p.region); ok {
		e164, err = p.parseMainland(national)
	} else {
		e164, err = p.parseElsewhere(t)
	}
	if err != nil {
		return cattlegrid.Phone{}, err
	}
	return cattlegrid.ParseE164(e164)
}

// parseElsewhere asks the tables. They see nothing but an optional plus sign and at most maxDigits digits, so none of
// their leniency towards letters, extensions and lists applies.
func (p *Parser) parseElsewhere(t typed) (string, error) {
	number, err := phonenumbers.Parse(t.String(), p.region)
	if err != nil {
		return "", refusal("no such number")
	}
	e164 := phonenumbers.Format(number, phonenumbers.E164)
	if national, ok := strings.CutPrefix(e164, "+"+mainlandCode); ok { // dialled from abroad, "00 86" or "011 86"
		return p.parseMainland(national)
	}
	region := phonenumbers.GetRegionCodeForNumber(number)
	switch {
	case region == "":
		return "", refusal("no such number")
	case p.any:
		return e164, nil
	case !p.countries[region]:
		return "", refusal(notTaken)
	}
	switch phonenumbers.GetNumberType(number) {
	case phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE:
		return e164, nil
	default:
		return "", refusal("not a mobile number")
	}
}

// parseAny asks the tables whether there is such a number.
func (p *Parser) parseAny(e164 string) (string, error) {
	number, err := phonenumbers.Parse(e164, "")
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return "", refusal("no such number")
	}
	return phonenumbers.Format(number, phonenumbers.E164), nil
}

const notTaken = "of a country whose numbers are not taken"

// refusal is [cattlegrid.ErrPhone] with a reason. Reasons are constant texts: what was typed is in none of them.
func refusal(reason string) error { return fmt.Errorf("%w: %s", cattlegrid.ErrPhone, reason) }
