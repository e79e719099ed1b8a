// Package huawei sends through Huawei Cloud SMS (华为云消息&短信), batchSendSms v1:
// https://support.huaweicloud.com/api-msgsms/sms_05_0001.html.
//
//	sender, err := huawei.New(huawei.Config{
//		AppKey:         os.Getenv("HUAWEI_APP_KEY"),
//		AppSecret:      os.Getenv("HUAWEI_APP_SECRET"),
//		Channel:        "csms100000001",
//		Templates:      template.Table{{ID: "8ff55eac1d0b478ab3c06c3c6a492300", Variables: []string{"code"}}},
//		StatusCallback: "https://captcha.example.com/receipts/huawei",
//		ReceiptToken:   os.Getenv("HUAWEI_RECEIPT_TOKEN"),
//	}, nil)
//
// Since 2025-01-10 Huawei opens the service for no new customers; those who have it keep it.
//
// Requests are signed by SDK-HMAC-SHA256 with the key of the application, not with one of IAM:
// https://support.huaweicloud.com/api-msgsms/sms_05_0046.html. The hash of the body is signed, too. The API knows no
// idempotency; the message's ID goes along as extend and comes back in the receipt.
//
// Templates are filled by position, so variables have no names. A channel belongs to a signature, and numbers abroad take a
// channel and templates of their own: they want a second sender.
//
// # Failures
//
// Huawei documents no code that says "try again" or "nobody has this number": numbers are judged in the receipt. The code for
// malformed parameters, E000503, is Misconfigured; the one for a system that failed, E000000, is Unknown, though Huawei itself says
// of it to look at the parameters first. Codes that are in none of its tables leave the fate of the message
// Unknown, unless its gateway refused the request with a status of 4xx.
//
// # Receipts
//
// They are posted as a form to Config.StatusCallback, which goes along with each message, without a signature that could be
// verified: Huawei describes one that the console can switch on, but its published example does not fit its description. So
// the URL ends in Config.ReceiptToken, which is added to it. Whether Huawei posts again what was not answered with 200 is not
// documented. Receipts that are collected and posted together, as an application can be set to, are not read.
package huawei
