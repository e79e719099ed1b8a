package aliyun

import "github.com/cattlegrid/cattlegrid/sms/template"

// Rules are what Alibaba wants of templates for the mainland. Of the text and its one variable of at most six characters:
// https://help.aliyun.com/document_detail/463237.html. Of the signature:
// https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-createsmssign.
var Rules = template.Rules{
	Placeholder: "${}", MaxText: 500, MinSignature: 2, MaxSignature: 12,
	MaxVariables: 1, MaxCode: 6,
}

// VerificationRules are those of the number verification service, whose templates were written by Alibaba: only what stands
// for a variable is known, https://help.aliyun.com/zh/pnvs/developer-reference/api-dypnsapi-2017-05-25-sendsmsverifycode.
var VerificationRules = template.Rules{Placeholder: "${}"}
