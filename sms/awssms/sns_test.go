package awssms_test

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"os"
	"testing"

	"github.com/cattlegrid/cattlegrid/sms/awssms"
)

// What SNS signs is what its documentation says, and both of its versions are verified.
func TestSNSSignature(t *testing.T) {
	text, err := os.ReadFile("testdata/sns.pem") // of a key that was thrown away
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	// The fields, and thus the text, are from https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html;
	// AWS publishes no signature that can be verified, so these are computed.
	post := func(change map[string]any) []byte {
		fields := map[string]any{
			"Message": "My Test Message", "MessageId": "4d4dc071-ddbf-465d-bba8-08f81c89da64", "Subject": "My subject",
			"Timestamp": "2019-01-31T04:37:04.321Z", "TopicArn": "arn:aws:sns:us-east-2:123456789012:s4-MySNSTopic-1G1WEFCOXTC0P", "Type": "Notification",
		}
		for name, v := range change {
			if fields[name] = v; v == nil {
				delete(fields, name)
			}
		}
		body, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	signed := awssms.SignedText(post(nil))
	if sum := sha256.Sum256([]byte(signed)); hex.EncodeToString(sum[:]) != "48aeb4d4a966dfdca5b8801a3d6f8d2c90327e9e025319afc907bd1fb99c4d1e" {
		t.Errorf("what is signed is %q", signed)
	}
	signatures := map[string]string{
		"1": "JyO5Nts7N6jHqB5l+bjdq9Is1+HtAygD/vvMLoHiKc49CTfAmPD+bfbFvngutUiAKLIRpKkgJARegq27jA1gKwtmsFtBIN23EUivsok9jb5BNFp4hBm7JjWDixIQfCrZuf91wMdib3iMNcI9MJ0iiOHd3IG8FJU4hS20lSBW98y0TFPUf49UvGvK9joPuJiKSsY52scGeVkDUAfXSvTQ+qLME27BekKl+Hpvg+AOHMzDEkwbIE5RtE0d46kHcm5mzJmmKw+ulPrs1NyxpSmYIZZG7P5kxQyt3AE/Dav5WB9i78qBCica/3/v82QKv+HReC3aRdHEcKx8WQBlO2VHtw==",
		"2": "KRum1CuRURYf9TSe/qefDPOaH02hlrQrWq+cZG6yTs252WKUq9qB32PvnAxqRbul27sgcieMMblNb70vl9MKYfHGqzml5+71hJ9EnOKAwS7qCNKEYi6SKmpFmn2b+2NyKTqw1c1ejdIqSSAK94sbUz4LooBcWOJ6SQNzHNxJ2lVyHQQX5uq1T4wPspsADHg38StNPQwp3gv6mRWOxwQ/TuzKAO2lH4VEhQZfEHqfS/+o1wL+WyXFzQKlj5boe5fDsvrGuW4gBfk+2O/Y8YJevUGvWSd+dNzPMp3OoH2mKqrA7MBR+uXFlmgIt6KXlmmcUpCNdMN2/gtlDo26PQhDmA==",
	}
	for version, signature := range signatures {
		other := signatures["1"]
		if version == "1" {
			other = signatures["2"]
		}
		for name, tt := range map[string]struct {
			change map[string]any
			want   bool
		}{
			"OK":         {map[string]any{}, true},
			"Message":    {map[string]any{"Message": "My Test Message."}, false},
			"NoSubject":  {map[string]any{"Subject": nil}, false},
			"EmptyLine":  {map[string]any{"Message": "My Test Message\nMessageId"}, false},
			"Type":       {map[string]any{"Type": "UnsubscribeConfirmation"}, false},
			"Version":    {map[string]any{"SignatureVersion": "3"}, false},
			"NoVersion":  {map[string]any{"SignatureVersion": nil}, false},
			"Other":      {map[string]any{"Signature": other}, false},
			"NoBase64":   {map[string]any{"Signature": "EXAMPLE…"}, false},
			"NoneAtAll":  {map[string]any{"Signature": ""}, false},
			"OtherTopic": {map[string]any{"TopicArn": topic}, false},
		} {
			t.Run("Version"+version+"/"+name, func(t *testing.T) {
				for field, v := range map[string]any{"SignatureVersion": version, "Signature": signature} {
					if _, ok := tt.change[field]; !ok {
						tt.change[field] = v
					}
				}
				if got := awssms.SignedBy(post(tt.change), certificate); got != tt.want {
					t.Errorf("signed is %v, want %v", got, tt.want)
				}
			})
		}
	}
}

// A confirmation is signed with its token and URL in place of a subject.
func TestSNSConfirmation(t *testing.T) {
	body := `{"Type":"SubscriptionConfirmation","MessageId":"i","Token":"t","TopicArn":"a","Message":"m","Subject":"s","SubscribeURL":"u","Timestamp":"d"}`
	want := "Message\nm\nMessageId\ni\nSubscribeURL\nu\nTimestamp\nd\nToken\nt\nTopicArn\na\nType\nSubscriptionConfirmation\n"
	if got := awssms.SignedText([]byte(body)); got != want {
		t.Errorf("what is signed is %q, want %q", got, want)
	}
}
