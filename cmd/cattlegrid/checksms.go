package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
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

// checkSender reports what a provider's package says of its configuration.
func (v *verdict) checkSender(name string) {
	p, ok := providerOf(name)
	if !ok || name == "webhook" {
		return
	}
	if _, err := p.sender(v.c, &senders{clock: time.Now, timeout: v.c.tryTimeout(), onlyCheck: true}); err != nil {
		v.because(p.key, "the provider "+name+" cannot be used: "+err.Error())
	}
}
