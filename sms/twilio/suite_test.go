package twilio_test

import (
	"net/http"
	"testing"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/smstest"
	"github.com/cattlegrid/cattlegrid/sms/twilio"
)

const (
	accountSID = "AC1234567890abcdef1234567890abcdef"
	authToken  = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
	oldToken   = "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb"
	keySID     = "SK1234567890abcdef1234567890abcdef"
	keySecret  = "SecretOfTheAPIKey0123456789abcde"
	statusURL  = "https://otp.example.com/receipts/twilio"
)

func config(endpoint, token string) twilio.Config {
	return twilio.Config{AccountSID: accountSID, AuthToken: token, From: "+15017122661", StatusURL: statusURL, Endpoint: endpoint}
}

// Both ways into the account pass: its own token, and an API key.
func TestSender(t *testing.T) {
	t.Run("AuthToken", func(t *testing.T) {
		smstest.Run(t, smstest.HTTP{
			Provider: fake.Twilio{AccountSID: accountSID, AuthToken: authToken},
			New: func(endpoint string, client *http.Client, secret string) (cattlegrid.Sender, error) {
				return twilio.New(config(endpoint, secret), client)
			},
			Secret: authToken,
		}.Harness())
	})
	t.Run("Key", func(t *testing.T) {
		smstest.Run(t, smstest.HTTP{
			Provider: fake.Twilio{AccountSID: accountSID, AuthToken: authToken, KeySID: keySID, KeySecret: keySecret},
			New: func(endpoint string, client *http.Client, secret string) (cattlegrid.Sender, error) {
				c := config(endpoint, authToken)
				c.KeySID, c.KeySecret = keySID, secret
				c.From, c.MessagingServiceSID = "", "MG1234567890abcdef1234567890abcdef"
				return twilio.New(c, client)
			},
			Secret: keySecret,
		}.Harness())
	})
}
