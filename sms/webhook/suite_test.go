package webhook_test

import (
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"testing"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/smstest"
	"github.com/cattlegrid/cattlegrid/sms/webhook"
)

// The webhook is a sender. Its answers know neither codes nor whose fault a refusal is, and all that begin with 2 are success.
func TestSuite(t *testing.T) {
	const key = "a key of as many bytes as it takes"
	h := smstest.HTTP{
		Provider: fake.Webhook{Secret: encoded(key)},
		New: func(endpoint string, client *http.Client, key string) (cattlegrid.Sender, error) {
			var roots *x509.CertPool
			if client != nil {
				roots = client.Transport.(*http.Transport).TLSClientConfig.RootCAs
			}
			return webhook.New(webhook.Config{URL: endpoint, Secret: encoded(key), AllowPrivate: true, RootCAs: roots})
		},
		Secret:  key,
		NoCodes: true,
		Without: []fake.Outcome{fake.BadTemplate, fake.BadKey, fake.Unpaid, fake.Garbage, fake.Huge, fake.Redirect},
	}.Harness()
	h.Secrets = append(h.Secrets, encoded(key))
	h.Forger = nil // a receiver's 401 is Permanent, as TestSendStatus says
	smstest.Run(t, h)
}

func encoded(key string) string { return "whsec_" + base64.StdEncoding.EncodeToString([]byte(key)) }
