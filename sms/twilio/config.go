package twilio

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Config is what a [Sender] needs: the account, what opens it, and who sends. All else may be zero.
type Config struct {
	AccountSID string // "AC…", as the console shows it
	AuthToken  string // of the account: signs receipts and, without an API key, opens the API
	// OldAuthToken signs receipts too, while the console changes from it to AuthToken.
	OldAuthToken string
	KeySID       string // "SK…", an API key that opens the API instead of the auth token
	KeySecret    string

	From                string // a number of Twilio's, "+15017122661", a short code, or a name of at most 11 letters and digits
	MessagingServiceSID string // "MG…", whose pool of senders is used; with From, that must be one of them

	// StatusURL is where Twilio posts receipts: ours, as it is seen from outside. "" means that it posts none.
	StatusURL    string
	Feedback     bool // messages can be told by [Sender.Feedback] to have been of use
	SmartEncoded bool // Twilio may replace letters by others that look alike, to fit more into a message

	Endpoint string        // "" means Twilio's own
	Timeout  time.Duration // 0 means wire.DefaultTimeout
}

var (
	accountSID = regexp.MustCompile(`^AC[0-9a-fA-F]{32}$`)
	keySID     = regexp.MustCompile(`^SK[0-9a-fA-F]{32}$`)
	serviceSID = regexp.MustCompile(`^MG[0-9a-fA-F]{32}$`)
	number     = regexp.MustCompile(`^(\+[1-9][0-9]{6,14}|[0-9]{3,8})$`)
	name       = regexp.MustCompile(`^[-+_&A-Za-z0-9 ]{1,11}$`)
)

func (c Config) validate() error {
	switch {
	case !accountSID.MatchString(c.AccountSID):
		return errors.New(`AccountSID is malformed; want "AC" and 32 hexadecimal digits, as in the console`)
	case c.KeySID == "" && c.KeySecret != "":
		return errors.New("KeySecret is set without KeySID; want both or neither")
	case c.KeySID != "" && !keySID.MatchString(c.KeySID):
		return errors.New(`KeySID is malformed; want "SK" and 32 hexadecimal digits`)
	case c.KeySID != "" && c.KeySecret == "":
		return errors.New("KeySecret is empty; want the secret of the API key KeySID")
	case c.AuthToken == "" && c.KeySID == "":
		return errors.New("AuthToken is empty; want the account's, or an API key in KeySID and KeySecret")
	case c.AuthToken == "" && c.StatusURL != "":
		return errors.New("AuthToken is empty; receipts are signed with it, also where an API key sends")
	case c.From == "" && c.MessagingServiceSID == "":
		return errors.New("there is no sender: From and MessagingServiceSID are empty; want for example From +15017122661")
	case c.From != "" && !number.MatchString(c.From) && (!name.MatchString(c.From) || !hasLetter(c.From)):
		return errors.New("the sender From is malformed; want a number as +15017122661, a short code, or at most 11 letters, digits and spaces")
	case c.MessagingServiceSID != "" && !serviceSID.MatchString(c.MessagingServiceSID):
		return errors.New(`MessagingServiceSID is malformed; want "MG" and 32 hexadecimal digits`)
	}
	return nil
}

func hasLetter(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' })
}

// from is the parameters that are the same for all messages.
func (c Config) from() url.Values {
	form := url.Values{}
	for name, value := range map[string]string{"From": c.From, "MessagingServiceSid": c.MessagingServiceSID} {
		if value != "" {
			form.Set(name, value)
		}
	}
	if c.Feedback {
		form.Set("ProvideFeedback", "true")
	}
	if c.SmartEncoded {
		form.Set("SmartEncoded", "true")
	}
	return form
}
