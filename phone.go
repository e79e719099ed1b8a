package cattlegrid

import (
	"fmt"
	"log/slog"
	"strings"
	"unique"
)

// Phone is a phone number in E.164 form. It prints and logs masked; only [Phone.E164] gives the clear number. The zero
// value is no number.
type Phone struct {
	// A handle rather than a string: fmt prints the fields of a struct that holds a Phone in an unexported field without
	// asking the Phone, and would print a string in clear.
	e164 unique.Handle[string]
}

// ParseE164 reads a number that is already in E.164 form, "+8613800138000": a plus sign and 8 to 15 digits, the first of
// them not zero (ITU-T E.164 allows 15; shorter ones are service numbers). It does not ask whether the number exists;
// package phone does. Anything else is [ErrPhone].
func ParseE164(s string) (Phone, error) {
	digits, plus := strings.CutPrefix(s, "+")
	if !plus || len(digits) < 8 || len(digits) > 15 || digits[0] == '0' {
		return Phone{}, fmt.Errorf("%w: not in E.164 form", ErrPhone)
	}
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return Phone{}, fmt.Errorf("%w: not in E.164 form", ErrPhone)
		}
	}
	return Phone{e164: unique.Make(s)}, nil
}

// E164 returns the clear number, "+8613800138000", or "" for no number.
func (p Phone) E164() string {
	if p == (Phone{}) {
		return ""
	}
	return p.e164.Value()
}

// String returns the masked number: "138****8000" for a mainland number, else the plus sign, the first three digits, an
// asterisk for each hidden digit and the last one to four, "+447*****0123". At least four digits are always hidden.
func (p Phone) String() string {
	e164 := p.E164()
	national, mainland := strings.CutPrefix(e164, "+86")
	switch {
	case e164 == "":
		return ""
	case mainland && len(national) == 11:
		return national[:3] + "****" + national[7:]
	default:
		const head = 4 // the plus sign and three digits
		tail := min(4, len(e164)-head-4)
		hidden := len(e164) - head - tail
		return e164[:head] + strings.Repeat("*", hidden) + e164[len(e164)-tail:]
	}
}

// GoString returns the masked number, so that "%#v" tells no more than "%v".
func (p Phone) GoString() string { return "cattlegrid.Phone(" + p.String() + ")" }

// LogValue returns the masked number.
func (p Phone) LogValue() slog.Value { return slog.StringValue(p.String()) }

// MarshalText returns the masked number, so that no encoder writes the clear one by accident.
func (p Phone) MarshalText() ([]byte, error) { return []byte(p.String()), nil }
