package vonage_test

import (
	"crypto/rand"
	"crypto/rsa"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/vonage"
)

// What cannot work is refused with the name of the field, and with nothing that is secret.
func TestConfig(t *testing.T) {
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	good := pkcs8(key())
	for name, tt := range map[string]struct {
		spoil func(*vonage.Config)
		field string
	}{
		"NoApplication":   {func(c *vonage.Config) { c.ApplicationID = "" }, "ApplicationID"},
		"APIKey":          {func(c *vonage.Config) { c.ApplicationID = "a1b2c3d" }, "ApplicationID"},
		"NoKey":           {func(c *vonage.Config) { c.PrivateKey = "" }, "PrivateKey"},
		"SpoiltKey":       {func(c *vonage.Config) { c.PrivateKey = good[:len(good)-100] }, "PrivateKey"},
		"ShortKey":        {func(c *vonage.Config) { c.PrivateKey = pkcs1(short) }, "PrivateKey"},
		"NoFrom":          {func(c *vonage.Config) { c.From = "" }, "From"},
		"FromPlus":        {func(c *vonage.Config) { c.From = "+447700900001" }, "From"},
		"FromLong":        {func(c *vonage.Config) { c.From = "CattleGridCo" }, "From"},
		"Encoding":        {func(c *vonage.Config) { c.Encoding = "utf8" }, "Encoding"},
		"NoSecret":        {func(c *vonage.Config) { c.SignatureSecret = "" }, "SignatureSecret"},
		"StatusPlain":     {func(c *vonage.Config) { c.StatusURL = "http://otp.example.com/" }, "StatusURL"},
		"StatusRelative":  {func(c *vonage.Config) { c.StatusURL = "/receipts/vonage" }, "StatusURL"},
		"StatusUser":      {func(c *vonage.Config) { c.StatusURL = "https://user:" + signatureSecret + "@example.com/" }, "StatusURL"},
		"StatusMalformed": {func(c *vonage.Config) { c.StatusURL = "https://%" + signatureSecret }, "StatusURL"},
		"Endpoint":        {func(c *vonage.Config) { c.Endpoint = "http://api.nexmo.com" }, "Endpoint"},
		"Timeout":         {func(c *vonage.Config) { c.Timeout = time.Hour }, "Timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			c := config("", good)
			tt.spoil(&c)
			_, err := vonage.New(c, nil)
			if err == nil {
				t.Fatal("it was taken")
			}
			if got := err.Error(); !strings.HasPrefix(got, "vonage: ") || !strings.Contains(got, tt.field) {
				t.Errorf("error %q, want it to name %s", got, tt.field)
			}
			if strings.Contains(err.Error(), signatureSecret) || strings.Contains(err.Error(), good[100:140]) {
				t.Errorf("error %q has a secret in it", err)
			}
		})
	}
}

// Keys of both forms and senders of both kinds are taken.
func TestConfigOK(t *testing.T) {
	for _, pem := range []string{pkcs1(key()), pkcs8(key())} {
		for _, from := range []string{"447700900001", "12345", "CattleGrid"} {
			if _, err := vonage.New(vonage.Config{ApplicationID: application, PrivateKey: pem, From: from}, nil); err != nil {
				t.Errorf("From %q: %v", from, err)
			}
		}
	}
	c := config("", pkcs8(key()))
	c.StatusURL = "http://127.0.0.1:8080/receipts/vonage"
	if _, err := vonage.New(c, nil); err != nil {
		t.Errorf("receipts on this machine: %v", err)
	}
}
