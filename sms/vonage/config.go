package vonage

import (
	"crypto/rsa"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Config is what a [Sender] needs. From StatusURL on, all may be zero.
type Config struct {
	ApplicationID string // as the dashboard shows it
	PrivateKey    string // the application's private.key: PEM, RSA
	From          string // a number as "447700900001", or a name of at most 11 letters and digits

	// StatusURL is where Vonage posts receipts: ours, as it is seen from outside. "" means the application's own, if it has one.
	StatusURL       string
	SignatureSecret string // the account's, signs receipts; "" means that none are taken
	Encoding        string // "text" is GSM-7, "unicode" UCS-2; "" or "auto" is what fits the text
	Trusted         bool   // Vonage's Fraud Defender does not look at the numbers: whoever sends does

	Endpoint string        // "" means Vonage's own
	Timeout  time.Duration // 0 means wire.DefaultTimeout
	Now      func() time.Time
}

var (
	uuid   = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	number = regexp.MustCompile(`^[1-9][0-9]{2,14}$`) // short codes are numbers too
	name   = regexp.MustCompile(`^[A-Za-z0-9]{1,11}$`)
)

const minKey = 2048 / 8 // bytes

// key checks the configuration, and reads the key.
func (c Config) key() (*rsa.PrivateKey, error) {
	switch {
	case !uuid.MatchString(c.ApplicationID):
		return nil, errors.New("ApplicationID is malformed; want it as in the dashboard, for example aaaaaaaa-bbbb-cccc-dddd-0123456789ab")
	case !number.MatchString(c.From) && !name.MatchString(c.From):
		return nil, errors.New("the sender From is malformed; want a number as 447700900001, without +, or at most 11 letters and digits")
	case c.Encoding != "" && c.Encoding != "auto" && c.Encoding != "text" && c.Encoding != "unicode":
		return nil, errors.New(`the Encoding is malformed; want "auto", "text" or "unicode"`)
	case c.StatusURL != "" && c.SignatureSecret == "":
		return nil, errors.New("SignatureSecret is empty; receipts are signed with it, see API settings in the dashboard")
	}
	if err := validStatusURL(c.StatusURL); err != nil {
		return nil, err
	}
	key, err := jwt.ParseRSAPrivateKeyFromPEM([]byte(c.PrivateKey))
	if err != nil || key.Size() < minKey { // the error may quote the key
		return nil, errors.New("PrivateKey cannot be read; want the application's private.key, which begins with -----BEGIN PRIVATE KEY-----")
	}
	return key, nil
}

func validStatusURL(configured string) error {
	const example = "https://otp.example.com/receipts/vonage"
	if configured == "" {
		return nil
	}
	u, err := wire.Endpoint(configured, example)
	switch {
	case err != nil:
		return errors.New("StatusURL must be https, or http on this machine: receipts have numbers in them; want for example " + example)
	case u.User != nil || strings.Contains(configured, "#"):
		return errors.New("StatusURL must have no user and no fragment; want for example " + example)
	}
	return nil
}
