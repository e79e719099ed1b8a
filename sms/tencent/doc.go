// Package tencent sends through Tencent Cloud SMS (腾讯云短信), API sms 2021-01-11, SendSms:
// https://cloud.tencent.com/document/api/382/55981.
//
//	sender, err := tencent.New(tencent.Config{
//		SecretID:  os.Getenv("TENCENT_SECRET_ID"),
//		SecretKey: os.Getenv("TENCENT_SECRET_KEY"),
//		AppID:     "1400006666",
//		Signature: "示例网",
//		Templates: template.Table{{ID: "1110", Variables: []string{"code", "minutes"}}},
//	}, nil)
//
// Templates are positional: the first of Variables fills {1}, the second {2}. There must be as many as in the template as it
// was approved.
//
// Requests are signed by TC3-HMAC-SHA256, https://cloud.tencent.com/document/api/382/52072. The API knows no idempotency; the
// message's ID goes along as SessionContext.
//
// # Errors
//
// Tencent answers with status 200 whatever happens. A request that is refused as a whole has a Response.Error, a number that
// is refused a Code in SendStatusSet; both use the same codes, https://cloud.tencent.com/document/api/382/59177. No answer says
// how long to wait.
//
// Codes by which Tencent says that something took too long inside of it, or that it could not read what the carrier answered,
// are Unknown here: the message may have left. So is InternalError, which says nothing at all.
//
// # Receipts
//
// Tencent posts them as JSON to a URL that is set in the console, without a signature: see [Sender.Receipts] and
// https://cloud.tencent.com/document/api/382/59178. So the URL carries Config.ReceiptToken. The message's ID is in them only
// if Tencent's support has switched that on for the application; SerialNo, which is [cattlegrid.Delivery].ID, always is.
//
// # Limits
//
// A variable of a template for codes takes digits only, six at most. To one number go 10 messages a day, and fewer in 30
// seconds and in an hour, as the console has it. Templates and signatures for the mainland are not for numbers elsewhere, and
// the other way round: file both, and tell them apart by Template.Country.
package tencent
