package yuntongxun_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/smstest"
	"github.com/cattlegrid/cattlegrid/sms/template"
	"github.com/cattlegrid/cattlegrid/sms/yuntongxun"
)

const (
	account = "8a216da85f008800015f0eb223620557"
	secret  = "0123456789abcdef0123456789abcdef"
	app     = "8a216da85f008800015f0eb223bb055d"
)

func config(endpoint, secret string) yuntongxun.Config {
	return yuntongxun.Config{
		AccountSID: account, AuthToken: secret, AppID: app, Endpoint: endpoint,
		Timeout:   time.Minute, // machines that test are busy
		Templates: template.Table{{Purpose: "login", ID: "8696", Variables: []string{"code", "minutes"}}},
	}
}

// It is a sender.
func TestSender(t *testing.T) {
	smstest.Run(t, smstest.HTTP{
		Provider: fake.Yuntongxun{AccountSID: account, AuthToken: secret, AppID: app},
		New: func(endpoint string, client *http.Client, secret string) (cattlegrid.Sender, error) {
			return yuntongxun.New(config(endpoint, secret), client)
		},
		Secret: secret, NoRefs: true, Templates: true, MainlandOnly: true,
	}.Harness())
}
