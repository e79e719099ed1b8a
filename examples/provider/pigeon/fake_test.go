package pigeon_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/examples/provider/pigeon"
	"github.com/cattlegrid/cattlegrid/sms/fake"
)

// loft is Pigeon's side of the wire. It checks requests as Pigeon does.
type loft struct{ key string }

var _ fake.Provider = loft{}

func (loft) Name() string { return pigeon.Provider }

func (l loft) Receive(r *http.Request, body []byte) (fake.Message, error) {
	if r.Header.Get("Authorization") != "Bearer "+l.key {
		return fake.Message{}, fmt.Errorf("%w: no such key", fake.ErrKey)
	}
	var asked struct {
		To, Template, Ref string
		Values            []string
	}
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/messages" || r.Header.Get("Content-Type") != "application/json":
		return fake.Message{}, errors.New("want POST /messages with JSON")
	case json.Unmarshal(body, &asked) != nil || asked.To == "" || asked.Template == "":
		return fake.Message{}, errors.New("a field is missing, or is not what it should be")
	}
	m := fake.Message{Ref: asked.Ref, To: asked.To, Template: asked.Template, Values: map[string]string{}}
	for i, v := range asked.Values {
		m.Values[strconv.Itoa(i+1)] = v
	}
	return m, nil
}

func (loft) Accept(w http.ResponseWriter, m fake.Message) {
	_ = json.NewEncoder(w).Encode(map[string]string{"id": m.ID})
}

// Refuse answers with a code that Pigeon documents, and with one that it does not.
func (loft) Refuse(w http.ResponseWriter, o fake.Outcome) {
	status, code := http.StatusBadRequest, "template_unknown"
	switch o {
	case fake.Busy:
		status, code = http.StatusServiceUnavailable, "closed"
	case fake.BadNumber:
		code = "number_invalid"
	case fake.BadKey:
		status, code = http.StatusUnauthorized, "key_unknown"
	case fake.Throttle:
		status, code = http.StatusTooManyRequests, "number_busy"
	case fake.Unpaid:
		status, code = http.StatusPaymentRequired, "no_credit"
	case fake.UnknownCode:
		code = "hawk"
	default:
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": code})
}

func (l loft) Receipt(m fake.Message, url string, state cattlegrid.ReceiptState) *http.Request {
	status := map[cattlegrid.ReceiptState]string{cattlegrid.Sent: "flying", cattlegrid.Delivered: "arrived", cattlegrid.Lost: "lost"}[state]
	body, err := json.Marshal(map[string]any{"id": m.ID, "ref": m.Ref, "status": status, "at": m.At})
	if err != nil {
		return nil
	}
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil
	}
	mac := hmac.New(sha256.New, []byte(l.key))
	mac.Write(body)
	req.Header.Set("Pigeon-Signature", hex.EncodeToString(mac.Sum(nil)))
	return req
}
