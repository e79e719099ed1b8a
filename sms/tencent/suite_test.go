package tencent_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/smstest"
	"github.com/cattlegrid/cattlegrid/sms/template"
	"github.com/cattlegrid/cattlegrid/sms/tencent"
)

// The key of Tencent's examples.
const keyID, secret = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"

func config(endpoint, secret string) tencent.Config {
	return tencent.Config{
		SecretID: keyID, SecretKey: secret, AppID: "1400006666", Signature: "腾讯云", Endpoint: endpoint, ReceiptToken: "receipt-token",
		Timeout:   time.Minute, // machines that test are busy
		Templates: template.Table{{Purpose: "login", ID: "1110", Variables: []string{"code", "minutes"}}},
	}
}

// It is a sender.
func TestSender(t *testing.T) {
	smstest.Run(t, smstest.HTTP{
		Provider: fake.Tencent{SecretID: keyID, SecretKey: secret, AppID: "1400006666"},
		New: func(endpoint string, client *http.Client, secret string) (cattlegrid.Sender, error) {
			return tencent.New(config(endpoint, secret), client)
		},
		Secret: secret, Templates: true,
	}.Harness())
}
