package wire_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// A code means what its own key says, else what the longest key says that it begins with. One that no key is for says nothing
// of the message.
func TestCodes(t *testing.T) {
	codes := wire.Codes{
		"isv.LIMIT":     {Class: cattlegrid.Throttled, Hint: "exact", Wait: time.Minute},
		"isv.*":         {Class: cattlegrid.Permanent, Hint: "prefix"},
		"isv.SIGN_*":    {Class: cattlegrid.Misconfigured, Hint: "longer prefix"},
		"isv.SIGN_GONE": {Class: cattlegrid.Unpaid, Hint: "exact despite prefixes"},
		"42":            {Class: cattlegrid.Temporary, Hint: "number"},
	}
	for code, want := range map[string]struct {
		class cattlegrid.SendClass
		code  string
		hint  string
		wait  time.Duration
	}{
		"isv.LIMIT":     {cattlegrid.Throttled, "isv.LIMIT", "exact", time.Minute},
		"isv.LIMITS":    {cattlegrid.Permanent, "isv.LIMITS", "prefix", 0},
		"isv.":          {cattlegrid.Permanent, "isv.", "prefix", 0},
		"isv":           {cattlegrid.Unknown, "isv", "not known", 0},
		"isv.SIGN_":     {cattlegrid.Misconfigured, "isv.SIGN_", "longer prefix", 0},
		"isv.SIGN_NEW":  {cattlegrid.Misconfigured, "isv.SIGN_NEW", "longer prefix", 0},
		"isv.SIGN_GONE": {cattlegrid.Unpaid, "isv.SIGN_GONE", "exact despite prefixes", 0},
		"ISV.LIMIT":     {cattlegrid.Unknown, "ISV.LIMIT", "not known", 0},
		"42":            {cattlegrid.Temporary, "42", "number", 0},
		"421":           {cattlegrid.Unknown, "421", "not known", 0},
		"":              {cattlegrid.Unknown, "", "not known", 0},
		"isv.*":         {cattlegrid.Unknown, "malformed", "not known", 0}, // a key is no code
		"isv.a b":       {cattlegrid.Unknown, "malformed", "not known", 0},
		"isv.<html>":    {cattlegrid.Unknown, "malformed", "not known", 0},
		"isv.签名":        {cattlegrid.Unknown, "malformed", "not known", 0},
		"isv.\n":        {cattlegrid.Unknown, "malformed", "not known", 0},

		"isv." + strings.Repeat("x", 60): {cattlegrid.Permanent, "isv." + strings.Repeat("x", 60), "prefix", 0},
		"isv." + strings.Repeat("x", 61): {cattlegrid.Unknown, "malformed", "not known", 0},
	} {
		got, ok := errors.AsType[*cattlegrid.SendError](codes.Refuse(code))
		if !ok || got.Class != want.class || got.Code != want.code || got.RetryAfter != want.wait || !strings.Contains(got.Err.Error(), want.hint) {
			t.Errorf("%q means %+v, want %+v", code, got, want)
		}
	}
}

// A table may say what all other codes mean, and an empty one says nothing.
func TestCodesOfAnyKind(t *testing.T) {
	for code, want := range map[string]cattlegrid.SendClass{"1": cattlegrid.Unpaid, "2": cattlegrid.Permanent, "": cattlegrid.Permanent, "a b": cattlegrid.Permanent} {
		err := wire.Codes{"1": {Class: cattlegrid.Unpaid}, "*": {Class: cattlegrid.Permanent}}.Refuse(code)
		if got, ok := errors.AsType[*cattlegrid.SendError](err); !ok || got.Class != want {
			t.Errorf("%q means %v, want %v", code, err, want)
		}
		if got, ok := errors.AsType[*cattlegrid.SendError](wire.Codes(nil).Refuse(code)); !ok || got.Class != cattlegrid.Unknown {
			t.Errorf("%q means %v without a table", code, got)
		}
	}
}

// A code is shown as it is if it is a word or a number.
func TestCode(t *testing.T) {
	for code, want := range map[string]string{
		"": "", "isv.BUSINESS_LIMIT-CONTROL:1": "isv.BUSINESS_LIMIT-CONTROL:1", "160042": "160042",
		"+8613800138000": "malformed", "a/b": "malformed", "a\x00": "malformed", "é": "malformed",
		strings.Repeat("x", 64): strings.Repeat("x", 64), strings.Repeat("x", 65): "malformed",
	} {
		if got := wire.Code(code); got != want {
			t.Errorf("Code(%q) = %q, want %q", code, got, want)
		}
	}
}
