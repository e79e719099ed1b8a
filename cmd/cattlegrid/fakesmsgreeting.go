package main

import (
	"fmt"
	"strings"
	"time"
)

// noDeadline lifts the one of the server.
var noDeadline time.Time

func now() time.Time { return time.Now() }

// greeting says where the page is, and for each provider how a gate finds it.
func (o *fakeSMS) greeting(url, smpp string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nfake-sms: providers that send nothing\n\n  page      %s/\n", url)
	if o.receipts == "" {
		b.WriteString("  receipts  none; -receipts http://127.0.0.1:8080/receipts posts them to a gate with that sms.receipts_url\n")
	} else {
		fmt.Fprintf(&b, "  receipts  posted to %s\n", o.receipts)
	}
	b.WriteString("\nA gate finds a provider with these variables:\n")
	if o.receipts != "" {
		fmt.Fprintf(&b, "\n  CATTLEGRID_SMS_RECEIPTS_URL=%s\n", o.receipts)
	}
	for _, s := range o.settings(url, smpp) {
		fmt.Fprintf(&b, "\n  CATTLEGRID_SMS_PROVIDER=%s\n", s.provider)
		for _, v := range s.variables {
			fmt.Fprintf(&b, "  CATTLEGRID_SMS_%s_%s\n", strings.ToUpper(strings.ReplaceAll(s.provider, "-", "_")), v)
		}
	}
	b.WriteString("\n")
	return b.String()
}

// fakeSettings are how a gate finds a provider.
type fakeSettings struct {
	provider  string
	variables []string // without what they all begin with
}

func (o *fakeSMS) settings(url, smpp string) []fakeSettings {
	endpoint, token := "ENDPOINT="+url, "RECEIPT_TOKEN="+fakeToken
	aliyun := []string{endpoint, "ACCESS_KEY_ID=" + fakeID, "ACCESS_KEY_SECRET=" + fakeSecret, "SIGNATURE=示例网", "TEMPLATE=SMS_153055065", token}
	verification := []string{endpoint, "ACCESS_KEY_ID=" + fakeID, "ACCESS_KEY_SECRET=" + fakeSecret, "SIGNATURE=示例网", "TEMPLATE=100001", token}
	all := []fakeSettings{
		{"aliyun", aliyun},
		{"aliyun-verification", verification},
		{"tencent", []string{endpoint, "SECRET_ID=" + fakeID, "SECRET_KEY=" + fakeSecret, "APP_ID=" + fakeAppID, "SIGNATURE=示例网", "TEMPLATE=449739", token}},
		{"yuntongxun", []string{endpoint, "ACCOUNT_SID=" + fakeID, "AUTH_TOKEN=" + fakeSecret, "APP_ID=" + fakeID, "TEMPLATE=1"}},
		{"huawei", []string{endpoint, "APP_KEY=" + fakeID, "APP_SECRET=" + fakeSecret, "CHANNEL=csms12345678", "TEMPLATE=8ff55eac1d0b478ab3c06c3c6a492300", token}},
		{"twilio", []string{endpoint, "ACCOUNT_SID=" + fakeAccountSID, "AUTH_TOKEN=" + fakeSecret, "FROM=+15017122661"}},
		{"aws", []string{endpoint, "REGION=" + fakeRegion, "ACCESS_KEY_ID=" + fakeID, "SECRET_ACCESS_KEY=" + fakeSecret}},
	}
	if o.vonageKey != "" {
		all = append(all, fakeSettings{"vonage", []string{
			endpoint, "APPLICATION_ID=" + fakeUUID, "PRIVATE_KEY_FILE=" + o.vonageKey, "FROM=Example", "SIGNATURE_SECRET=" + fakeSecret,
		}})
	}
	if smpp != "" {
		all = append(all, fakeSettings{"smpp", []string{"ADDR=" + smpp, "TLS=false", "SYSTEM_ID=" + fakeID, "PASSWORD=" + fakePassword, "SOURCE=Example"}})
	}
	return all
}
