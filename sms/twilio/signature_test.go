package twilio_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/sms/twilio"
)

// Of the vectors all have the token "12345".
const (
	docURL = "https://example.com/myapp.php?foo=1&bar=2"
	sdkURL = "https://mycompany.com/myapp.php?foo=1&bar=2"
)

// sdkForm is of the tests of Twilio's SDK for Go, client/request_validator_test.go of twilio-go 1.31.0. "Reason" stands before
// "ReasonConferenceEnded", whatever their values are.
var sdkForm = map[string]string{
	"Digits": "1234", "CallSid": "CA1234567890ABCDE", "To": "+18005551212", "Caller": "+14158675309", "From": "+14158675309",
	"ReasonConferenceEnded": "test", "Reason": "Participant",
}

// Signatures are those that Twilio publishes.
func TestSignature(t *testing.T) {
	const hash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
	for name, tt := range map[string]struct {
		url  string
		form map[string]string
		want string
	}{
		// https://www.twilio.com/docs/usage/security
		"Documented": {docURL, map[string]string{
			"CallSid": "CA1234567890ABCDE", "Caller": "+14158675310", "Digits": "1234", "From": "+14158675310", "To": "+18005551212",
		}, "L/OH5YylLD5NRKLltdqwSvS0BnU="},
		// The rest but the last are the SDK's.
		"SDK":        {sdkURL, sdkForm, "vOEb5UThFn24KEfnOFLQY2AE5FY="},
		"HTTP":       {strings.Replace(sdkURL, "https", "http", 1), sdkForm, "n2xBNyzSW7rfYStDtOFiFMv7qNo="},
		"Form":       {sdkURL, map[string]string{"property": "value", "boolean": "true"}, "NBdBDr/T/lgjI+tlgpXjKZQZs/k="},
		"NoForm":     {sdkURL + "&bodySHA256=" + hash, nil, "a9nBmqA0ju/hNViExpshrM61xv4="},
		"NothingBut": {"https://mycompany.com/myapp.php?bodySHA256=" + hash, nil, "y77kIzt2vzLz71DgmJGsen2scGs="},
		// Computed by Python's hmac, not published.
		"Status": {"https://otp.example.com/cb/twilio?ref=01J9Z", map[string]string{
			"SmsSid": "SM1234567890abcdef1234567890abcdef", "MessageSid": "SM1234567890abcdef1234567890abcdef", "SmsStatus": "delivered",
			"MessageStatus": "delivered", "To": "+15558675310", "AccountSid": "AC1234567890abcdef1234567890abcdef", "From": "+15017122661",
			"ApiVersion": "2010-04-01", "RawDlrDoneDate": "2302141530",
		}, "XUdNyzJ4ImxVyuZFJuHB9cHYvwc="},
	} {
		t.Run(name, func(t *testing.T) {
			if got := twilio.Signature("12345", tt.url, tt.form); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// A signature counts if any token made it, with the port in the URL or without, as the SDK has it; no other does.
func TestIsSigned(t *testing.T) {
	const good = "vOEb5UThFn24KEfnOFLQY2AE5FY="
	withPort := strings.Replace(sdkURL, ".com", ".com:443", 1)
	for name, tt := range map[string]struct {
		tokens         []string
		url, signature string
		want           bool
	}{
		"OK":        {[]string{"12345"}, sdkURL, good, true},
		"OldToken":  {[]string{"67890", "12345"}, sdkURL, good, true},
		"OtherPort": {[]string{"12345"}, strings.Replace(sdkURL, ".com", ".com:1234", 1), good, true},
		"Plain":     {[]string{"12345"}, strings.Replace(sdkURL, "https", "http", 1), "n2xBNyzSW7rfYStDtOFiFMv7qNo=", true},
		"WithPort":  {[]string{"12345"}, sdkURL, twilio.Signature("12345", withPort, sdkForm), true},
		// The SDK's: ReasonConferenceEnded before Reason.
		"WrongOrder": {[]string{"12345"}, sdkURL, "95+Bu0JVPi0r/SsESZCVf0dWAjw=", false},
		"WrongToken": {[]string{"67890"}, sdkURL, good, false},
		"NoToken":    {nil, sdkURL, good, false},
		"WrongURL":   {[]string{"12345"}, docURL, good, false},
		"Empty":      {[]string{"12345"}, sdkURL, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			u, err := url.Parse(tt.url)
			if err != nil {
				t.Fatal(err)
			}
			if got := twilio.IsSigned(tt.tokens, *u, sdkForm, tt.signature); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
