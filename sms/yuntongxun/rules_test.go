package yuntongxun_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/template"
	"github.com/cattlegrid/cattlegrid/sms/yuntongxun"
)

// Templates as Yuntongxun approves them are right, and those that it would refuse are not.
func TestRules(t *testing.T) {
	for text, want := range map[string]string{ // part of the error
		"【云通讯】您使用的是云通讯短信测试模板，您的验证码是{1}，请于{2}分钟内正确输入": "",
		"您的验证码是{1}，请尽快输入": "placeholders [{1}]",
	} {
		found := template.Table{{ID: "1", Signature: "示例网", Variables: []string{"code", "minutes"}, Text: text}}.Check(yuntongxun.Rules, 5*time.Minute)
		if want == "" && len(found) > 0 || want != "" && (len(found) != 1 || !strings.Contains(found[0].Error(), want)) {
			t.Errorf("%s: %v, want %q", text, found, want)
		}
	}
}
