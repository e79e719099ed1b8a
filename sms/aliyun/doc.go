// Package aliyun sends through Alibaba Cloud SMS (阿里云短信服务), API dysmsapi 2017-05-25, SendSms:
// https://help.aliyun.com/document_detail/55284.html.
//
//	sender, err := aliyun.New(aliyun.Config{
//		AccessKeyID:     os.Getenv("ALIYUN_ACCESS_KEY_ID"),
//		AccessKeySecret: os.Getenv("ALIYUN_ACCESS_KEY_SECRET"),
//		Signature:       "示例网",
//		Templates:       template.Table{{ID: "SMS_153055065", Variables: []string{"code"}}},
//	}, nil)
//
// It also sends through the number verification service (号码认证服务, dypnsapi, SendSmsVerifyCode), which lends developers
// without company papers a signature and templates: see [NewVerification]. The code is ours there, too: we keep and check it.
//
// Requests are signed by ACS3-HMAC-SHA256, https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature.
// The body is empty, what is sent stands in the query. The API knows no idempotency; the message's ID goes along as OutId
// and comes back in the receipt.
//
// # Receipts
//
// Alibaba posts them as JSON to a URL that is set in the console, without a signature: see [Sender.Receipts]. So the URL has to
// be a secret, or to be open to nobody else.
package aliyun
