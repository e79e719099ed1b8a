package aliyun_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/sms/aliyun"
)

// Requests are signed as in the example that Alibaba publishes, and as its own SDK signs a message.
func TestSignature(t *testing.T) {
	for name, tt := range map[string]struct {
		host, action, version string
		query                 url.Values
		want                  string
	}{
		// https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
		"Published": {
			"ecs.cn-shanghai.aliyuncs.com", "RunInstances", "2014-05-26",
			url.Values{"ImageId": {"win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}, "RegionId": {"cn-shanghai"}},
			"06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
		},
		// Computed by @alicloud/openapi-core 1.0.8.
		"SendSms": {
			"dysmsapi.aliyuncs.com", "SendSms", "2017-05-25",
			url.Values{
				"OutId": {"abc~d e"}, "PhoneNumbers": {"13900000000"}, "SignName": {"阿里云"}, "TemplateCode": {"SMS_153055065"},
				"TemplateParam": {`{"code":"123456"}`},
			},
			"c62d8452e02baddca9f129aa5f0201db724145bc30c00add0741fb9c981f7bf5",
		},
		"SendSmsVerifyCode": {
			"dypnsapi.aliyuncs.com", "SendSmsVerifyCode", "2017-05-25",
			url.Values{
				"OutId": {"o1"}, "PhoneNumber": {"13900000000"}, "SignName": {"速通互联验证码"}, "TemplateCode": {"100001"},
				"TemplateParam": {`{"code":"123456","min":"5"}`},
			},
			"5bfdbbe184fcf50976a580ad6a70c6c70f981da89f76b2d1b9e9dd6067216415",
		},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequest(http.MethodPost, "https://"+tt.host+"/?"+tt.query.Encode(), http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			req.Header = http.Header{
				"X-Acs-Action": {tt.action}, "X-Acs-Version": {tt.version}, "X-Acs-Date": {"2023-10-26T10:22:32Z"},
				"X-Acs-Signature-Nonce": {"3156853299f313e23d1673dc12e1703d"},
				"X-Acs-Content-Sha256":  {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
			}
			aliyun.Authorize(req, "YourAccessKeyId", "YourAccessKeySecret")
			want := "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;" +
				"x-acs-signature-nonce;x-acs-version,Signature=" + tt.want
			if got := req.Header.Get("Authorization"); got != want {
				t.Errorf("got  %s\nwant %s", strings.ReplaceAll(got, ",", "\n"), want)
			}
		})
	}
}
