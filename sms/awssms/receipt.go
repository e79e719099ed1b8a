package awssms

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// event is what AWS publishes of a message:
// https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html.
type event struct {
	Type    string            `json:"eventType"`
	At      int64             `json:"eventTimestamp"` // ms
	Final   bool              `json:"isFinal"`
	ID      string            `json:"messageId"`
	Status  string            `json:"messageStatus"`
	Context map[string]string `json:"context"`
}

// Receipts reads what SNS posts, and confirms the subscription to Config.TopicARN when SNS asks whether it is wanted. The
// error is [wire.ErrReceipt] if the post is malformed or not signed by SNS, and another one if SNS has to be asked and does
// not answer: then a status of 5xx makes SNS post it again.
func (s *Sender) Receipts(r *http.Request, body []byte) ([]cattlegrid.Receipt, error) {
	p, err := readPost(body, s.topic, s.now())
	if err != nil {
		return nil, err
	}
	certificate, err := s.certificates.at(r.Context(), p.SigningCertURL)
	if err != nil {
		return nil, err
	}
	switch {
	case !p.signedBy(certificate):
		return nil, wire.ErrReceipt
	case p.Type == confirmation:
		return nil, s.confirm(r.Context(), p.Token)
	case p.Type == unsubscribed: // by somebody with the right to
		return nil, nil
	default:
		return readEvent(p.Message)
	}
}

// Acknowledge tells SNS that a receipt was taken.
func (s *Sender) Acknowledge(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) }

// confirm tells SNS that the subscription is wanted. Of what SNS posted it takes the token only; whom to tell follows from the
// topic.
func (s *Sender) confirm(ctx context.Context, token string) error {
	region := topics.FindStringSubmatch(s.topic)[1]
	host := "sns." + region + ".amazonaws.com"
	if strings.HasPrefix(s.topic, "arn:aws-cn:") {
		host += ".cn"
	}
	query := url.Values{"Action": {"ConfirmSubscription"}, "TopicArn": {s.topic}, "Token": {token}}
	_, err := fetch(ctx, s.certificates.client, "https://"+host+"/?"+query.Encode())
	return err
}

// readEvent returns no receipt of an event that says nothing of a message's fate: those of calls and pictures, and "UNKNOWN".
func readEvent(text string) ([]cattlegrid.Receipt, error) {
	var e event
	if json.Unmarshal([]byte(text), &e) != nil || e.ID == "" || e.Status == "" {
		return nil, wire.ErrReceipt
	}
	state, ok := e.state()
	if !ok {
		return nil, nil
	}
	receipt := cattlegrid.Receipt{Provider: Provider, ID: e.ID, MessageID: e.Context[refKey], State: state, Code: wire.Code(e.Status)}
	if e.At > 0 {
		receipt.At = time.UnixMilli(e.At).UTC()
	}
	return []cattlegrid.Receipt{receipt}, nil
}

func (e event) state() (cattlegrid.ReceiptState, bool) {
	if !strings.HasPrefix(e.Type, "TEXT_") {
		return "", false
	}
	switch e.Status {
	case "QUEUED", "PENDING", "SENT":
		return cattlegrid.Sent, true
	case "SUCCESSFUL", "DELIVERED":
		if e.Final {
			return cattlegrid.Delivered, true
		}
		return cattlegrid.Sent, true
	case "INVALID", "INVALID_MESSAGE", "UNREACHABLE", "CARRIER_UNREACHABLE", "BLOCKED", "CARRIER_BLOCKED", "SPAM", "PROTECT_BLOCKED", "TTL_EXPIRED":
		return cattlegrid.Lost, true
	default:
		return "", false
	}
}
