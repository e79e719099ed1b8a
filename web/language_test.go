package web_test

import (
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/web"
)

// The language is the visitor's first choice of the two; without a choice, Chinese for silence and English for others.
func TestLanguage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		header string
		want   string
	}{
		{"Empty", "", "zh"},
		{"Any", "*", "zh"},
		{"Chinese", "zh", "zh"},
		{"ChineseOfChina", "zh-CN,zh;q=0.9,en;q=0.8", "zh"},
		{"ChineseOfTaiwan", "zh-Hant-TW, zh;q=0.9", "zh"},
		{"English", "en", "en"},
		{"EnglishOfBritain", "en-GB,en;q=0.9", "en"},
		{"EnglishFirst", "en-US,en;q=0.9,zh-CN;q=0.8", "en"},
		{"QualityBeatsOrder", "zh;q=0.3,en;q=0.7", "en"},
		{"OrderBreaksTies", "en;q=0.8,zh;q=0.8", "en"},
		{"FirstSupported", "fr-FR,fr;q=0.9,zh;q=0.5,en;q=0.4", "zh"},
		{"OnlyOthers", "fr-FR,de;q=0.8", "en"},
		{"OthersAndAny", "ja,*;q=0.5", "en"},
		{"ChineseRefused", "zh;q=0,*", "en"},
		{"EnglishRefused", "en;q=0", "zh"},
		{"EnglishRefusedAmongOthers", "fr,en;q=0", "en"},
		{"Case", "EN-us;Q=0.9, ZH;q=0.1", "en"},
		{"Spaces", "  fr ; q=1 ,  zh ; q = 0.5 ", "zh"},
		{"NotAPrefix", "zhx,enm;q=0.9", "en"},
		{"QualityTooHigh", "en;q=9,zh;q=0.1", "zh"},
		{"QualityNotANumber", "en;q=NaN,zh;q=x", "zh"},
		{"UnknownParameter", "en;level=1,zh;q=0.1", "zh"},
		{"Commas", ",,,", "zh"},
		{"TooLong", strings.Repeat("fr,", 10_000) + "zh", "en"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := web.Language(tt.header); got != tt.want {
				t.Errorf("Language(%.60q) = %q, want %q", tt.header, got, tt.want)
			}
		})
	}
}

// Any header means one of the two languages, in whatever case it is written.
func FuzzLanguage(f *testing.F) {
	for _, header := range []string{"", "*", "zh-CN,zh;q=0.9,en;q=0.8", "en;q=0", "fr;q=1e-3;en", "zh;q=+Inf"} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got := web.Language(header)
		if got != "zh" && got != "en" {
			t.Errorf("Language(%q) = %q, want zh or en", header, got)
		}
		if upper := web.Language(upperASCII(header)); upper != got {
			t.Errorf("Language(%q) = %q, but %q in upper case", header, got, upper)
		}
	})
}

// upperASCII leaves other letters alone: some of them, such as the Kelvin sign, do not come back from upper case.
func upperASCII(text string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}, text)
}

// Where more languages are known, the same rules pick among them.
func TestPick(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"ja,en;q=0.9": "ja", "en;q=0.9,ja": "ja", "zh-CN,ja;q=0.9": "zh", "de,fr;q=0.5": "fr", "de": "en", "": "zh", "*": "zh", "ja;q=0": "zh",
	} {
		if got := web.Pick(header, "en", "fr", "ja", "zh"); got != want {
			t.Errorf("%q: got %q, want %q", header, got, want)
		}
	}
}
