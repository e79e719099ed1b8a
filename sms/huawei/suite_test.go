package huawei_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/huawei"
	"github.com/cattlegrid/cattlegrid/sms/smstest"
	"github.com/cattlegrid/cattlegrid/sms/template"
)

const (
	appKey, secret = "c8RWg3ggEcyd4D3p94bf3Y7x1Ile", "q4Ii87BhST9vcs8wvrzN80SfD7Al"
	token          = "receipt-token"
)

func config(endpoint, secret string) huawei.Config {
	return huawei.Config{
		AppKey: appKey, AppSecret: secret, Channel: "csms100000001", Endpoint: endpoint,
		Templates:      template.Table{{Purpose: "login", ID: "8ff55eac1d0b478ab3c06c3c6a492300", Variables: []string{"code"}}},
		StatusCallback: "https://captcha.example.com/receipts/huawei", ReceiptToken: token,
	}
}

// It is a sender.
func TestSender(t *testing.T) {
	smstest.Run(t, smstest.HTTP{
		Provider: fake.Huawei{AppKey: appKey, AppSecret: secret},
		New: func(endpoint string, client *http.Client, secret string) (cattlegrid.Sender, error) {
			return huawei.New(config(endpoint, secret), client)
		},
		Secret: secret, Templates: true,
		Without: []fake.Outcome{fake.Busy, fake.BadNumber}, // Huawei documents no code for them
	}.Harness())
}

// An endpoint may have a path, as that of a fake behind others has.
func TestEndpointWithPath(t *testing.T) {
	provider := fake.NewServer(fake.Huawei{AppKey: appKey, AppSecret: secret}, nil)
	server := httptest.NewServer(provider)
	defer server.Close()
	s, err := huawei.New(config(server.URL+"/fakes/one/", secret), nil)
	if err != nil {
		t.Fatal(err)
	}
	m := message(t)
	m.Purpose = "login"
	if _, err := s.Send(t.Context(), m); err != nil || len(provider.Messages()) != 1 {
		t.Errorf("Send: %v; %d messages were taken, problems %v", err, len(provider.Messages()), provider.Problems())
	}
}
