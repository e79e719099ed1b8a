package huawei

import "github.com/cattlegrid/cattlegrid/sms/template"

// Rules are what Huawei's pages on templates and variables (短信模板须知, 短信变量须知) want: 500 characters with the signature
// and, in a template for codes, one variable of at most six. What stands within ${} has no meaning, variables are filled in
// their order. A signature may have 32 characters, https://support.huaweicloud.com/productdesc-msgsms/sms_faq_0002.html, or
// 16, https://support.huaweicloud.com/msgsms_faq/sms_faq_0002.html; what one page allows is not refused here.
var Rules = template.Rules{
	Placeholder: "${}", InOrder: true, MaxText: 500, MinSignature: 2, MaxSignature: maxSignature,
	MaxVariables: 1, MaxCode: 6,
}
