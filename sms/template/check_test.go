package template_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/template"
)

// A template is right if nothing is found; each thing that is wrong is found once, and named.
func TestCheck(t *testing.T) {
	var (
		named    = template.Rules{Placeholder: "${}", MaxText: 70, MinSignature: 2, MaxSignature: 12}
		numbered = template.Rules{Placeholder: "{}", MaxText: 70, MinSignature: 2, MaxSignature: 12}
		inOrder  = template.Rules{Placeholder: "${}", InOrder: true}
		both     = []string{"code", "min=minutes"}
		only     = []string{"code"}
	)
	for name, tt := range map[string]struct {
		rules template.Rules
		template.Template
		want []string // parts of the errors, in order
	}{
		"OKNamed":     {named, template.Template{Signature: "示例网", Variables: both, Text: "您的验证码是${code}，${min}分钟内有效。"}, nil},
		"OKNumbered":  {numbered, template.Template{Signature: "示例网", Variables: both, Text: "{1}为您的登录验证码，请于{2}分钟内填写。"}, nil},
		"OKOtherWay":  {numbered, template.Template{Variables: []string{"minutes", "code"}, Text: "{1}分钟内有效的验证码：{2}"}, nil},
		"OKInOrder":   {inOrder, template.Template{Variables: both, Text: "您的验证码是${NUM_6}，${NUM_2}分钟内有效。"}, nil},
		"OKSameLabel": {inOrder, template.Template{Variables: both, Text: "您的验证码是${NUM}，${NUM}分钟内有效。"}, nil},
		"OKEnglish":   {named, template.Template{Signature: "Example", Variables: only, Text: "Your code is ${code}, valid for 5 minutes."}, nil},
		"OKRepeated":  {named, template.Template{Variables: only, Text: "验证码${code}。再说一遍：${code}"}, nil},
		"OKBrackets":  {numbered, template.Template{Signature: "示例网", Variables: only, Text: "【示例网】您的验证码是{1}"}, nil},
		"OKLongest":   {named, template.Template{Signature: "示例网", Variables: only, Text: "验证码${code}" + strings.Repeat("长", 55)}, nil},
		"OKNoRules":   {template.Rules{}, template.Template{Signature: "一", Variables: both, Text: "验证码" + strings.Repeat("长", 500)}, nil},
		"OKNoText":    {named, template.Template{Signature: "示例网", Variables: both}, nil},
		"OKSpanish":   {named, template.Template{Lang: "es", Variables: []string{"code"}, Text: "Tu código es ${code}"}, nil},

		"Missing":          {named, template.Template{Variables: both, Text: "验证码${code}"}, []string{"placeholders [${code}], the variables are [code min=minutes]"}},
		"MissingNumber":    {numbered, template.Template{Variables: both, Text: "验证码{1}"}, []string{"placeholders [{1}]"}},
		"MissingInOrder":   {inOrder, template.Template{Variables: both, Text: "验证码${NUM_6}"}, []string{"placeholders [${NUM_6}]"}},
		"TooMany":          {named, template.Template{Variables: only, Text: "${name}，验证码${code}"}, []string{"placeholders [${name} ${code}]"}},
		"TooManyNumbers":   {numbered, template.Template{Variables: only, Text: "验证码{1}，{2}"}, []string{"placeholders [{1} {2}]"}},
		"TooManyInOrder":   {inOrder, template.Template{Variables: only, Text: "验证码${a}${b}"}, []string{"placeholders [${a} ${b}]"}},
		"NumberZero":       {numbered, template.Template{Variables: only, Text: "验证码{0}"}, []string{"placeholders [{0}]"}},
		"NumberGap":        {numbered, template.Template{Variables: both, Text: "验证码{1}，{3}"}, []string{"placeholders [{1} {3}]"}},
		"NameForNumber":    {numbered, template.Template{Variables: only, Text: "验证码{code}"}, []string{"placeholders [{code}]"}},
		"OtherName":        {named, template.Template{Variables: only, Text: "验证码${Code}"}, []string{"placeholders [${Code}]"}},
		"OtherPlaceholder": {named, template.Template{Variables: only, Text: "验证码{code}"}, []string{"placeholders []"}},
		"NotClosed":        {named, template.Template{Variables: only, Text: "验证码${code"}, []string{"placeholders []"}},
		"Twice":            {named, template.Template{Variables: []string{"code", "code"}, Text: "验证码${code}"}, []string{"placeholders"}},

		"Swapped":        {numbered, template.Template{Variables: both, Text: "验证码{2}，{1}分钟内有效"}, []string{"minutes after {1}, but that is filled with the code"}},
		"SwappedInOrder": {inOrder, template.Template{Variables: both, Text: "${a}分钟内有效，验证码${b}"}, []string{"minutes after ${a}, but that is filled with the code"}},
		"CodeForMinutes": {named, template.Template{Variables: only, Text: "Code ${code} minutes"}, []string{"minutes after ${code}"}},

		"OtherLifetime":        {named, template.Template{Variables: only, Text: "验证码${code}，10分钟内有效"}, []string{"says 10 minutes, but codes live 5m0s"}},
		"OtherLifetimeWord":    {named, template.Template{Variables: only, Text: "Code ${code}. Valid for 10 Minutes."}, []string{"says 10 minutes"}},
		"OtherLifetimeShort":   {named, template.Template{Variables: only, Text: "Code ${code} (30min)"}, []string{"says 30 minutes"}},
		"OtherLifetimeHyphen":  {named, template.Template{Variables: only, Text: "A 15-minute code: ${code}"}, []string{"says 15 minutes"}},
		"OtherLifetimeTaiwan":  {named, template.Template{Variables: only, Text: "驗證碼${code}，10 分鐘內有效"}, []string{"says 10 minutes"}},
		"OtherLifetimeTooLong": {named, template.Template{Variables: only, Text: "验证码${code}，99999999999999999999分钟"}, []string{"says 99999999999999999999 minutes"}},
		"NoMinutes":            {named, template.Template{Variables: only, Text: "Code ${code}, 10 minted coins"}, nil},

		"TooLong":           {named, template.Template{Variables: only, Text: "验证码${code}" + strings.Repeat("长", 61)}, []string{"71 characters, want at most 70"}},
		"TooLongWithSigner": {named, template.Template{Signature: "示例网", Variables: only, Text: "验证码${code}" + strings.Repeat("长", 56)}, []string{"71 characters"}},
		"ShortSignature":    {named, template.Template{Signature: "示", Variables: only}, []string{"signature 示 has 1 characters, want 2 to 12"}},
		"LongSignature":     {named, template.Template{Signature: strings.Repeat("示", 13), Variables: only}, []string{"has 13 characters"}},
		"BracketSignature":  {named, template.Template{Signature: "【示例网】", Variables: only}, []string{"without brackets"}},

		"NoWord":         {named, template.Template{Variables: only, Text: "您的密码是${code}"}, []string{"does not say that it is about a code"}},
		"NoWordEnglish":  {named, template.Template{Lang: "en", Variables: only, Text: "It is ${code}"}, []string{"about a code"}},
		"EverythingBad":  {named, template.Template{Signature: "示", Variables: both, Text: "It is ${c}, for 9 min. " + strings.Repeat("x", 70)}, []string{"signature", "at most 70", "placeholders", "9 minutes", "about a code"}},
		"RegistrationOK": {named, template.Template{Variables: only, Text: "注册码${code}"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			tt.ID = "SMS_1"
			got := template.Table{tt.Template}.Check(tt.rules, 5*time.Minute)
			if len(got) != len(tt.want) {
				t.Fatalf("Check = %v, want %d errors with %q", got, len(tt.want), tt.want)
			}
			for i, err := range got {
				if !strings.HasPrefix(err.Error(), "template 1, SMS_1: ") || !strings.Contains(err.Error(), tt.want[i]) {
					t.Errorf("error %d is %v, want %q in it", i+1, err, tt.want[i])
				}
			}
		})
	}
}

// A lifetime that is not whole minutes cannot be told by a variable, nor by a text.
func TestCheckLifetime(t *testing.T) {
	table := template.Table{
		{ID: "SMS_1", Variables: []string{"code", "minutes"}, Text: "验证码${code}，${minutes}分钟内有效"},
		{ID: "SMS_2", Variables: []string{"code"}, Text: "验证码${code}，1分钟内有效"},
		{ID: "SMS_3", Variables: []string{"code"}, Text: "验证码${code}"},
	}
	for lifetime, want := range map[time.Duration][]string{
		time.Minute:      nil,
		5 * time.Minute:  {"template 2, SMS_2: the text says 1 minutes"},
		90 * time.Second: {"template 1, SMS_1: a variable is the lifetime in minutes, but codes live 1m30s", "template 2, SMS_2"},
	} {
		got := table.Check(template.Rules{Placeholder: "${}"}, lifetime)
		if len(got) != len(want) {
			t.Errorf("Check with %v = %v, want %q", lifetime, got, want)
			continue
		}
		for i := range got {
			if !strings.HasPrefix(got[i].Error(), want[i]) {
				t.Errorf("Check with %v: %v, want %q", lifetime, got[i], want[i])
			}
		}
	}
}
