package vonage_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/vonage"
)

const (
	// Published: the sample claims of https://developer.vonage.com/en/getting-started/concepts/signing-messages as a token, in
	// spec/vonage-jwt/jwt_spec.rb of Vonage/vonage-jwt-ruby. The body is not published.
	rubySecret = "ZYtdTtGV3BCFN7tWmOWr1md66XsquMggr4W2cTtXtcPgfnI0Xw"
	rubyToken  = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE1ODc0OTQ5NjIsImp0aSI6ImM1YmE4ZjI0LTFhMTQtNGMxMC1iZmRmLTNmYmU4Y2U1MTFiNS" +
		"IsImlzcyI6IlZvbmFnZSIsInBheWxvYWRfaGFzaCI6ImQ2YzBlNzRiNTg1N2RmMjBlM2I3ZTUxYjMwYzBjMmE0MGVjNzNhNzc4NzliNmYwNzRkZGM3YTIzMTdkZDAzMWI" +
		"iLCJhcGlfa2V5IjoiYTFiMmMzZCIsImFwcGxpY2F0aW9uX2lkIjoiYWFhYWFhYWEtYmJiYi1jY2NjLWRkZGQtMDEyMzQ1Njc4OWFiIn0.JQRKi1d0SQitmjPINfTWMpt" +
		"3XZkGsLbD7EjCdXoNSbk"

	// Published: jwt/tests/test_verify_jwt.py of vonage-python-sdk. It has no payload_hash.
	pythonToken = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJPbmxpbmUgSldUIEJ1aWxkZXIiLCJpYXQiOjE2OTc2MzQ2ODAsImV4cCI6MzMyNTQ1NDA4Mjgs" +
		"ImF1ZCI6IiIsInN1YiI6IiJ9.88vJc3I2HhuqEDixHXVhc9R30tA6U_HQHZTC29y6CGM"

	// Computed by Python's hmac with the secret of pythonToken, not published: the token of the body delivered.
	deliveredToken = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE1ODc0OTQ5NjIsImp0aSI6ImM1YmE4ZjI0LTFhMTQtNGMxMC1iZmRmLTNmYmU4Y2U1MTFiNS" +
		"IsImlzcyI6IlZvbmFnZSIsInBheWxvYWRfaGFzaCI6IjBiNzRlMjhmODkzMGM2OTk0YjVlMTJmYjkxMjU2OTA0MWZiOTI5ZTBhYjllMGZkOTc4ZDMyOTUzMzY2ODVlYzA" +
		"iLCJhcGlfa2V5IjoiYTFiMmMzZCIsImFwcGxpY2F0aW9uX2lkIjoiYWFhYWFhYWEtYmJiYi1jY2NjLWRkZGQtMDEyMzQ1Njc4OWFiIn0.KeyWvTmBwtccEaYxjHRalVv" +
		"tmfDtoGUoU8SlxFe69mk"
	delivered = `{"message_uuid":"aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab","to":"447700900000","from":"447700900001",` +
		`"timestamp":"2025-02-03T12:14:25Z","status":"delivered","channel":"sms","client_ref":"01J9Z",` +
		`"usage":{"currency":"EUR","price":"0.0333"},"sms":{"count_total":"1"}}`
)

// signedAt is when rubyToken and deliveredToken were signed.
var signedAt = time.Unix(1587494962, 0)

// Tokens that Vonage publishes are good with their secret only, and say what Vonage documents.
func TestReadToken(t *testing.T) {
	for name, tt := range map[string]struct {
		secret, token string
		want          bool
	}{
		"Ruby":        {rubySecret, rubyToken, true},
		"RubyOther":   {"ZYtdTtGV3BCFN7tWmOWr1md66XsquMggr4W2cTtXtcPgf55555", rubyToken, false}, // as its test has it
		"Python":      {signatureSecret, pythonToken, true},
		"PythonOther": {rubySecret, pythonToken, false},
		"Delivered":   {signatureSecret, deliveredToken, true},
		"NoSecret":    {"", pythonToken, false},
		"NoToken":     {signatureSecret, "", false},
		"TooLong":     {signatureSecret, pythonToken + strings.Repeat("x", 8<<10), false},
		// {"alg":"none"}, and RS256 in the header of a token that HS256 signed.
		"None":  {signatureSecret, "eyJhbGciOiJub25lIn0.eyJpYXQiOjE1ODc0OTQ5NjJ9.", false},
		"RS256": {signatureSecret, strings.Replace(deliveredToken, "eyJhbGciOiJIUzI1NiIs", "eyJhbGciOiJSUzI1NiIs", 1), false},
	} {
		t.Run(name, func(t *testing.T) {
			if _, got := vonage.ReadToken(tt.secret, tt.token); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	c, _ := vonage.ReadToken(rubySecret, rubyToken)
	if c.PayloadHash != "d6c0e74b5857df20e3b7e51b30c0c2a40ec73a77879b6f074ddc7a2317dd031b" || c.ApplicationID != application ||
		!c.IssuedAt.Equal(signedAt) || c.Issuer != "Vonage" {
		t.Errorf("got %+v, want the sample of the documents", c)
	}
}
