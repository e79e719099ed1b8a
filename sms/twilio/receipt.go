package twilio

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

const (
	maxReceipt = 64 << 10 // bytes
	maxFields  = 100
	maxURL     = 4000 // characters, as Twilio says
	maxRef     = 64   // bytes
)

// callback is the URL that Twilio posts receipts to.
type callback struct {
	url    *url.URL // nil if there is none
	tokens []string
}

func newCallback(c Config) (callback, error) {
	if c.StatusURL == "" {
		return callback{}, nil
	}
	const example = "https://otp.example.com/receipts/twilio"
	const want = "; want for example " + example
	if _, err := wire.Endpoint(c.StatusURL, example); err != nil {
		return callback{}, errors.New("StatusURL must be https, or http on this machine: receipts have numbers in them" + want)
	}
	u, err := url.Parse(c.StatusURL)
	switch {
	case err != nil || u.Path == "" || u.User != nil || strings.Contains(c.StatusURL, "#"):
		return callback{}, errors.New("StatusURL must have a path, no user and no fragment" + want)
	case strings.Contains(u.Host, "_"):
		return callback{}, errors.New(`StatusURL must have no "_" in its host; Twilio refuses it` + want)
	case len(c.StatusURL) > maxURL-100: // there must be room for the message's ID
		return callback{}, errors.New("StatusURL is too long" + want)
	}
	tokens := []string{c.AuthToken}
	if c.OldAuthToken != "" {
		tokens = append(tokens, c.OldAuthToken)
	}
	return callback{url: u, tokens: tokens}, nil
}

// of is the URL for the receipts of one message.
func (c callback) of(id string) string {
	if c.url == nil {
		return ""
	}
	u := *c.url
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += "ref=" + url.QueryEscape(id)
	return u.String()
}

// isTwilios reports whether a request was signed by Twilio for this URL. Of the request itself only the query counts.
func (c callback) isTwilios(r *http.Request, form map[string]string) bool {
	if c.url == nil {
		return false
	}
	u := *c.url
	u.RawQuery = r.URL.RawQuery
	return isSigned(c.tokens, u, form, r.Header.Get("X-Twilio-Signature"))
}

// states are those of https://www.twilio.com/docs/messaging/api/message-resource#message-status-values that say something of a
// message that was sent.
var states = map[string]cattlegrid.ReceiptState{
	"accepted": cattlegrid.Sent, "scheduled": cattlegrid.Sent, "queued": cattlegrid.Sent, "sending": cattlegrid.Sent, "sent": cattlegrid.Sent,
	"delivered": cattlegrid.Delivered, "read": cattlegrid.Delivered,
	"undelivered": cattlegrid.Lost, "failed": cattlegrid.Lost, "canceled": cattlegrid.Lost,
}

// Receipts reads what Twilio posts: one receipt, or none if it reports a status that says nothing. The error is
// [wire.ErrReceipt].
func (s *Sender) Receipts(r *http.Request, body []byte) ([]cattlegrid.Receipt, error) {
	if r.Header.Get("X-Twilio-Webhooks-Signature-Settings") != "" {
		return nil, fmt.Errorf("%w: it is signed by a Webhooks Rule; remove that in Twilio's console", wire.ErrReceipt)
	}
	form, ok := parse(body)
	if !ok || !s.isTwilios(r, form) || form["AccountSid"] != s.account || !messageSID.MatchString(form["MessageSid"]) {
		return nil, wire.ErrReceipt
	}
	state, ok := states[form["MessageStatus"]]
	if !ok {
		return nil, nil
	}
	ref := r.URL.Query().Get("ref")
	if len(ref) > maxRef {
		ref = ""
	}
	return []cattlegrid.Receipt{{
		Provider: Provider, ID: form["MessageSid"], MessageID: ref, State: state, Code: wire.Code(form["ErrorCode"]),
	}}, nil
}

// parse reads a form in which each name occurs once: which of several values is signed is not documented.
func parse(body []byte) (map[string]string, bool) {
	if len(body) > maxReceipt {
		return nil, false
	}
	values, err := url.ParseQuery(string(body))
	if err != nil || len(values) > maxFields {
		return nil, false
	}
	form := make(map[string]string, len(values))
	for name, all := range values {
		if len(all) != 1 {
			return nil, false
		}
		form[name] = all[0]
	}
	return form, true
}

// Acknowledge tells Twilio that a receipt was taken.
func (s *Sender) Acknowledge(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) }
