// Package pigeon sends through Pigeon, a provider that does not exist: it shows how a sender is written.
//
// Pigeon takes the name of a template and its values as JSON, is opened by a key, and answers {"id": "…"} or {"error": "…"}.
package pigeon

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/template"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Provider is the short name in deliveries, receipts and errors.
const Provider = "pigeon"

// Config is what a [Sender] needs. Endpoint and Timeout may be zero.
type Config struct {
	Key       string         // opens the interface, and signs receipts
	Templates template.Table // Variables fill a template in order
	Endpoint  string         // "" means Pigeon's own
	Timeout   time.Duration  // 0 means wire.DefaultTimeout
}

// Sender sends through Pigeon. It is safe for concurrent use.
type Sender struct {
	client    *wire.Client
	endpoint  *url.URL
	key       func() string // a function, so that a careless "%+v" does not print it
	templates template.Table
}

var _ cattlegrid.Sender = (*Sender)(nil)

// New returns a sender, or says what is wrong in the configuration. A nil client is one of the sender's own.
func New(c Config, client *http.Client) (*Sender, error) {
	if c.Key == "" {
		return nil, errors.New("pigeon: Key is empty; the console shows it")
	}
	if err := c.Templates.Validate(); err != nil {
		return nil, fmt.Errorf("pigeon: Templates: %w", err)
	}
	endpoint, err := wire.Endpoint(c.Endpoint, "https://api.pigeon.example")
	if err != nil {
		return nil, fmt.Errorf("pigeon: %w", err)
	}
	exchange, err := wire.NewClient(Provider, client, c.Timeout)
	if err != nil {
		return nil, err
	}
	return &Sender{client: exchange, endpoint: endpoint, key: func() string { return c.Key }, templates: c.Templates}, nil
}

// Send implements [cattlegrid.Sender].
func (s *Sender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	return s.client.Send(ctx, m, s.request, s.read)
}

// order is the body of a request.
type order struct {
	To       string   `json:"to"`
	Template string   `json:"template"`
	Values   []string `json:"values"`
	Ref      string   `json:"ref"` // comes back in receipts
}

// request says how a message becomes a request.
func (s *Sender) request(ctx context.Context, m cattlegrid.Message) (*http.Request, error) {
	t, err := s.templates.For(m)
	if err != nil {
		return nil, err
	}
	o := order{To: m.To.E164(), Template: t.ID, Ref: m.ID}
	for _, v := range t.Values(m) {
		o.Values = append(o.Values, v.Text)
	}
	req, _, err := wire.PostJSON(ctx, s.endpoint.JoinPath("messages").String(), o)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+s.key())
	return req, nil
}

// read says what an answer means: the provider's id of the message, or an error that tells what became of it.
func (s *Sender) read(a wire.Answer) (string, error) {
	var said struct{ ID, Error string }
	switch {
	case !a.JSON(&said), said.ID == "" && said.Error == "":
		return "", a.Refuse() // by its status
	case said.Error != "":
		return "", codes.Refuse(said.Error)
	default:
		return said.ID, nil
	}
}
