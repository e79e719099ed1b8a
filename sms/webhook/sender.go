package webhook

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/cattlegrid/cattlegrid"
)

const provider = "webhook"

var _ cattlegrid.Sender = (*Sender)(nil)

// Sender posts messages. It is made by [New], does not change, and is safe for concurrent use. It keeps nothing open
// between messages.
type Sender struct{ poster *Poster }

// New makes a sender. Its errors name what is wrong in the configuration, and contain neither secrets nor the URL.
func New(c Config) (*Sender, error) {
	p, err := newPoster(c, false)
	if err != nil {
		return nil, err
	}
	return &Sender{poster: p}, nil
}

// Send posts a message and waits for the answer.
func (s *Sender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	return s.poster.client.Send(ctx, m, s.request, read)
}

// request makes the request for one message, under an id that no other has.
func (s *Sender) request(ctx context.Context, m cattlegrid.Message) (*http.Request, error) {
	id, now := "msg_"+rand.Text(), s.poster.now()
	body, err := json.Marshal(newEvent(id, now, m))
	if err != nil { // the clock tells a year that JSON has no form for
		return nil, errors.New("message cannot be encoded")
	}
	return s.poster.sign(ctx, id, now, body)
}
