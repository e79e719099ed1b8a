package aliyun_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/aliyun"
	"github.com/cattlegrid/cattlegrid/sms/template"
)

// Templates as Alibaba approves them are right, and those that it would refuse are not.
func TestRules(t *testing.T) {
	for text, want := range map[string]string{ // part of the error
		"您的验证码为：${code}，请勿泄露于他人！":                   "",
		"您的验证码为：{1}，请勿泄露于他人！":                       "placeholders []",
		"您的验证码为：${code}，10分钟内有效。":                   "says 10 minutes",
		"您的验证码为：${code}" + strings.Repeat("。", 500): "want at most 500",
	} {
		found := template.Table{{ID: "1", Signature: "示例网", Variables: []string{"code"}, Text: text}}.Check(aliyun.Rules, 5*time.Minute)
		if want == "" && len(found) > 0 || want != "" && (len(found) != 1 || !strings.Contains(found[0].Error(), want)) {
			t.Errorf("%s: %v, want %q", text, found, want)
		}
	}
}
