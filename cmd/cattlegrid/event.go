package main

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// decisionEvent is a decision as one line of JSON. Numbers are masked.
type decisionEvent struct {
	Time        time.Time   `json:"time"`
	Act         string      `json:"act"`
	Verdict     string      `json:"verdict"`
	Rules       []string    `json:"rules,omitempty"`
	WaitSeconds float64     `json:"wait_seconds,omitempty"`
	Effort      string      `json:"effort"`
	Client      string      `json:"client,omitempty"`
	Phone       string      `json:"phone,omitempty"`
	Country     string      `json:"country,omitempty"`
	Purpose     string      `json:"purpose,omitempty"`
	Price       json.Number `json:"price,omitempty"`
	Trial       bool        `json:"trial,omitempty"`
	Provider    string      `json:"provider,omitempty"`
	MessageID   string      `json:"message_id,omitempty"`
}

func newDecisionEvent(now time.Time, d cattlegrid.Decision) decisionEvent {
	e := decisionEvent{
		Time: now, Act: string(d.Act), Verdict: string(d.Verdict), Rules: d.Rules, WaitSeconds: d.Wait.Seconds(),
		Effort: d.Effort.String(), Client: d.Client, Phone: d.Phone.String(), Country: d.Country, Purpose: d.Purpose, Trial: d.Trial,
		Provider: d.Delivery.Provider, MessageID: d.MessageID,
	}
	if failure, ok := errors.AsType[*cattlegrid.SendError](d.Err); ok {
		e.Provider = failure.Provider
	}
	if d.Price > 0 {
		e.Price = json.Number(amount(d.Price).String())
	}
	return e
}

// receiptEvent is what became of a message as one line of JSON. The provider's own id of the message is not in it: nothing
// says what providers make theirs of.
type receiptEvent struct {
	Time      time.Time `json:"time"`
	Type      string    `json:"type"`
	State     string    `json:"state"`
	Code      string    `json:"code,omitempty"`
	At        time.Time `json:"at,omitzero"`
	Provider  string    `json:"provider"`
	MessageID string    `json:"message_id"`
	Phone     string    `json:"phone"`
	Country   string    `json:"country,omitempty"`
	Purpose   string    `json:"purpose"`
	SentAt    time.Time `json:"sent_at"`
}

func newReceiptEvent(now time.Time, r cattlegrid.Report) receiptEvent {
	return receiptEvent{
		Time: now, Type: receiptType, State: string(r.State), Code: r.Code, At: r.At.UTC(), Provider: r.Provider, MessageID: r.MessageID,
		Phone: r.Phone, Country: r.Country, Purpose: r.Purpose, SentAt: r.SentAt.UTC(),
	}
}
