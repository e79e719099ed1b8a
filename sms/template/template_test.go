package template_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/template"
)

// A message takes the first template whose purpose, language and country are its own or any.
func TestFor(t *testing.T) {
	table := template.Table{
		{ID: "login-en-GB", Purpose: "login", Lang: "en", Country: "GB"},
		{ID: "login-en", Purpose: "login", Lang: "en"},
		{ID: "login", Purpose: "login"},
		{ID: "CN", Country: "CN"},
		{ID: "CN-again", Country: "CN"},
	}
	for _, tt := range []struct{ purpose, lang, country, want string }{
		{"login", "en", "GB", "login-en-GB"},
		{"login", "en", "CN", "login-en"},
		{"login", "en", "", "login-en"},
		{"login", "zh", "CN", "login"},
		{"login", "", "", "login"},
		{"reset", "zh", "CN", "CN"},
		{"reset", "zh", "GB", ""},
		{"LOGIN", "en", "GB", ""},
		{"", "", "", ""},
	} {
		got, err := table.For(cattlegrid.Message{Purpose: tt.purpose, Lang: tt.lang, Country: tt.country, Code: "918273", Text: "918273"})
		if got.ID != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("For %q, %q, %q = %q, %v, want %q", tt.purpose, tt.lang, tt.country, got.ID, err, tt.want)
		}
		if err == nil {
			continue
		}
		failure, ok := errors.AsType[*cattlegrid.SendError](err)
		if !ok || failure.Class != cattlegrid.Misconfigured || strings.Contains(err.Error(), "918273") {
			t.Errorf("For %q, %q, %q: %v, want Misconfigured, without the code", tt.purpose, tt.lang, tt.country, err)
		}
	}
	if got, err := (template.Table{{ID: "any"}}).For(cattlegrid.Message{Purpose: "reset"}); err != nil || got.ID != "any" {
		t.Errorf("For with a template for all = %q, %v", got.ID, err)
	}
	if got, err := template.Table(nil).For(cattlegrid.Message{}); err == nil {
		t.Errorf("For without templates = %v", got)
	}
}

// Variables are filled in their order, with the code or with how many whole minutes it lives.
func TestValues(t *testing.T) {
	type values = []template.Value
	for name, tt := range map[string]struct {
		variables []string
		lifetime  time.Duration
		want      values
	}{
		"None":     {nil, 0, values{}},
		"Code":     {[]string{"code"}, time.Minute, values{{Name: "code", Text: "918273"}}},
		"Both":     {[]string{"code", "minutes"}, 5 * time.Minute, values{{Name: "code", Text: "918273"}, {Name: "minutes", Text: "5"}}},
		"Swapped":  {[]string{"minutes", "code"}, 10 * time.Minute, values{{Name: "minutes", Text: "10"}, {Name: "code", Text: "918273"}}},
		"Named":    {[]string{"min=minutes", "c=code"}, time.Hour, values{{Name: "min", Text: "60"}, {Name: "c", Text: "918273"}}},
		"Twice":    {[]string{"code", "code"}, 0, values{{Name: "code", Text: "918273"}, {Name: "code", Text: "918273"}}},
		"NotWhole": {[]string{"minutes"}, 179 * time.Second, values{{Name: "minutes", Text: "2"}}}, // it never promises more
	} {
		t.Run(name, func(t *testing.T) {
			got := template.Template{Variables: tt.variables}.Values(cattlegrid.Message{Code: "918273", Lifetime: tt.lifetime})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
		})
	}
}

// A table can be used if there is a template, and each has an ID and a variable for the code. The error says which and why.
func TestValidate(t *testing.T) {
	for name, tt := range map[string]struct {
		table template.Table
		want  string // part of the error
	}{
		"OK":             {template.Table{{ID: "SMS_1", Variables: []string{"code"}}}, ""},
		"OKNamed":        {template.Table{{ID: "SMS_1", Variables: []string{"min=minutes", "x=code"}}}, ""},
		"Nothing":        {nil, "there is no template"},
		"NoID":           {template.Table{{Variables: []string{"code"}}}, "template 1: it has no ID"},
		"NoVariables":    {template.Table{{ID: "SMS_1"}}, "template 1: SMS_1 has no variable for the code"},
		"MinutesOnly":    {template.Table{{ID: "SMS_1", Variables: []string{"minutes"}}}, "no variable for the code"},
		"Unknown":        {template.Table{{ID: "SMS_1", Variables: []string{"code", "name"}}}, `the variable "name", want "code" or "minutes", or name=code`},
		"NamedUnknown":   {template.Table{{ID: "SMS_1", Variables: []string{"code=name"}}}, `"code=name"`},
		"NoName":         {template.Table{{ID: "SMS_1", Variables: []string{"=code"}}}, `"=code"`},
		"FilledByNought": {template.Table{{ID: "SMS_1", Variables: []string{"code="}}}, `"code="`},
		"Empty":          {template.Table{{ID: "SMS_1", Variables: []string{""}}}, `""`},
		"Second":         {template.Table{{ID: "SMS_1", Variables: []string{"code"}}, {ID: "SMS_2"}}, "template 2: SMS_2"},
	} {
		t.Run(name, func(t *testing.T) {
			err := tt.table.Validate()
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Validate = %v, want %q", err, tt.want)
			}
		})
	}
}
