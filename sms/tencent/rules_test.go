package tencent_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/template"
	"github.com/cattlegrid/cattlegrid/sms/tencent"
)

// Templates as Tencent approves them are right, and those that it would refuse are not.
func TestRules(t *testing.T) {
	for text, want := range map[string]string{ // part of the error
		"您的验证码是{1}，{2}分钟内有效，请勿告诉他人。":                    "",
		"您的验证码是{2}，{1}分钟内有效，请勿告诉他人。":                    "speaks of minutes after {1}",
		"您的验证码是${code}，请勿告诉他人。":                         "placeholders [{code}]",
		"您的验证码是{1}，{2}分钟内有效" + strings.Repeat("。", 500): "want at most 500",
	} {
		found := template.Table{{ID: "1", Signature: "示例网", Variables: []string{"code", "minutes"}, Text: text}}.Check(tencent.Rules, 5*time.Minute)
		if want == "" && len(found) > 0 || want != "" && (len(found) != 1 || !strings.Contains(found[0].Error(), want)) {
			t.Errorf("%s: %v, want %q", text, found, want)
		}
	}
}
