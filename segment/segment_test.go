package segment_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/segment"
)

// A text takes as many SMS as the networks bill, and no cut goes through a pair.
func TestCount(t *testing.T) {
	t.Parallel()
	a, dot, han, emoji := strings.Repeat("a", 1000), strings.Repeat("€", 1000), strings.Repeat("码", 1000), strings.Repeat("😀", 500)
	for name, tc := range map[string]struct {
		text string
		want segment.Info
	}{
		"Empty":               {"", segment.Info{Segments: 1, Left: 160}},
		"OneGSM":              {a[:160], segment.Info{Segments: 1, Units: 160}},
		"TwoGSM":              {a[:161], segment.Info{Segments: 2, Units: 161, Left: 145}},
		"TwoFullGSM":          {a[:306], segment.Info{Segments: 2, Units: 306}},
		"ThreeGSM":            {a[:307], segment.Info{Segments: 3, Units: 307, Left: 152}},
		"OneOfPairs":          {dot[:3*80], segment.Info{Segments: 1, Units: 160}},
		"TwoOfPairs":          {dot[:3*81], segment.Info{Segments: 2, Units: 162, Left: 143}},
		"PairAtTheEndOfAPart": {a[:152] + "€" + a[:151], segment.Info{Segments: 2, Units: 305}},
		"PairMakesAThirdPart": {a[:152] + "€" + a[:152], segment.Info{Segments: 3, Units: 306, Left: 152}},
		"OneUCS2":             {han[:3*70], segment.Info{Encoding: segment.UCS2, Segments: 1, Units: 70}},
		"TwoUCS2":             {han[:3*71], segment.Info{Encoding: segment.UCS2, Segments: 2, Units: 71, Left: 63}},
		"TwoFullUCS2":         {han[:3*134], segment.Info{Encoding: segment.UCS2, Segments: 2, Units: 134}},
		"ThreeUCS2":           {han[:3*135], segment.Info{Encoding: segment.UCS2, Segments: 3, Units: 135, Left: 66}},
		"OneOfSurrogates":     {emoji[:4*35], segment.Info{Encoding: segment.UCS2, Segments: 1, Units: 70}},
		"TwoOfSurrogates":     {emoji[:4*36], segment.Info{Encoding: segment.UCS2, Segments: 2, Units: 72, Left: 61}},
		"OneForeignCharacter": {a[:70] + "ç", segment.Info{Encoding: segment.UCS2, Segments: 2, Units: 71, Left: 63}},
		"IllFormed":           {"\xff", segment.Info{Encoding: segment.UCS2, Segments: 1, Units: 1, Left: 69}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := segment.Count(tc.text); got != tc.want {
				t.Errorf("Count = %+v, want %+v", got, tc.want)
			}
			check(t, tc.text)
		})
	}
}

// Parts carry the octets of their texts.
func TestSplit(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("a", 152) + "€uro "
	parts := segment.Split(text + strings.Repeat("b", 10))
	want := []segment.Part{
		{Text: strings.Repeat("a", 152), Octets: []byte(strings.Repeat("a", 152))},
		{Text: "€uro bbbbbbbbbb", Octets: []byte("\x1beuro bbbbbbbbbb")},
	}
	if diff := cmp.Diff(want, parts); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]segment.Part{{Octets: []byte{}}}, segment.Split("")); diff != "" {
		t.Errorf("parts of nothing (-want +got):\n%s", diff)
	}
}

// The alphabet is that of GSM 03.38: 127 characters and ten pairs, and nothing that only looks like one of them.
func TestGSM7(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"@£$¥èéùìòÇ\nØø\rÅå":    "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f",
		"Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ":       "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1c\x1d\x1e\x1f",
		"!\"#¤%&'()*+,-./09:;?": "!\"#\x24%&'()*+,-./09:;?",
		"¡AZÄÖÑÜ§¿azäöñüà":      "\x40AZ\x5b\x5c\x5d\x5e\x5f\x60az\x7b\x7c\x7d\x7e\x7f",
		"\f^{}\\[~]|€":          "\x1b\x0a\x1b\x14\x1b\x28\x1b\x29\x1b\x2f\x1b\x3c\x1b\x3d\x1b\x3e\x1b\x40\x1b\x65",
	} {
		got, ok := segment.EncodeGSM7(text)
		if !ok || string(got) != want {
			t.Errorf("EncodeGSM7(%q) = %q, %v, want %q", text, got, ok, want)
		}
		if back := segment.DecodeGSM7(got); back != text {
			t.Errorf("DecodeGSM7(%q) = %q, want %q", got, back, text)
		}
	}
	n := 0
	for r := range rune(0x3000) {
		if _, ok := segment.EncodeGSM7(string(r)); ok {
			n++
		}
	}
	if n != 127+10 {
		t.Errorf("%d characters are GSM, want 137", n)
	}
}

// What no encoder writes is read as a phone shows it.
func TestDecodeOddities(t *testing.T) {
	t.Parallel()
	for octets, want := range map[string]string{
		"a\x1b": "a ", "\x1b\x1b": " ", "\x1ba": "a", "\x1b\x00": "@", "\x80\xff": "\uFFFD\uFFFD", "\x1b\xe5": "\uFFFD",
	} {
		if got := segment.DecodeGSM7([]byte(octets)); got != want {
			t.Errorf("DecodeGSM7(%q) = %q, want %q", octets, got, want)
		}
	}
	for octets, want := range map[string]string{
		"": "", "\x00": "\uFFFD", "\x04\x1a\x00": "К\uFFFD", "\xd8\x3d": "\uFFFD", "\xd8\x3d\xde\x00": "😀",
	} {
		if got := segment.DecodeUCS2([]byte(octets)); got != want {
			t.Errorf("DecodeUCS2(%q) = %q, want %q", octets, got, want)
		}
	}
}

// Foreign names each character once, as the text has them.
func TestForeign(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "plain [text] €": "", "“quoted” – “it”": "“”–", "tab\there `x`": "\t`", "façade Ω": "ç", "😀 ok 😀": "😀",
		"Ω is no \u2126": "\u2126", "\x1b": "\x1b",
	} {
		if got := string(segment.Foreign(text)); got != want {
			t.Errorf("Foreign(%q) = %q, want %q", text, got, want)
		}
	}
}

// check holds whatever the text is: parts join to it, fit, and are as many as counted.
func check(t *testing.T, text string) {
	t.Helper()
	info, parts := segment.Count(text), segment.Split(text)
	alone, limit, width := 160, 153, 1
	if info.Encoding == segment.UCS2 {
		alone, limit, width = 70, 67, 2
	}
	if len(parts) > 1 {
		alone = limit
	}
	var joined strings.Builder
	units := 0
	for i, p := range parts {
		n := len(p.Octets) / width
		if n > alone || p.Encoding != info.Encoding || n == 0 && text != "" {
			t.Errorf("part %d has %d units, %v; at most %d fit, %v", i, n, p.Encoding, alone, info.Encoding)
		}
		if back := decode(p); back != strings.ToValidUTF8(p.Text, "\uFFFD") && utf8.ValidString(text) {
			t.Errorf("part %d decodes to %q, want %q", i, back, p.Text)
		}
		units += n
		joined.WriteString(p.Text)
	}
	left := alone - len(parts[len(parts)-1].Octets)/width
	got := segment.Info{Encoding: parts[0].Encoding, Segments: len(parts), Units: units, Left: left}
	if got != info || joined.String() != text {
		t.Errorf("%q is split to %+v, but counts %+v", text, got, info)
	}
	if foreign := segment.Foreign(text); (len(foreign) > 0) != (info.Encoding == segment.UCS2) {
		t.Errorf("%v, but foreign are %q", info.Encoding, foreign)
	}
}

func decode(p segment.Part) string {
	if p.Encoding == segment.UCS2 {
		return segment.DecodeUCS2(p.Octets)
	}
	return segment.DecodeGSM7(p.Octets)
}

func FuzzSplit(f *testing.F) {
	for _, text := range []string{"", "Code {€} 1234: @£é", "Код 1234", "【示例】918273", "\xff\xc0", "😀"} {
		f.Add(text, 1)
		f.Add(text, 60)
	}
	f.Fuzz(func(t *testing.T, text string, times int) {
		if times > 0 && times < 100 && len(text) < 1000 {
			text = strings.Repeat(text, times)
		}
		check(t, text)
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\x1be\x1b\x1b\x80"))
	f.Fuzz(func(t *testing.T, octets []byte) {
		text := segment.DecodeGSM7(octets)
		if again, ok := segment.EncodeGSM7(text); ok {
			if back := segment.DecodeGSM7(again); back != text {
				t.Errorf("%q becomes %q", text, back)
			}
		} else if !slices.Contains(segment.Foreign(text), '\uFFFD') {
			t.Errorf("%q is decoded but cannot be encoded", text)
		}
		ucs2 := segment.DecodeUCS2(octets)
		if back := segment.DecodeUCS2(segment.EncodeUCS2(ucs2)); back != ucs2 {
			t.Errorf("%q becomes %q", ucs2, back)
		}
	})
}

func ExampleCount() {
	for _, text := range []string{"Your code is 918273.", "Your code is “918273”."} {
		info := segment.Count(text)
		fmt.Printf("%v, %d left, foreign %q\n", info.Encoding, info.Left, segment.Foreign(text))
	}
	// Output:
	// GSM-7, 140 left, foreign []
	// UCS-2, 48 left, foreign ['“' '”']
}

func BenchmarkCount(b *testing.B) {
	text := "918273 is your Example code. It is valid for 5 minutes. Do not share it with anybody."
	b.ReportAllocs()
	for b.Loop() {
		segment.Count(text)
	}
}
