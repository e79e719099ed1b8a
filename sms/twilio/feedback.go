package twilio

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Feedback tells Twilio whether the code in a message was entered; id is that of the delivery:
// https://www.twilio.com/docs/messaging/api/message-feedback-resource. It does nothing for a code that was not, since Twilio
// takes a message for useless until told otherwise, and nothing without [Config].Feedback. It makes one request; whoever
// loses the error loses a little of Twilio's help.
func (s *Sender) Feedback(ctx context.Context, id string, converted bool) error {
	if !converted || !s.tracks {
		return nil
	}
	if !messageSID.MatchString(id) {
		return errors.New(Provider + ": the id is none of Twilio's")
	}
	_, err := s.client.Send(ctx, cattlegrid.Message{}, func(ctx context.Context, _ cattlegrid.Message) (*http.Request, error) {
		return s.post(ctx, url.Values{"Outcome": {"confirmed"}}, "Messages", id, "Feedback.json")
	}, func(a wire.Answer) (string, error) {
		if !a.OK() {
			return "", refuse(a)
		}
		return "", nil
	})
	return err
}
