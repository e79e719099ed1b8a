package template_test

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/template"
)

// A template is filled as the provider does it, and signed unless its text has the signature already.
func TestFill(t *testing.T) {
	var (
		named    = template.Rules{Placeholder: "${}"}
		numbered = template.Rules{Placeholder: "{}"}
		inOrder  = template.Rules{Placeholder: "${}", InOrder: true}
		both     = []string{"code", "min=minutes"}
	)
	for name, tt := range map[string]struct {
		rules template.Rules
		template.Template
		want string
	}{
		"NoText":      {named, template.Template{Signature: "示例网", Variables: both}, ""},
		"Named":       {named, template.Template{Signature: "示例网", Variables: both, Text: "${min}分钟内有效的验证码：${code}。"}, "【示例网】5分钟内有效的验证码：918273。"},
		"Numbered":    {numbered, template.Template{Variables: both, Text: "验证码{1}，{2}分钟"}, "验证码918273，5分钟"},
		"Twice":       {numbered, template.Template{Variables: both, Text: "{1}{1}"}, "918273918273"},
		"InOrder":     {inOrder, template.Template{Variables: both, Text: "验证码${NUM}，${NUM}分钟"}, "验证码918273，5分钟"},
		"Unknown":     {named, template.Template{Variables: both, Text: "${name}，验证码${code}"}, "${name}，验证码918273"},
		"NothingElse": {named, template.Template{Variables: both, Text: "验证码"}, "验证码"},
		"Brackets":    {numbered, template.Template{Signature: "示例网", Variables: both, Text: "【示例网】验证码{1}"}, "【示例网】验证码918273"},
		"NoRules":     {template.Rules{}, template.Template{Variables: both, Text: "验证码{1}"}, "验证码{1}"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tt.Fill(tt.rules, cattlegrid.Message{Code: "918273", Lifetime: 5 * time.Minute}); got != tt.want {
				t.Errorf("Fill = %q, want %q", got, tt.want)
			}
		})
	}
}
