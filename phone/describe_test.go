package phone_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/phone"
)

func mustE164(t testing.TB, e164 string) cattlegrid.Phone {
	t.Helper()
	number, err := cattlegrid.ParseE164(e164)
	if err != nil {
		t.Fatal(err)
	}
	return number
}

// A number has the country that it belongs to, also where several share a calling code, and the type of its line.
func TestDescribe(t *testing.T) {
	t.Parallel()
	p := newParser(t, phone.Options{})
	for e164, want := range map[string]guard.Number{
		"+8613800138000":  {Country: "CN", Type: guard.Mobile},
		"+8617000000000":  {Country: "CN", Type: guard.Mobile},
		"+861012345678":   {Country: "CN", Type: guard.Landline},
		"+864008123456":   {Country: "CN", Type: guard.OtherNumber},
		"+85251234567":    {Country: "HK", Type: guard.Mobile},
		"+447400123456":   {Country: "GB", Type: guard.Mobile},
		"+442079460018":   {Country: "GB", Type: guard.Landline},
		"+447797712345":   {Country: "JE", Type: guard.Mobile},
		"+447624123456":   {Country: "IM", Type: guard.Mobile},
		"+445612345678":   {Country: "GB", Type: guard.VoIP},
		"+449012345678":   {Country: "GB", Type: guard.Premium},
		"+448001234567":   {Country: "GB", Type: guard.OtherNumber},
		"+12015550123":    {Country: "US", Type: guard.Mobile},
		"+18762101234":    {Country: "JM", Type: guard.Mobile},
		"+15062345678":    {Country: "CA", Type: guard.Mobile},
		"+19002345678":    {Country: "US", Type: guard.Premium},
		"+493012345678":   {Country: "DE", Type: guard.Landline},
		"+4915123456789":  {Country: "DE", Type: guard.Mobile},
		"+77710009998":    {Country: "KZ", Type: guard.Mobile},
		"+79123456789":    {Country: "RU", Type: guard.Mobile},
		"+80012345678":    {Type: guard.OtherNumber},
		"+99999999999999": {Type: guard.Mobile},
	} {
		want.E164 = e164
		if diff := cmp.Diff(want, p.Describe(mustE164(t, e164))); diff != "" {
			t.Errorf("Describe(%s) (-want +got):\n%s", e164, diff)
		}
	}
	if got := p.Describe(cattlegrid.Phone{}); got.Country != "" || got.E164 != "" {
		t.Errorf("Describe of no number is %+v", got)
	}
}

// With Any a number is taken whatever its country and type, and what is no number is refused as ever.
func TestAny(t *testing.T) {
	t.Parallel()
	p := newParser(t, phone.Options{Any: true})
	for raw, want := range map[string]string{
		"138 0013 8000":      "+8613800138000",
		"010-1234 5678":      "+861012345678",
		"+86 (010) 12345678": "+861012345678",
		"400 812 3456":       "+864008123456",
		"+44 20 7946 0018":   "+442079460018",
		"0044 7400 123456":   "+447400123456",
		"+1 876 210 1234":    "+18762101234",
		"23800138000":        "",
		"138 0013 800":       "",
		"110":                "",
		"+999 1234 5678":     "",
		"13800138000,139":    "",
		"":                   "",
	} {
		if got, err := p.Parse(raw); got.E164() != want || (err == nil) != (want != "") {
			t.Errorf("Parse(%q) = %q, %v, want %q", raw, got.E164(), err, want)
		}
	}
}

// Describing a mainland number costs no allocation: it is done for each message that is asked for.
func TestDescribeAllocations(t *testing.T) {
	p, number := newParser(t, phone.Options{}), mustE164(t, "+8613800138000")
	if got := testing.AllocsPerRun(100, func() { p.Describe(number) }); got != 0 {
		t.Errorf("%v allocations, want 0", got)
	}
}

func BenchmarkDescribe(b *testing.B) {
	p := newParser(b, phone.Options{})
	for name, e164 := range map[string]string{"Mainland": "+8613800138000", "Elsewhere": "+4915112345678"} {
		b.Run(name, func(b *testing.B) {
			number := mustE164(b, e164)
			b.ReportAllocs()
			for b.Loop() {
				p.Describe(number)
			}
		})
	}
}
