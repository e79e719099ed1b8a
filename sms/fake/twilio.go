package fake

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Twilio's choice
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cattlegrid/cattlegrid"
)

// Twilio is Twilio Programmable Messaging.
type Twilio struct {
	AccountSID, AuthToken string
	KeySID, KeySecret     string // an API key that opens the account too; "" means that there is none
}

var _ Provider = Twilio{}

// Name implements [Provider].
func (Twilio) Name() string { return "twilio" }

// NewID is an id as Twilio gives it.
func (Twilio) NewID() string { return "SM" + newID() }

var (
	twilioNumber = regexp.MustCompile(`^\+[1-9]\d{1,14}$`)
	twilioSender = regexp.MustCompile(`^(\+[1-9]\d{1,14}|\d{3,8}|[-+_&A-Za-z0-9 ]{1,11})$`)
)

// Receive implements [Provider].
func (t Twilio) Receive(r *http.Request, body []byte) (Message, error) {
	user, password, _ := r.BasicAuth()
	known := user == t.AccountSID && password == t.AuthToken || t.KeySID != "" && user == t.KeySID && password == t.KeySecret
	if !known {
		return Message{}, fmt.Errorf("%w: the account or its token is wrong", ErrKey)
	}
	if r.Method != http.MethodPost || r.URL.Path != "/2010-04-01/Accounts/"+t.AccountSID+"/Messages.json" {
		return Message{}, errors.New("want POST for the account's Messages.json")
	}
	if r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		return Message{}, errors.New("want a form")
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return Message{}, errors.New("the form cannot be read")
	}
	m := Message{To: form.Get("To"), Text: form.Get("Body"), From: form.Get("From")}
	if err := twilioForm(form); err != nil {
		return m, err
	}
	m.Ref, err = twilioRef(form.Get("StatusCallback"))
	return m, err
}

// twilioForm checks the fields of a message.
func twilioForm(form url.Values) error {
	service, from, valid := form.Get("MessagingServiceSid"), form.Get("From"), form.Get("ValidityPeriod")
	seconds, err := strconv.Atoi(valid)
	switch {
	case !twilioNumber.MatchString(form.Get("To")):
		return errors.New("field To is no number with + and its country")
	case form.Get("Body") == "" || utf8.RuneCountInString(form.Get("Body")) > 1600:
		return errors.New("field Body is empty or too long")
	case from == "" && service == "" || from != "" && !twilioSender.MatchString(from):
		return errors.New("field From is missing or malformed")
	case service != "" && (!strings.HasPrefix(service, "MG") || len(service) != 34):
		return errors.New("MessagingServiceSid is malformed")
	case valid != "" && (err != nil || seconds < 1 || seconds > 36_000):
		return errors.New("ValidityPeriod is not 1 to 36000 seconds")
	default:
		return nil
	}
}

// twilioRef is what a sender put into the URL for receipts: Twilio has no field for it.
func twilioRef(callback string) (string, error) {
	if callback == "" {
		return "", nil
	}
	u, err := url.Parse(callback)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.Path == "" || strings.Contains(u.Host, "_") || len(callback) > 4000 {
		return "", errors.New("StatusCallback is no URL that Twilio takes")
	}
	return u.Query().Get("ref"), nil
}

// Accept implements [Provider].
func (t Twilio) Accept(w http.ResponseWriter, m Message) {
	at := m.At.UTC().Format("Mon, 02 Jan 2006 15:04:05 +0000")
	path := "/2010-04-01/Accounts/" + t.AccountSID + "/Messages/" + m.ID
	answer := map[string]any{
		"account_sid": t.AccountSID, "api_version": "2010-04-01", "body": m.Text, "date_created": at, "date_sent": nil, "date_updated": at,
		"direction": "outbound-api", "error_code": nil, "error_message": nil, "from": m.From, "messaging_service_sid": nil, "num_media": "0",
		"num_segments": "1", "price": nil, "price_unit": nil, "sid": m.ID, "status": "queued",
		"subresource_uris": map[string]string{"media": path + "/Media.json"}, "to": m.To, "uri": path + ".json",
	}
	if m.From == "" { // a messaging service chooses it later
		answer["from"], answer["num_segments"], answer["status"] = nil, "0", "accepted"
	}
	writeJSON(w, http.StatusCreated, answer)
}

// Refuse implements [Provider].
func (Twilio) Refuse(w http.ResponseWriter, o Outcome) {
	status := http.StatusBadRequest
	var code int
	var text string
	switch o {
	case Busy:
		status, code, text = http.StatusServiceUnavailable, 20503, "Service unavailable"
	case BadNumber:
		code, text = 21211, "The 'To' number is not a valid phone number."
	case BadKey:
		status, code, text = http.StatusUnauthorized, 20003, "Authenticate"
	case Throttle:
		status, code, text = http.StatusTooManyRequests, 20429, "Too Many Requests"
	case Unpaid:
		status, code, text = http.StatusForbidden, 10001, "Account is not active" // with which status is not documented
	case UnknownCode:
		code, text = 29999, "Nobody knows"
	default:
		code, text = 21606, "The 'From' phone number provided is not a valid message-capable Twilio phone number for this destination/account"
	}
	writeJSON(w, status, map[string]any{
		"code": code, "message": text, "more_info": "https://www.twilio.com/docs/errors/" + strconv.Itoa(code), "status": status,
	})
}

// Receipt implements [Provider]. The URL is the one that messages name in StatusCallback, without "ref".
func (t Twilio) Receipt(m Message, target string, state cattlegrid.ReceiptState) *http.Request {
	if m.Ref != "" {
		separator := "?"
		if strings.Contains(target, "?") {
			separator = "&"
		}
		target += separator + "ref=" + url.QueryEscape(m.Ref)
	}
	status := map[cattlegrid.ReceiptState]string{
		cattlegrid.Sent: "sent", cattlegrid.Delivered: "delivered", cattlegrid.Lost: "undelivered",
	}[state]
	form := url.Values{
		"SmsSid": {m.ID}, "SmsStatus": {status}, "MessageStatus": {status}, "To": {m.To}, "MessageSid": {m.ID}, "AccountSid": {t.AccountSID},
		"From": {m.From}, "ApiVersion": {"2010-04-01"},
	}
	if state == cattlegrid.Lost {
		form.Set("ErrorCode", "30003")
	}
	mac := hmac.New(sha1.New, []byte(t.AuthToken))
	mac.Write([]byte(target))
	for _, name := range slices.Sorted(maps.Keys(form)) {
		mac.Write([]byte(name + form.Get(name)))
	}
	req, err := http.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode())) //nolint:noctx // the caller gives it one
	if err != nil {
		return nil
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", "TwilioProxy/1.1")
	req.Header.Set("I-Twilio-Idempotency-Token", newID())
	req.Header.Set("X-Twilio-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return req
}
