package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/aliyun"
	"github.com/cattlegrid/cattlegrid/sms/awssms"
	"github.com/cattlegrid/cattlegrid/sms/huawei"
	"github.com/cattlegrid/cattlegrid/sms/smpp"
	"github.com/cattlegrid/cattlegrid/sms/tencent"
	"github.com/cattlegrid/cattlegrid/sms/twilio"
	"github.com/cattlegrid/cattlegrid/sms/vonage"
	"github.com/cattlegrid/cattlegrid/sms/webhook"
	"github.com/cattlegrid/cattlegrid/sms/yuntongxun"
)

// provider is one that can be configured.
type provider struct {
	name      string                  // as in sms.provider, and in deliveries
	key       string                  // of the configuration, that a mistake is reported with
	filing    func(*smsConfig) filing // where its templates are set; nil if it takes texts
	countries func(*smsConfig) []string
	sender    func(*config, *senders) (cattlegrid.Sender, error)
}

// senders is what senders are made with, besides the configuration.
type senders struct {
	clock     func() time.Time
	timeout   time.Duration
	logger    *slog.Logger
	watch     *watch                   // sees what is sent
	receipt   func(cattlegrid.Receipt) // takes those that come without being posted; nil if none are taken
	onlyCheck bool                     // nothing is started
}

// allProviders are those that send; "console" is for development.
func allProviders() []provider {
	return []provider{
		{"webhook", "sms.webhook.url", nil, func(*smsConfig) []string { return nil }, newWebhook},
		{"aliyun", "sms.aliyun.access_key_id", aliyunFiling, func(c *smsConfig) []string { return c.Aliyun.Countries }, newAliyun},
		{
			"aliyun-verification", "sms.aliyun_verification.access_key_id", verificationFiling,
			func(c *smsConfig) []string { return c.AliyunVerification.Countries }, newAliyunVerification,
		},
		{"tencent", "sms.tencent.secret_id", tencentFiling, func(c *smsConfig) []string { return c.Tencent.Countries }, newTencent},
		{"yuntongxun", "sms.yuntongxun.account_sid", yuntongxunFiling, func(c *smsConfig) []string { return c.Yuntongxun.Countries }, newYuntongxun},
		{"huawei", "sms.huawei.app_key", huaweiFiling, func(c *smsConfig) []string { return c.Huawei.Countries }, newHuawei},
		{"twilio", "sms.twilio.account_sid", nil, func(c *smsConfig) []string { return c.Twilio.Countries }, newTwilio},
		{"vonage", "sms.vonage.application_id", nil, func(c *smsConfig) []string { return c.Vonage.Countries }, newVonage},
		{"aws", "sms.aws.region", nil, func(c *smsConfig) []string { return c.AWS.Countries }, newAWS},
		{"smpp", "sms.smpp.addr", nil, func(c *smsConfig) []string { return c.SMPP.Countries }, newSMPP},
	}
}

// providers are the names that sms.provider can have.
func providers() []string {
	all := allProviders()
	names := append(make([]string, 0, 1+len(all)), "console")
	for _, p := range all {
		names = append(names, p.name)
	}
	return names
}

func templateProviders() (names []string) {
	for _, p := range allProviders() {
		if p.filing != nil {
			names = append(names, p.name)
		}
	}
	return names
}

func providerOf(name string) (provider, bool) {
	all := allProviders()
	i := slices.IndexFunc(all, func(p provider) bool { return p.name == name })
	if i < 0 {
		return provider{}, false
	}
	return all[i], true
}

// receiptsAt is where a provider posts receipts, "" if none are taken.
func (c *smsConfig) receiptsAt(provider string) string {
	if c.ReceiptsURL == "" {
		return ""
	}
	return strings.TrimSuffix(c.ReceiptsURL, "/") + "/" + provider
}

func newWebhook(c *config, s *senders) (cattlegrid.Sender, error) {
	return webhook.New(c.SMS.Webhook.config(s.clock))
}

func newAliyun(c *config, s *senders) (cattlegrid.Sender, error) {
	return aliyun.New(c.SMS.Aliyun.config(c, "aliyun", s), nil)
}

func newAliyunVerification(c *config, s *senders) (cattlegrid.Sender, error) {
	return aliyun.NewVerification(c.SMS.AliyunVerification.config(c, "aliyun-verification", s), nil)
}

func (a aliyunConfig) config(c *config, name string, s *senders) aliyun.Config {
	return aliyun.Config{
		AccessKeyID: a.AccessKeyID, AccessKeySecret: a.AccessKeySecret, Signature: a.Signature, Endpoint: a.Endpoint,
		Templates: c.table(name, a.Template, a.Variables), Timeout: s.timeout, ReceiptToken: a.ReceiptToken, Now: s.clock,
	}
}

func newTencent(c *config, s *senders) (cattlegrid.Sender, error) {
	t := c.SMS.Tencent
	return tencent.New(tencent.Config{
		SecretID: t.SecretID, SecretKey: t.SecretKey, AppID: t.AppID, Region: t.Region, Signature: t.Signature, Endpoint: t.Endpoint,
		Templates: c.table("tencent", t.Template, t.Variables), Timeout: s.timeout, ReceiptToken: t.ReceiptToken, Now: s.clock,
	}, nil)
}

func newYuntongxun(c *config, s *senders) (cattlegrid.Sender, error) {
	y := c.SMS.Yuntongxun
	return yuntongxun.New(yuntongxun.Config{
		AccountSID: y.AccountSID, AuthToken: y.AuthToken, AppID: y.AppID, Endpoint: y.Endpoint,
		Templates: c.table("yuntongxun", y.Template, y.Variables), Timeout: s.timeout, Now: s.clock,
	}, nil)
}

func newHuawei(c *config, s *senders) (cattlegrid.Sender, error) {
	h, receipts := c.SMS.Huawei, ""
	if h.ReceiptToken != "" {
		receipts = c.SMS.receiptsAt("huawei")
	}
	return huawei.New(huawei.Config{
		AppKey: h.AppKey, AppSecret: h.AppSecret, Channel: h.Channel, Endpoint: h.Endpoint, StatusCallback: receipts,
		Templates: c.table("huawei", h.Template, h.Variables), Timeout: s.timeout, ReceiptToken: h.ReceiptToken, Now: s.clock,
	}, nil)
}

func newTwilio(c *config, s *senders) (cattlegrid.Sender, error) {
	t := c.SMS.Twilio
	return twilio.New(twilio.Config{
		AccountSID: t.AccountSID, AuthToken: t.AuthToken, OldAuthToken: t.OldAuthToken, KeySID: t.KeySID, KeySecret: t.KeySecret,
		From: t.From, MessagingServiceSID: t.MessagingService, StatusURL: c.SMS.receiptsAt("twilio"), Feedback: t.Feedback,
		Endpoint: t.Endpoint, Timeout: s.timeout,
	}, nil)
}

func newVonage(c *config, s *senders) (cattlegrid.Sender, error) {
	v := c.SMS.Vonage
	return vonage.New(vonage.Config{
		ApplicationID: v.ApplicationID, PrivateKey: v.PrivateKey, From: v.From, SignatureSecret: v.SignatureSecret,
		StatusURL: c.SMS.receiptsAt("vonage"), Endpoint: v.Endpoint, Timeout: s.timeout, Now: s.clock,
	}, nil)
}

func newAWS(c *config, s *senders) (cattlegrid.Sender, error) {
	a := c.SMS.AWS
	return awssms.New(awssms.Config{
		Region: a.Region, AccessKeyID: a.AccessKeyID, SecretAccessKey: a.SecretAccessKey, SessionToken: a.SessionToken,
		OriginationIdentity: a.Origination, ConfigurationSet: a.ConfigurationSet, MaxPrice: a.MaxPrice, TopicARN: a.Topic, Feedback: a.Feedback,
		Endpoint: a.Endpoint, Timeout: s.timeout, Now: s.clock,
	}, nil)
}

func newSMPP(c *config, s *senders) (cattlegrid.Sender, error) {
	p := c.SMS.SMPP
	config := smpp.Config{
		Address: p.Addr, SystemID: p.SystemID, Password: p.Password, SystemType: p.SystemType, Source: p.Source, Window: p.Window,
		Timeout: s.timeout, Logger: s.logger, IDs: smppIDs[p.ReceiptIDs], Statuses: map[uint32]cattlegrid.SendClass{},
	}
	for _, text := range p.Unpaid {
		status, err := strconv.ParseUint(text, 0, 32)
		if err != nil {
			return nil, fmt.Errorf("smpp: unpaid: %s is not a status, want for example 0x0401", quote(text))
		}
		config.Statuses[uint32(status)] = cattlegrid.Unpaid
	}
	if p.TLS {
		config.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if s.receipt != nil {
		config.OnReceipt = func(r smpp.Receipt) { s.receipt(smppReceipt(r)) }
	}
	if s.onlyCheck {
		return nil, config.Validate()
	}
	return smpp.New(config)
}

// smppIDs are the forms in which an SMSC may write the id of a message in its receipts.
var smppIDs = map[string]smpp.IDForm{"same": smpp.Opaque, "hex_answers": smpp.HexResponses, "hex_receipts": smpp.HexReceipts}

// smppReceipt is a receipt of an SMSC as the gate takes it.
func smppReceipt(r smpp.Receipt) cattlegrid.Receipt {
	state := cattlegrid.Lost
	switch r.State {
	case smpp.Delivered:
		state = cattlegrid.Delivered
	case smpp.Enroute, smpp.Accepted, smpp.Unclear:
		state = cattlegrid.Sent
	default:
	}
	return cattlegrid.Receipt{Provider: "smpp", ID: r.ID, MessageID: r.Message, State: state, Code: r.Code, At: r.At}
}

// closer is a sender that keeps a connection.
type closer interface{ Close(context.Context) error }
