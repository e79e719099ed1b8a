package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/sms/template"
)

// What is not taken is said in as few words as it can be.
func TestAmong(t *testing.T) {
	countries := []string{"CN", "HK", "GB"}
	for name, tt := range map[string]struct {
		takes func(kind) bool
		want  []string
	}{
		"Everything":   {func(kind) bool { return true }, nil},
		"Nothing":      {func(kind) bool { return false }, []string{"anything in any language to CN, HK, GB"}},
		"OnePurpose":   {func(k kind) bool { return k.purpose == "login" }, []string{"register, reset in any language to CN, HK, GB"}},
		"OneLanguage":  {func(k kind) bool { return k.lang == "zh" }, []string{"anything in en, es, fr, id, ja, ko to CN, HK, GB"}},
		"OneCountry":   {func(k kind) bool { return k.country == "HK" }, []string{"anything in any language to CN, GB"}},
		"NotInJapan":   {func(k kind) bool { return k.purpose == "login" || k.lang != "ja" }, []string{"register, reset in ja to CN, HK, GB"}},
		"TwoPhrases":   {func(k kind) bool { return k.purpose == "login" && k.lang == "zh" }, []string{"register, reset in any language, and login in en, es, fr, id, ja, ko to CN, HK, GB"}},
		"TwoCountries": {func(k kind) bool { return k.country == "CN" || k.country == "HK" && k.lang == "zh" }, []string{"anything in en, es, fr, id, ja, ko to HK", "anything in any language to GB"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, among(countries, tt.takes)); diff != "" {
				t.Errorf("among (-want +got):\n%s", diff)
			}
		})
	}
}

// A template is idle if no message comes as far as to it.
func TestIdle(t *testing.T) {
	o := outlet{countries: []string{"CN", "HK"}, table: template.Table{
		{ID: "0", Purpose: "login", Country: "CN"},
		{ID: "1", Purpose: "login", Lang: "en", Country: "CN"}, // behind 0
		{ID: "2", Purpose: "login"},
		{ID: "3", Lang: "de"},    // no language of the gate's
		{ID: "4", Country: "GB"}, // not served
		{ID: "5"},
		{ID: "6"}, // behind 5
	}}
	if diff := cmp.Diff([]int{1, 3, 4, 6}, o.idle()); diff != "" {
		t.Errorf("idle (-want +got):\n%s", diff)
	}
}

// Tencent's signature for the mainland is not that of a template for elsewhere.
func TestFiled(t *testing.T) {
	c := defaults()
	c.SMS.Tencent.Signature = "示例网"
	c.templates = map[string]template.Table{"tencent": {
		{ID: "1", Country: "CN"}, {ID: "2", Country: "GB"}, {ID: "3", Signature: "示例"}, {ID: "4"},
	}}
	table := c.filed("tencent", tencentFiling(&c.SMS))
	got := make([]string, len(table))
	for i, filed := range table {
		got[i] = filed.Signature
	}
	if diff := cmp.Diff([]string{"示例网", "", "示例", "示例网"}, got); diff != "" {
		t.Errorf("signatures (-want +got):\n%s", diff)
	}
	if c.templates["tencent"][0].Signature != "" {
		t.Error("the file's templates were changed")
	}
}
