package fake

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cattlegrid/cattlegrid"
)

// Vonage is the Messages API of Vonage.
type Vonage struct {
	ApplicationID   string
	PublicKey       *rsa.PublicKey // of the application
	SignatureSecret string         // signs receipts
	Now             func() time.Time
}

var _ Provider = Vonage{}

// Name implements [Provider].
func (Vonage) Name() string { return "vonage" }

// NewID is an id as Vonage gives it.
func (Vonage) NewID() string {
	id := newID()
	return strings.Join([]string{id[:8], id[8:12], "4" + id[13:16], "8" + id[17:20], id[20:]}, "-")
}

// vonageOrder is a message as it is documented; what is not is refused.
type vonageOrder struct {
	Type           string `json:"message_type"`
	Channel        string `json:"channel"`
	To             string `json:"to"`
	From           string `json:"from"`
	Text           string `json:"text"`
	TTL            *int   `json:"ttl"`
	Ref            string `json:"client_ref"`
	WebhookURL     string `json:"webhook_url"`
	WebhookVersion string `json:"webhook_version"`
	Trusted        bool   `json:"trusted_recipient"`
	SMS            struct {
		Encoding string `json:"encoding_type"`
	} `json:"sms"`
}

// Receive implements [Provider].
func (v Vonage) Receive(r *http.Request, body []byte) (Message, error) {
	if err := v.authentic(r.Header.Get("Authorization")); err != nil {
		return Message{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	if r.Method != http.MethodPost || r.URL.Path != "/v1/messages" || r.Header.Get("Content-Type") != "application/json" {
		return Message{}, errors.New("want POST of JSON for /v1/messages")
	}
	var o vonageOrder
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&o); err != nil {
		return Message{}, errors.New("the JSON is not that of a message")
	}
	return Message{To: "+" + o.To, Ref: o.Ref, Text: o.Text, From: o.From}, o.check()
}

var (
	vonageNumber = regexp.MustCompile(`^[1-9]\d{6,14}$`)
	vonageSender = regexp.MustCompile(`^([1-9]\d{2,14}|[A-Za-z0-9]{1,11})$`)
)

func (o vonageOrder) check() error {
	switch {
	case o.Type != "text" || o.Channel != "sms":
		return errors.New("want a text by sms")
	case !vonageNumber.MatchString(o.To):
		return errors.New("the number is not one of 7 to 15 digits, with its country and without +")
	case !vonageSender.MatchString(o.From):
		return errors.New("the sender is malformed")
	case o.Text == "" || utf8.RuneCountInString(o.Text) > 1000:
		return errors.New("the text is empty or too long")
	case o.TTL != nil && (*o.TTL < 20 || *o.TTL > 604_800):
		return errors.New("ttl is not 20 to 604800 seconds")
	case len(o.Ref) > 100:
		return errors.New("client_ref is too long")
	case o.SMS.Encoding != "" && o.SMS.Encoding != "auto" && o.SMS.Encoding != "text" && o.SMS.Encoding != "unicode":
		return errors.New("encoding_type is not known")
	case o.WebhookVersion != "" && o.WebhookVersion != "v1":
		return errors.New("webhook_version is not v1")
	}
	if u, err := url.Parse(o.WebhookURL); o.WebhookURL != "" && (err != nil || u.Hostname() == "") {
		return errors.New("webhook_url is no URL")
	}
	return nil
}

// authentic checks a token that the application signed with RS256.
func (v Vonage) authentic(header string) error {
	token, _ := strings.CutPrefix(header, "Bearer ")
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return errors.New("there is no token")
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return errors.New("the signature is no base64")
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if rsa.VerifyPKCS1v15(v.PublicKey, crypto.SHA256, sum[:], signature) != nil {
		return errors.New("the signature is wrong")
	}
	var head struct{ Typ, Alg string }
	var claims struct {
		ApplicationID string `json:"application_id"`
		Iat, Exp      int64
		Jti           string
	}
	if !vonagePart(parts[0], &head) || !vonagePart(parts[1], &claims) {
		return errors.New("the token cannot be read")
	}
	now := v.now().Unix()
	switch {
	case head.Typ != "JWT" || head.Alg != "RS256":
		return errors.New("the token is no JWT of RS256")
	case claims.ApplicationID != v.ApplicationID || len(claims.Jti) != 36:
		return errors.New("the token names another application, or none of its own")
	case claims.Iat > now || claims.Exp <= now || claims.Exp-claims.Iat > 24*60*60:
		return errors.New("the token is not of now")
	}
	return nil
}

func (v Vonage) now() time.Time {
	if v.Now != nil {
		return v.Now()
	}
	return time.Now()
}

func vonagePart(encoded string, into any) bool {
	plain, err := base64.RawURLEncoding.DecodeString(encoded)
	return err == nil && json.Unmarshal(plain, into) == nil
}

// Accept implements [Provider].
func (Vonage) Accept(w http.ResponseWriter, m Message) {
	writeJSON(w, http.StatusAccepted, map[string]string{"message_uuid": m.ID})
}

// Refuse implements [Provider]. Which status goes with which number is not documented.
func (Vonage) Refuse(w http.ResponseWriter, o Outcome) {
	const generic, messages = "https://developer.nexmo.com/api-errors/#", "https://developer.vonage.com/api-errors/messages#"
	status := http.StatusUnprocessableEntity
	var kind, title string
	switch o {
	case Busy:
		kind, title = messages+"1100", "Communication Failed"
	case BadNumber:
		kind, title = messages+"1170", "Invalid or Missing Msisdn Param"
	case BadKey:
		status, kind, title = http.StatusUnauthorized, generic+"unauthorized", "Unauthorized"
	case Throttle:
		status, kind, title = http.StatusTooManyRequests, generic+"throttled", "Rate Limit Hit"
	case Unpaid:
		status, kind, title = http.StatusPaymentRequired, generic+"low-balance", "Low balance"
	case UnknownCode:
		kind, title = messages+"1999", "Nobody knows"
	default:
		kind, title = messages+"1120", "Illegal Sender Address - rejected"
	}
	writeJSON(w, status, map[string]string{"type": kind, "title": title, "detail": title + ".", "instance": newID()})
}

// Receipt implements [Provider].
func (v Vonage) Receipt(m Message, target string, state cattlegrid.ReceiptState) *http.Request {
	said := map[string]any{
		"message_uuid": m.ID, "to": strings.TrimPrefix(m.To, "+"), "from": m.From, "timestamp": m.At.UTC().Format(time.RFC3339),
		"client_ref": m.Ref, "channel": "sms", "usage": map[string]string{"currency": "EUR", "price": "0.0333"}, "sms": map[string]string{"count_total": "1"},
	}
	switch state {
	case cattlegrid.Delivered:
		said["status"] = "delivered"
	case cattlegrid.Lost:
		said["status"] = "rejected"
		said["error"] = map[string]any{
			"type": "https://developer.vonage.com/api-errors/messages#1190", "title": 1190, "detail": "Absent Subscriber Permanent", "instance": newID(),
		}
	default:
		said["status"] = "submitted"
	}
	body, err := json.Marshal(said)
	if err != nil {
		return nil
	}
	req, err := http.NewRequest(http.MethodPost, target, bytes.NewReader(body)) //nolint:noctx // the caller gives it one
	if err != nil {
		return nil
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+v.token(body))
	return req
}

// token is that of a receipt, HS256.
func (v Vonage) token(body []byte) string {
	sum := sha256.Sum256(body)
	claims := fmt.Sprintf(`{"iat":%d,"jti":%q,"iss":"Vonage","payload_hash":%q,"api_key":"a1b2c3d","application_id":%q}`,
		v.now().Unix(), v.NewID(), hex.EncodeToString(sum[:]), v.ApplicationID)
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
	mac := hmac.New(sha256.New, []byte(v.SignatureSecret))
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
