package phone_test

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/nyaruka/phonenumbers"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/phone"
)

// Whatever is typed, and wherever: what parses is one E.164 number, the one that was typed, and parses to itself again.
func FuzzParse(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.Input, uint8(0))
		f.Add(v.Input, uint8(1))
		f.Add(v.Input, uint8(len(v.Input)))
	}
	regions := slices.Sorted(maps.Keys(phonenumbers.GetSupportedRegions()))
	home := newParser(f, phone.Options{})
	world := make([]*phone.Parser, len(regions))
	for i, r := range regions {
		world[i] = newParser(f, phone.Options{Region: r, Countries: regions})
	}
	digitRun := regexp.MustCompile(`\d{3}`)
	f.Fuzz(func(t *testing.T, raw string, at uint8) {
		p := home
		if at > 0 {
			p = world[int(at)%len(world)]
		}
		got, err := p.Parse(raw)
		if err != nil {
			if !errors.Is(err, cattlegrid.ErrPhone) || digitRun.MatchString(err.Error()) {
				t.Fatalf("Parse(%q): %v", raw, err)
			}
			return
		}
		e164 := got.E164()
		if again, err := cattlegrid.ParseE164(e164); err != nil || again != got {
			t.Fatalf("Parse(%q) = %q, which is not E.164: %v", raw, e164, err)
		}
		if again, err := p.Parse(e164); err != nil || again != got {
			t.Fatalf("Parse(%q) = %q, which parses to %q, %v", raw, e164, again.E164(), err)
		}
		typed := oneNumber(t, raw) // the shortest numbers, of Saint Helena, have five digits
		if !strings.HasSuffix(e164, typed[max(0, len(typed)-5):]) {
			t.Fatalf("Parse(%q) = %q, which was not typed", raw, e164)
		}
		if national, ok := strings.CutPrefix(e164, "+86"); ok && p == home {
			before, _ := strings.CutSuffix(typed, national)
			if !slices.Contains([]string{"", "0", "86", "860", "0086", "00860"}, before) {
				t.Fatalf("Parse(%q) = %q, with %q before it", raw, e164, before)
			}
		}
	})
}

// oneNumber returns the digits of an input that was taken, without its extension, and fails if it has what only a list
// of numbers has.
func oneNumber(t *testing.T, raw string) string {
	t.Helper()
	if len(raw) > 64 {
		t.Fatalf("%d bytes were taken", len(raw))
	}
	if strings.ContainsAny(strings.TrimSpace(raw), ",;/|&\n\r\x00，；、") {
		t.Fatalf("%q was taken", raw)
	}
	letters := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) || r == 'ー' {
			return -1
		}
		if r >= 'Ａ' && r <= 'ｚ' {
			r -= 'Ａ' - 'A'
		}
		return unicode.ToLower(r)
	}, raw)
	if !slices.Contains([]string{"", "ext", "extn", "extension"}, letters) {
		t.Fatalf("%q with letters %q was taken", raw, letters)
	}
	number := raw
	if letters != "" {
		number = raw[:strings.IndexFunc(raw, func(r rune) bool { return unicode.IsLetter(r) && r != 'ー' })]
	}
	digits := digitsOf(number)
	if len(digits) > 20 {
		t.Fatalf("%q with %d digits was taken", raw, len(digits))
	}
	return digits
}

// digitsOf returns the decimal digits of a text, whatever their script. Unicode keeps each script's ten together and in
// order.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		for _, r16 := range unicode.Nd.R16 {
			if lo := rune(r16.Lo); r >= lo && r <= rune(r16.Hi) {
				return '0' + (r-lo)%10
			}
		}
		return -1
	}, s)
}
