// Package yuntongxun sends through Yuntongxun (容联云通讯), REST API 2013-12-26, SMS/TemplateSMS:
// https://www.yuntongxun.com.
//
//	sender, err := yuntongxun.New(yuntongxun.Config{
//		AccountSID: os.Getenv("YUNTONGXUN_ACCOUNT_SID"),
//		AuthToken:  os.Getenv("YUNTONGXUN_AUTH_TOKEN"),
//		AppID:      "8a216da8…",
//		Templates:  template.Table{{ID: "8696", Variables: []string{"code", "minutes"}}},
//	}, nil)
//
// Templates are positional: the first of Variables fills {1}, the second {2}. The signature is a part of the template, and not
// of the request. Template 1 is there for tests: its variables are the code and the minutes, and it goes only to numbers that
// are registered in the console.
//
// # What is known
//
// Requests are those of Yuntongxun's own modules, https://github.com/cloopen/go-sms-sdk and
// https://github.com/cloopen/java-sms-sdk. The meanings of codes are from copies of its list that agree with each other, since
// the list itself could not be read. Codes that say no more than that something failed inside of Yuntongxun are Unknown: the
// message may have left.
//
// A request names who asks in a header and is signed in its address, by MD5 of account, token and time; the body is not signed.
// The time is that of Beijing, wherever this machine is.
//
// # Limits
//
// Numbers are those of the mainland. Yuntongxun also sends elsewhere, but how such numbers are to be written was not to be
// found in what could be read, so they are refused here.
//
// The API knows no idempotency that is documented, and takes no ID of the sender's. No answer says how long to wait.
//
// # Receipts
//
// Yuntongxun can report, but in which form is not documented where it could be read. So this package reads none.
package yuntongxun
