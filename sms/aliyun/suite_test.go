package aliyun_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/aliyun"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/smstest"
	"github.com/cattlegrid/cattlegrid/sms/template"
)

const keyID, secret = "LTAI5tExampleKey", "aSecretThatSignsRequests"

func config(endpoint, secret string) aliyun.Config {
	return aliyun.Config{
		AccessKeyID: keyID, AccessKeySecret: secret, Endpoint: endpoint, Signature: "示例网", ReceiptToken: "receipt-token", Timeout: time.Minute,
		Templates: template.Table{{Purpose: "login", ID: "SMS_153055065", Variables: []string{"code", "min=minutes"}}},
	}
}

// Both products are senders.
func TestSender(t *testing.T) {
	t.Run("SMS", func(t *testing.T) {
		smstest.Run(t, smstest.HTTP{
			Provider: fake.Aliyun{AccessKeyID: keyID, AccessKeySecret: secret},
			New: func(endpoint string, client *http.Client, secret string) (cattlegrid.Sender, error) {
				return aliyun.New(config(endpoint, secret), client)
			},
			Secret: secret, Templates: true,
		}.Harness())
	})
	t.Run("Verification", func(t *testing.T) {
		smstest.Run(t, smstest.HTTP{
			Provider: fake.Aliyun{AccessKeyID: keyID, AccessKeySecret: secret, Verification: true},
			New: func(endpoint string, client *http.Client, secret string) (cattlegrid.Sender, error) {
				return aliyun.NewVerification(config(endpoint, secret), client)
			},
			Secret: secret, Templates: true, MainlandOnly: true,
		}.Harness())
	})
}
