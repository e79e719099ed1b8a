package httpapi

import (
	"net/http"
	"time"
)

type messageBody struct {
	Mobile string    `json:"mobile"` // in E.164 form
	Code   string    `json:"code"`
	Text   string    `json:"text"`
	SentAt time.Time `json:"sent_at"`
}

// lastMessage shows what was sent to a phone last. It is there in development only.
func (a *api) lastMessage(x *exchange) error {
	phone, err := a.gate.ParsePhone(x.r.URL.Query().Get("mobile"))
	if err != nil {
		return err
	}
	x.phone = phone
	message, sent, ok := a.inbox.Last(phone)
	if !ok {
		return errNoMessage
	}
	x.json(http.StatusOK, "application/json", messageBody{
		Mobile: phone.E164(),
		Code:   message.Code,
		Text:   message.Text,
		SentAt: sent.UTC(),
	})
	return nil
}
