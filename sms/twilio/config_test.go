package twilio_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/twilio"
)

// What cannot work is refused with the name of the field, and with nothing that is secret.
func TestConfig(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(*twilio.Config)
		field string
	}{
		"NoAccount":      {func(c *twilio.Config) { c.AccountSID = "" }, "AccountSID"},
		"AccountIsAKey":  {func(c *twilio.Config) { c.AccountSID = keySID }, "AccountSID"},
		"NoToken":        {func(c *twilio.Config) { c.AuthToken = "" }, "AuthToken"},
		"KeyOnly":        {func(c *twilio.Config) { c.AuthToken, c.KeySID, c.KeySecret = "", keySID, keySecret }, "AuthToken"},
		"NoKeySecret":    {func(c *twilio.Config) { c.KeySID = keySID }, "KeySecret"},
		"NoKeySID":       {func(c *twilio.Config) { c.KeySecret = keySecret }, "KeySecret"},
		"BadKeySID":      {func(c *twilio.Config) { c.KeySID, c.KeySecret = "SK1", keySecret }, "KeySID"},
		"NoFrom":         {func(c *twilio.Config) { c.From = "" }, "From"},
		"LongName":       {func(c *twilio.Config) { c.From = "Cattle Grid Co" }, "From"},
		"NameOfDigits":   {func(c *twilio.Config) { c.From = "123456789" }, "From"},
		"Chinese":        {func(c *twilio.Config) { c.From = "示例网" }, "From"},
		"BadService":     {func(c *twilio.Config) { c.MessagingServiceSID = "MG1" }, "MessagingServiceSID"},
		"StatusPlain":    {func(c *twilio.Config) { c.StatusURL = "http://otp.example.com/receipts/twilio" }, "StatusURL"},
		"StatusRelative": {func(c *twilio.Config) { c.StatusURL = "/receipts/twilio" }, "StatusURL"},
		"StatusNoPath":   {func(c *twilio.Config) { c.StatusURL = "https://otp.example.com" }, "StatusURL"},
		"StatusUser":     {func(c *twilio.Config) { c.StatusURL = "https://user:" + authToken + "@otp.example.com/" }, "StatusURL"},
		"StatusFragment": {func(c *twilio.Config) { c.StatusURL += "#rc=5" }, "StatusURL"},
		"StatusHost":     {func(c *twilio.Config) { c.StatusURL = "https://my_host.example.com/" }, "StatusURL"},
		"StatusLong":     {func(c *twilio.Config) { c.StatusURL += "/" + strings.Repeat("x", 4000) }, "StatusURL"},
		"Endpoint":       {func(c *twilio.Config) { c.Endpoint = "http://api.twilio.com" }, "Endpoint"},
		"Timeout":        {func(c *twilio.Config) { c.Timeout = time.Hour }, "Timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			c := config("", authToken)
			tt.spoil(&c)
			_, err := twilio.New(c, nil)
			if err == nil {
				t.Fatal("it was taken")
			}
			if got := err.Error(); !strings.HasPrefix(got, "twilio: ") || !strings.Contains(got, tt.field) {
				t.Errorf("error %q, want it to name %s", got, tt.field)
			}
			for _, secret := range []string{authToken, keySecret} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("error %q has a secret in it", err)
				}
			}
		})
	}
}

// Senders of all kinds are taken.
func TestConfigOK(t *testing.T) {
	for _, from := range []string{"+15017122661", "12345", "CattleGrid", "My Shop 24", "A-1_b+c&d"} {
		c := config("", authToken)
		c.From = from
		if _, err := twilio.New(c, nil); err != nil {
			t.Errorf("From %q: %v", from, err)
		}
	}
	c := config("", authToken)
	c.StatusURL = "http://127.0.0.1:8080/receipts/twilio"
	if _, err := twilio.New(c, nil); err != nil {
		t.Errorf("receipts on this machine: %v", err)
	}
	if _, err := twilio.New(twilio.Config{AccountSID: accountSID, KeySID: keySID, KeySecret: keySecret, From: "12345"}, nil); err != nil {
		t.Errorf("an API key, and no receipts: %v", err)
	}
}
