package phone

import "strings"

const (
	mainland     = "CN"
	mainlandCode = "86"
)

// ofMainland returns the part after the country code if a number is one of mainland China: with a plus sign and 86, or
// as typed there, with 00 86, with 86, or with no country code at all. A mobile number begins with 1, so one that
// begins with 86 has its country code.
func (t typed) ofMainland(region string) (national string, ok bool) {
	switch {
	case t.plus:
		return strings.CutPrefix(t.digits, mainlandCode)
	case region != mainland:
		return "", false
	case strings.HasPrefix(t.digits, "00"):
		return strings.CutPrefix(t.digits, "00"+mainlandCode)
	default:
		return strings.TrimPrefix(t.digits, mainlandCode), true
	}
}

// parseMainland takes mobile numbers, after the 0 that some still dial before a number of another province. All others are
// for the tables, if they are asked for at all.
func (p *Parser) parseMainland(national string) (string, error) {
	if !p.countries[mainland] && !p.any {
		return "", refusal(notTaken)
	}
	national = strings.TrimPrefix(national, "0")
	switch e164 := "+" + mainlandCode + national; {
	case isMainlandMobile(national):
		return e164, nil
	case p.any:
		return p.parseAny(e164)
	default:
		return "", refusal("not a mainland mobile number")
	}
}

// isMainlandMobile reports whether the part after the country code has eleven digits and begins with 13 to 19.
func isMainlandMobile(national string) bool {
	return len(national) == 11 && national[0] == '1' && national[1] >= '3'
}
