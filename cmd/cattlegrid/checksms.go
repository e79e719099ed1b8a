package main

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	minTokenLen    = 16
	minSendTimeout = duration(100 * time.Millisecond)
	maxSendTimeout = duration(20 * time.Second) // answers must be written within WriteTimeout
)

func (v *verdict) checkSMS() {
	c := v.c.SMS
	if c.Provider != "" {
		v.oneOf("sms.provider", c.Provider, providers()...)
	}
	if c.Provider == "console" && !v.c.Dev {
		v.because("sms.provider", `"console" prints codes instead of sending them, which is for development only: set dev too, or another provider`)
	}
	v.checkFallback()
	v.oneOf("sms.order", c.Order, "listed", "price", "adaptive")
	if c.Order == "price" && v.c.Guard.Prices == "" {
		v.because("sms.order", `"price" needs prices: set guard.prices`)
	}
	v.that("sms.timeout", c.Timeout >= minSendTimeout && c.Timeout <= maxSendTimeout,
		fmt.Sprintf("is not between %v and %v", minSendTimeout, maxSendTimeout))
	v.checkReceiptsURL()
	v.oneOf("sms.smpp.receipt_ids", c.SMPP.ReceiptIDs, "same", "hex_answers", "hex_receipts")
	v.checkTemplates()
	v.checkWebhook()
	for _, name := range v.c.senderNames() {
		v.checkSender(name)
		v.checkReceiptSecret(name)
		v.checkFiled(name)
	}
}

func (v *verdict) checkFallback() {
	c := v.c.SMS
	seen := append(make([]string, 0, 1+len(c.Fallback)), c.Provider)
	for _, name := range c.Fallback {
		_, ok := providerOf(name)
		switch {
		case !ok:
			v.because("sms.fallback", quote(name)+" is none of "+strings.Join(providers()[1:], ", "))
		case c.Provider == "" || c.Provider == "console":
			v.because("sms.fallback", "is set, but sms.provider is none that it could fall back from")
		case slices.Contains(seen, name):
			v.because("sms.fallback", quote(name)+" is asked already")
		}
		seen = append(seen, name)
	}
}

func (v *verdict) checkReceiptsURL() {
	text := v.c.SMS.ReceiptsURL
	u, err := url.Parse(text)
	v.that("sms.receipts_url", text == "" || err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.RawQuery == "",
		"is not a URL, without a query, at which providers reach /receipts of this gate")
}

// checkReceiptSecret makes sure that a provider's receipts can be told from forgeries, if any are to be taken.
func (v *verdict) checkReceiptSecret(name string) {
	c := v.c.SMS
	need, ok := map[string]struct{ key, value string }{
		"aliyun":              {"sms.aliyun.receipt_token", c.Aliyun.ReceiptToken},
		"aliyun-verification": {"sms.aliyun_verification.receipt_token", c.AliyunVerification.ReceiptToken},
		"tencent":             {"sms.tencent.receipt_token", c.Tencent.ReceiptToken},
		"huawei":              {"sms.huawei.receipt_token", c.Huawei.ReceiptToken},
		"vonage":              {"sms.vonage.signature_secret", c.Vonage.SignatureSecret},
	}[name]
	if ok && strings.HasSuffix(need.key, "token") && need.value != "" && len(need.value) < minTokenLen {
		v.because(need.key, fmt.Sprintf("has less than %d characters, and is all that tells receipts from forgeries", minTokenLen))
	}
	if ok && need.value == "" && c.ReceiptsURL != "" {
		v.because(need.key, "is not set, but sms.receipts_url is, and without it every receipt would be refused"+v.at("sms.receipts_url"))
	}
}

func (v *verdict) checkTemplates() {
	path := v.c.SMS.Templates
	if path == "" {
		return
	}
	var err error
	if v.c.templates, err = readTemplates(path); err != nil {
		v.because("sms.templates", err.Error())
	}
}

func (v *verdict) checkWebhook() {
	c := v.c.SMS
	used := slices.Contains(v.c.senderNames(), "webhook")
	if used && c.Webhook.URL == "" {
		v.because("sms.webhook.url", `is not set, but sms.provider is "webhook"`+v.at("sms.provider"))
	}
	if used && c.Webhook.Secret == "" {
		v.because("sms.webhook.secret", `is not set, but sms.provider is "webhook"`+v.at("sms.provider"))
	}
	v.checkPosting("sms.webhook", c.Webhook.config(nil))
	v.that("sms.webhook.timeout", c.Webhook.Timeout >= minSendTimeout && c.Webhook.Timeout <= maxSendTimeout,
		fmt.Sprintf("is not between %v and %v", minSendTimeout, maxSendTimeout))
}

// required are the keys without which a provider cannot be asked.
func (c *smsConfig) required(name string) map[string]string {
	switch name {
	case "aliyun":
		return map[string]string{"sms.aliyun.access_key_id": c.Aliyun.AccessKeyID, "sms.aliyun.access_key_secret": c.Aliyun.AccessKeySecret}
	case "aliyun-verification":
		a := c.AliyunVerification
		return map[string]string{"sms.aliyun_verification.access_key_id": a.AccessKeyID, "sms.aliyun_verification.access_key_secret": a.AccessKeySecret}
	case "tencent":
		t := c.Tencent
		return map[string]string{"sms.tencent.secret_id": t.SecretID, "sms.tencent.secret_key": t.SecretKey, "sms.tencent.app_id": t.AppID}
	case "yuntongxun":
		y := c.Yuntongxun
		return map[string]string{"sms.yuntongxun.account_sid": y.AccountSID, "sms.yuntongxun.auth_token": y.AuthToken, "sms.yuntongxun.app_id": y.AppID}
	case "huawei":
		h := c.Huawei
		return map[string]string{"sms.huawei.app_key": h.AppKey, "sms.huawei.app_secret": h.AppSecret, "sms.huawei.channel": h.Channel}
	case "twilio":
		return map[string]string{"sms.twilio.account_sid": c.Twilio.AccountSID}
	case "vonage":
		w := c.Vonage
		return map[string]string{"sms.vonage.application_id": w.ApplicationID, "sms.vonage.private_key": w.PrivateKey, "sms.vonage.from": w.From}
	case "aws":
		a := c.AWS
		return map[string]string{"sms.aws.region": a.Region, "sms.aws.access_key_id": a.AccessKeyID, "sms.aws.secret_access_key": a.SecretAccessKey}
	case "smpp":
		return map[string]string{"sms.smpp.addr": c.SMPP.Addr, "sms.smpp.system_id": c.SMPP.SystemID}
	default:
		return nil
	}
}

// checkTable reports a provider's templates if none can be used.
func (v *verdict) checkTable(p provider) bool {
	if p.filing == nil {
		return true
	}
	f := p.filing(&v.c.SMS)
	err := v.c.filed(p.name, f).Validate()
	switch {
	case err == nil:
		return true
	case len(v.c.templates[p.name]) > 0:
		v.because("sms.templates", "of "+p.name+": "+err.Error())
	case len(v.c.filed(p.name, f)) == 0:
		v.because(f.section+".template", "is not set, and there are no templates of "+p.name+" in sms.templates")
	default:
		v.because(f.section+".variables", err.Error())
	}
	return false
}

// checkServed makes sure that a provider which stands alone serves all countries.
func (v *verdict) checkServed(p provider) {
	served := p.countries(&v.c.SMS)
	if len(served) == 0 || len(v.c.SMS.Fallback) > 0 {
		return
	}
	for _, country := range v.c.Phone.Countries {
		if !slices.Contains(served, country) {
			v.because(strings.Replace(p.key, lastPart(p.key), "countries", 1),
				"leaves "+country+" to nobody: add a provider to sms.fallback, or take "+country+" out of phone.countries")
		}
	}
}

// checkSender reports what a provider lacks, and what its package says of its configuration.
func (v *verdict) checkSender(name string) {
	p, ok := providerOf(name)
	if !ok || name == "webhook" {
		return
	}
	before := len(v.wrong)
	required := v.c.SMS.required(name)
	for _, key := range slices.Sorted(maps.Keys(required)) {
		if required[key] == "" {
			v.because(key, "is not set, but the provider is "+name)
		}
	}
	v.checkServed(p)
	if !v.checkTable(p) || len(v.wrong) > before {
		return
	}
	if _, err := p.sender(v.c, &senders{clock: time.Now, timeout: v.c.tryTimeout(), onlyCheck: true}); err != nil {
		v.because(p.key, "the provider "+name+" cannot be used: "+err.Error())
	}
}
