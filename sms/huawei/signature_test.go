package huawei_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/sms/huawei"
)

// Requests are signed as in Huawei's examples.
func TestSignature(t *testing.T) {
	const secret = "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc"
	const path = "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs"
	const query = "?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0"
	const body = "from=csms100000001&to=%2B8615123456789&templateId=8ff55eac1d0b478ab3c06c3c6a492300&templateParas=%5B%22123456%22%5D&" +
		"statusCallback=https%3A%2F%2Fexample.com%2Freport&extend=abc"
	for name, tt := range map[string]struct {
		method, url, body, contentType, date, signed, secret string
		want                                                 string
	}{
		// https://support.huaweicloud.com/devg-apisign/api-sign-algorithm.html
		"Published": {
			http.MethodGet, path + query, "", "application/json", "20191115T033655Z", "content-type;host;x-sdk-date", secret,
			"7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe",
		},
		"PublishedWithSlash": {
			http.MethodGet, path + "/" + query, "", "application/json", "20191115T033655Z", "content-type;host;x-sdk-date", secret,
			"7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe",
		},
		// https://github.com/huaweicloud/huaweicloud-sdk-go-v3, core/auth/signer/signer_test.go
		"PublishedBySDK": {
			http.MethodGet, "https://example.com/path?limit=1", "", "", "20060102T150405Z", "x-sdk-date", "SecretKey",
			"5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624",
		},
		// Computed, by another implementation of the algorithm.
		"Send": {
			http.MethodPost, "https://smsapi.cn-north-4.myhuaweicloud.com:443/sms/batchSendSms/v1", body, "application/x-www-form-urlencoded",
			"20191115T033655Z", "content-type;host;x-sdk-date", secret,
			"c4a769f782be00b5b7f2859f257d144a7a656373071dbbeb3e3fc341cb051283",
		},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequest(tt.method, tt.url, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-Sdk-Date", tt.date)
			if tt.contentType != "" {
				req.Header.Set("Content-Type", tt.contentType)
			}
			if got := huawei.Signature(req, tt.body, strings.Split(tt.signed, ";"), tt.secret); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
