package fake

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// Webhook is a site's receiver of what sms/webhook posts, signed as Standard Webhooks 1.0.0 says. It answers by statuses.
type Webhook struct {
	Secret string           // "whsec_…"
	Now    func() time.Time // nil means time.Now
}

var _ Provider = Webhook{}

// Name implements [Provider].
func (Webhook) Name() string { return "webhook" }

// Receive implements [Provider].
func (h Webhook) Receive(r *http.Request, body []byte) (Message, error) {
	if err := h.authentic(r, body); err != nil {
		return Message{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	var event struct {
		Type, ID, To, Code, Text, Purpose, Lang string
		MessageID                               string `json:"message_id"`
		LifetimeSeconds                         int64  `json:"lifetime_seconds"`
	}
	err := json.Unmarshal(body, &event)
	switch {
	case r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json":
		return Message{}, errors.New("want POST with JSON")
	case err != nil:
		return Message{}, errors.New("the body is no event")
	case event.Type != "sms.send" || event.ID != r.Header.Get("Webhook-Id"):
		return Message{}, errors.New("the type or the id is wrong")
	case event.To == "" || event.Code == "" || event.Text == "" || event.Purpose == "" || event.Lang == "" || event.LifetimeSeconds <= 0:
		return Message{}, errors.New("a field is missing")
	}
	return Message{Ref: event.MessageID, To: event.To, Text: event.Text}, nil
}

func (h Webhook) authentic(r *http.Request, body []byte) error {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(h.Secret, "whsec_"))
	if err != nil {
		return errors.New("the secret is no base64")
	}
	now := time.Now
	if h.Now != nil {
		now = h.Now
	}
	timestamp := r.Header.Get("Webhook-Timestamp")
	sent, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || now().Sub(time.Unix(sent, 0)).Abs() > 5*time.Minute || r.Header.Get("Webhook-Id") == "" {
		return errors.New("the timestamp is off, or there is no id")
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(r.Header.Get("Webhook-Id") + "." + timestamp + "."))
	mac.Write(body)
	want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for signature := range strings.SplitSeq(r.Header.Get("Webhook-Signature"), " ") {
		if hmac.Equal([]byte(signature), []byte(want)) {
			return nil
		}
	}
	return errors.New("no signature is right")
}

// Accept implements [Provider].
func (Webhook) Accept(w http.ResponseWriter, m Message) {
	writeJSON(w, http.StatusOK, map[string]string{"id": m.ID})
}

// Refuse implements [Provider].
func (Webhook) Refuse(w http.ResponseWriter, o Outcome) {
	status := http.StatusBadRequest
	switch o {
	case Busy:
		writeJSON(w, http.StatusServiceUnavailable, map[string]bool{"sent": false})
		return
	case BadNumber:
		status = http.StatusUnprocessableEntity
	case BadKey:
		status = http.StatusUnauthorized
	case Throttle:
		w.Header().Set("Retry-After", "60")
		status = http.StatusTooManyRequests
	case Unpaid:
		status = http.StatusPaymentRequired
	case UnknownCode:
		status = http.StatusInternalServerError
	default:
	}
	w.WriteHeader(status)
}

// Receipt implements [Provider]: receivers report nothing.
func (Webhook) Receipt(Message, string, cattlegrid.ReceiptState) *http.Request { return nil }
