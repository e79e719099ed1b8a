package awssms_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/cattlegrid/cattlegrid/sms/awssms"
)

const textMessage = `{"ConfigurationSetName":"otp","Context":{"ref":"01J9Z"},"DestinationPhoneNumber":"+14255550156",` +
	`"MessageBody":"Your code is 123456","MessageFeedbackEnabled":true,"MessageType":"TRANSACTIONAL","OriginationIdentity":"+12065550152",` +
	`"TimeToLive":300}`

// The SDK's signer signs by our clock, as AWS's suite has it.
func TestSignature(t *testing.T) {
	at := time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		method, url, body, service, token, target string
		signed, want                              string
	}{
		// get-vanilla of the SigV4 test suite, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
		"Published": {
			http.MethodGet, "https://example.amazonaws.com/", "", "service", "", "",
			"host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
		},
		// Computed by the SDK 1.48.0; they are here so that a newer one is seen to agree.
		"SendTextMessage": {
			http.MethodPost, "https://sms-voice.us-east-1.amazonaws.com/", textMessage, "sms-voice", "", "PinpointSMSVoiceV2.SendTextMessage",
			"content-length;content-type;host;x-amz-date;x-amz-target", "516605c79ec22d0b188a1f04a94cf3b3e800a01b418381a397f6a0eda8d9f958",
		},
		"SessionToken": {
			http.MethodPost, "https://sms-voice.us-east-1.amazonaws.com/", textMessage, "sms-voice", "FQoGZXIvYXdzEXAMPLETOKEN",
			"PinpointSMSVoiceV2.SendTextMessage",
			"content-length;content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
			"cfd0409db518ca99c241b79592b95e37a0432b984041534f0075b3bdcc303756",
		},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequest(tt.method, tt.url, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if tt.target != "" {
				req.Header.Set("Content-Type", "application/x-amz-json-1.0")
				req.Header.Set("X-Amz-Target", tt.target)
			}
			payload := sha256.Sum256([]byte(tt.body))
			signer := awssms.NewSigner(func() time.Time { return at })
			credentials := aws.Credentials{AccessKeyID: keyID, SecretAccessKey: secret, SessionToken: tt.token}
			if err := signer.SignHTTP(t.Context(), credentials, req, hex.EncodeToString(payload[:]), tt.service, "us-east-1", time.Now()); err != nil {
				t.Fatal(err)
			}
			want := "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/" + tt.service + "/aws4_request, SignedHeaders=" + tt.signed +
				", Signature=" + tt.want
			if got := req.Header.Get("Authorization"); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}
