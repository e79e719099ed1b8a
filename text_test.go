package cattlegrid_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/segment"
)

// Each language says the code, the brand and the lifetime, once each, in one SMS: with a short brand, and for eight digits.
func TestText(t *testing.T) {
	if !slices.IsSorted(cattlegrid.Languages) || len(cattlegrid.Languages) != 7 {
		t.Errorf("languages %v, want seven in order", cattlegrid.Languages)
	}
	for _, lang := range cattlegrid.Languages {
		for _, minutes := range []string{"1", "5", "10"} {
			lifetime, err := time.ParseDuration(minutes + "m")
			if err != nil {
				t.Fatal(err)
			}
			text := cattlegrid.Text(lang, "Acme", "48291573", lifetime, "")
			for _, part := range []string{"48291573", "Acme"} {
				if strings.Count(text, part) != 1 {
					t.Errorf("%s: %q does not say %s once", lang, text, part)
				}
			}
			if rest := strings.ReplaceAll(text, "48291573", ""); strings.Count(rest, minutes) != 1 || strings.ContainsAny(rest, "{}") {
				t.Errorf("%s: %q does not say %s minutes once", lang, text, minutes)
			}
			info := segment.Count(text)
			if plain := !slices.Contains([]string{"ja", "ko", "zh"}, lang); info.Segments != 1 || (info.Encoding == segment.GSM7) != plain {
				t.Errorf("%s: %q takes %+v, want one segment", lang, text, info)
			}
		}
	}
	if got, want := cattlegrid.Text("en", "Acme", "123456", time.Minute, ""), "123456 is your Acme code. It is valid for 1 minute. Do not share it with anybody."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := cattlegrid.Text("tlh", "Acme", "123456", 5*time.Minute, ""), "【Acme】您的验证码是123456，5分钟内有效，请勿告诉他人。"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Where a host is given, browsers there find the code in the last line; not so on the mainland, where it would not arrive.
func TestWebOTP(t *testing.T) {
	s := newSite(t, func(o *cattlegrid.Options) { o.WebOTPHost = "www.example.com" })
	s.mustSend(t, alice)
	if text := s.outbox.messages[0].Text; strings.Contains(text, "@") {
		t.Errorf("to the mainland: %q, want no host", text)
	}
	text := cattlegrid.Text("en", "Acme", "123456", 5*time.Minute, "www.example.com")
	if !strings.HasSuffix(text, "\n\n@www.example.com #123456") {
		t.Errorf("%q does not end as the specification says", text)
	}
}

// A message that takes several SMS costs as many.
func TestPriceBySegments(t *testing.T) {
	for lang, want := range map[string]int{"zh": 450, "en": 900} { // the brand makes the English text one of 70 characters an SMS
		var told []cattlegrid.Decision
		s := newSite(t, func(o *cattlegrid.Options) {
			o.Brand = "示例"
			o.Price = func(guard.Number) int { return 450 }
			o.OnDecision = func(_ context.Context, d cattlegrid.Decision) { told = append(told, d) }
		})
		r := s.request(t, alice, home)
		r.Lang = lang
		if _, err := s.SendCode(t.Context(), r); err != nil {
			t.Fatalf("SendCode: %v", err)
		}
		if len(told) != 1 || told[0].Price != want {
			t.Errorf("%s: decisions %+v, want one of a price of %d", lang, told, want)
		}
	}
}
