package tencent_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/tencent"
)

// What the examples have in common.
const (
	describe = `{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`
	sendOne  = `{"PhoneNumberSet":["+8618501234444"],"SmsSdkAppId":"1400006666","SignName":"腾讯云","TemplateId":"1110",` +
		`"TemplateParamSet":["123456"],"SessionContext":"abc"}`
	plain, withCharset = "application/json", "application/json; charset=utf-8"
)

// Requests are signed as in the examples that Tencent publishes.
func TestSignature(t *testing.T) {
	for name, tt := range map[string]struct {
		secret, service, contentType, action, body string
		want                                       string
	}{
		// https://www.tencentcloud.com/zh/document/product/1021/34193: the action is not signed.
		"Published": {
			secret, "cvm", withCharset, "", describe,
			"72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
		},
		// https://cloud.tencent.com/document/api/382/52072: the action is signed. Its key is blanked out, by these asterisks.
		"PublishedWithAction": {
			strings.Repeat("*", 32), "cvm", withCharset, "DescribeInstances", describe,
			"10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f",
		},
		// Computed, by another program that gives the two above as well.
		"SendSms": {
			secret, "sms", plain, "", sendOne,
			"a5d64e456cfb10145a3bcaf9986ec3c353579de366e69240cbd5cbf741c0d63d",
		},
		"SendSmsWithCharset": {
			secret, "sms", withCharset, "", sendOne,
			"43466aac8b6dcb91d1e1655379ce30226dd588e87ea19e5af9d4f95388ef2d41",
		},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequest(http.MethodPost, "https://"+tt.service+".tencentcloudapi.com/", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", tt.contentType)
			signed := "content-type;host"
			if tt.action != "" {
				req.Header.Set("X-Tc-Action", tt.action)
				signed += ";x-tc-action"
			}
			tencent.Sign(keyID, tt.secret, tt.service, req, []byte(tt.body), time.Unix(1551113065, 0))
			want := "TC3-HMAC-SHA256 Credential=" + keyID + "/2019-02-25/" + tt.service + "/tc3_request, SignedHeaders=" + signed +
				", Signature=" + tt.want
			if got := req.Header.Get("Authorization"); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if got := req.Header.Get("X-Tc-Timestamp"); got != "1551113065" {
				t.Errorf("timestamp %s", got)
			}
		})
	}
}
