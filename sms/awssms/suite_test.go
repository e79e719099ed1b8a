package awssms_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/awssms"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/smstest"
)

const (
	keyID  = "AKIDEXAMPLE"
	secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
	region = "us-east-2"
	topic  = "arn:aws:sns:us-east-2:123456789012:receipts"
)

func config(endpoint, secret string) awssms.Config {
	return awssms.Config{
		Region: region, AccessKeyID: keyID, SecretAccessKey: secret, OriginationIdentity: "+12065550152", ConfigurationSet: "otp", MaxPrice: "0.10",
		Feedback: true, TopicARN: topic, Endpoint: endpoint,
	}
}

// It is a sender.
func TestSender(t *testing.T) {
	smstest.Run(t, smstest.HTTP{
		Provider: fake.AWS{AccessKeyID: keyID, SecretAccessKey: secret, Region: region, TopicARN: topic},
		New: func(endpoint string, client *http.Client, secret string) (cattlegrid.Sender, error) {
			return awssms.New(config(endpoint, secret), client)
		},
		Secret: secret,
	}.Harness())
}

// An endpoint may have a path, as that of a fake behind others has.
func TestEndpointWithPath(t *testing.T) {
	provider := fake.NewServer(fake.AWS{AccessKeyID: keyID, SecretAccessKey: secret, Region: region, TopicARN: topic}, nil)
	server := httptest.NewServer(provider)
	defer server.Close()
	s, err := awssms.New(config(server.URL+"/fakes/one/", secret), nil)
	if err != nil {
		t.Fatal(err)
	}
	m := message(t)
	m.Purpose = "login"
	if _, err := s.Send(t.Context(), m); err != nil || len(provider.Messages()) != 1 {
		t.Errorf("Send: %v; %d messages were taken, problems %v", err, len(provider.Messages()), provider.Problems())
	}
}
