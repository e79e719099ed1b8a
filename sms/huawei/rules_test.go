package huawei_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/huawei"
	"github.com/cattlegrid/cattlegrid/sms/template"
)

// Templates as Huawei approves them are right, and those that it would refuse are not.
func TestRules(t *testing.T) {
	for text, want := range map[string]string{ // part of the error
		"您的验证码是${1},请勿泄露给他人。":                   "",
		"您的验证码是${NUM_6},请勿泄露给他人。":               "",
		"您的验证码是${1}，${2}分钟内有效。":                 "placeholders [${1} ${2}]",
		"您的验证码是${1}" + strings.Repeat("。", 500): "want at most 500",
	} {
		found := template.Table{{ID: "1", Signature: "示例网", Variables: []string{"code"}, Text: text}}.Check(huawei.Rules, 5*time.Minute)
		if want == "" && len(found) > 0 || want != "" && (len(found) != 1 || !strings.Contains(found[0].Error(), want)) {
			t.Errorf("%s: %v, want %q", text, found, want)
		}
	}
}
