package webhook

import (
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// EventType is the type of every [Event].
const EventType = "sms.send"

// Event is the body of a request. The code and the number stand in it in clear: do not log it.
type Event struct {
	Type            string    `json:"type"`             // EventType
	Timestamp       time.Time `json:"timestamp"`        // when the message was handed over, UTC
	ID              string    `json:"id"`               // as in webhook-id
	MessageID       string    `json:"message_id"`       // names the message, whoever is asked to deliver it
	To              string    `json:"to"`               // E.164, "+8613800138000"
	Country         string    `json:"country"`          // of To, ISO 3166; "" if it is not known
	Code            string    `json:"code"`             // for templates that take the code alone
	Text            string    `json:"text"`             // for providers that take the whole text
	Purpose         string    `json:"purpose"`          // register, login, reset…
	Lang            string    `json:"lang"`             // language of Text, "zh" or "en"
	LifetimeSeconds int64     `json:"lifetime_seconds"` // how long the code is valid
}

func newEvent(id string, now time.Time, m cattlegrid.Message) Event {
	return Event{
		Type: EventType, Timestamp: now.UTC(), ID: id,
		MessageID: m.ID, To: m.To.E164(), Country: m.Country, Code: m.Code, Text: m.Text, Purpose: m.Purpose, Lang: m.Lang,
		LifetimeSeconds: int64(m.Lifetime / time.Second),
	}
}
