package phone

import (
	"strings"

	"github.com/nyaruka/phonenumbers"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// Describe tells what the tables know of a number: its country, as far as they tell apart those that share a calling
// code, and its type. A mainland mobile number is told without the tables. Describe fits
// [github.com/cattlegrid/cattlegrid.Options].
func (p *Parser) Describe(number cattlegrid.Phone) guard.Number {
	e164 := number.E164()
	if national, ok := strings.CutPrefix(e164, "+"+mainlandCode); ok && isMainlandMobile(national) {
		return guard.Number{E164: e164, Country: mainland, Type: guard.Mobile}
	}
	described := guard.Number{E164: e164, Type: guard.Mobile}
	parsed, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return described
	}
	// Numbers of no country, such as those of satellites, have the region "001".
	if region := phonenumbers.GetRegionCodeForNumber(parsed); len(region) == len(mainland) {
		described.Country = region
	}
	described.Type = typeOf(phonenumbers.GetNumberType(parsed))
	return described
}

// typeOf names a type of the tables. One that may be mobile counts as mobile.
func typeOf(t phonenumbers.PhoneNumberType) guard.NumberType {
	switch t {
	case phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE, phonenumbers.UNKNOWN:
		return guard.Mobile
	case phonenumbers.FIXED_LINE:
		return guard.Landline
	case phonenumbers.PREMIUM_RATE:
		return guard.Premium
	case phonenumbers.VOIP:
		return guard.VoIP
	default:
		return guard.OtherNumber
	}
}
