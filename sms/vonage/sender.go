package vonage

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Provider is the short name in deliveries and errors.
const Provider = "vonage"

// Sender sends through Vonage. It is safe for concurrent use.
type Sender struct {
	client      *wire.Client
	endpoint    *url.URL
	application string
	common      order // what is the same in all messages
	now         func() time.Time
	// Functions, so that what is secret is in no field that a careless "%+v" would print.
	authorize func(*http.Request) error
	statusURL func() string
	isSigned  func(token string, body []byte) bool
}

var _ cattlegrid.Sender = (*Sender)(nil)

// New returns a sender, or says what is wrong in the configuration. A nil client is one of the sender's own.
func New(c Config, client *http.Client) (*Sender, error) {
	key, err := c.key()
	if err != nil {
		return nil, errors.New(Provider + ": " + err.Error())
	}
	endpoint, err := wire.Endpoint(c.Endpoint, "https://api.nexmo.com")
	if err != nil {
		return nil, errors.New(Provider + ": " + err.Error())
	}
	exchange, err := wire.NewClient(Provider, client, c.Timeout)
	if err != nil {
		return nil, err
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	common := order{Type: "text", Channel: "sms", From: c.From, Trusted: c.Trusted}
	common.SMS.Encoding = "auto"
	if c.Encoding != "" {
		common.SMS.Encoding = c.Encoding
	}
	return &Sender{
		client: exchange, endpoint: endpoint.JoinPath("v1", "messages"), application: c.ApplicationID, common: common, now: c.Now,
		authorize: func(r *http.Request) error { return authorize(r, key, c.ApplicationID, c.Now()) },
		statusURL: func() string { return c.StatusURL },
		isSigned: func(token string, body []byte) bool {
			signed, ok := readToken(c.SignatureSecret, token)
			return ok && signed.fits(body, c.ApplicationID, c.Now())
		},
	}, nil
}

// Send implements [cattlegrid.Sender].
func (s *Sender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	return s.client.Send(ctx, m, s.request, s.read)
}

// order is a message as Vonage takes it.
type order struct {
	Type           string `json:"message_type"`
	Channel        string `json:"channel"`
	To             string `json:"to"`
	From           string `json:"from"`
	Text           string `json:"text"`
	TTL            int    `json:"ttl,omitempty"` // seconds
	Ref            string `json:"client_ref,omitempty"`
	WebhookURL     string `json:"webhook_url,omitempty"`
	WebhookVersion string `json:"webhook_version,omitempty"`
	Trusted        bool   `json:"trusted_recipient,omitempty"`
	SMS            struct {
		Encoding string `json:"encoding_type"`
	} `json:"sms"`
}

// How long Vonage tries to deliver: at least as long as it advises, at most as long as it can.
const minTTL, maxTTL = 30 * time.Minute, 7 * 24 * time.Hour

func (s *Sender) request(ctx context.Context, m cattlegrid.Message) (*http.Request, error) {
	o := s.common
	o.To, o.Text, o.Ref = strings.TrimPrefix(m.To.E164(), "+"), m.Text, m.ID
	if m.Lifetime > 0 {
		o.TTL = int(min(max(m.Lifetime, minTTL), maxTTL) / time.Second)
	}
	if o.WebhookURL = s.statusURL(); o.WebhookURL != "" {
		o.WebhookVersion = "v1"
	}
	req, _, err := wire.PostJSON(ctx, s.endpoint.String(), o)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	return req, s.authorize(req)
}

func (s *Sender) read(a wire.Answer) (string, error) {
	if !a.OK() {
		return "", refuse(a)
	}
	var taken struct {
		ID string `json:"message_uuid"`
	}
	if !a.JSON(&taken) || !uuid.MatchString(taken.ID) {
		return "", a.Refuse()
	}
	return taken.ID, nil
}

// refuse is the error for an answer that is none of success.
func refuse(a wire.Answer) error {
	var said problem
	if !a.JSON(&said) || said.code() == "" {
		return a.Refuse()
	}
	err := codes.Refuse(said.code())
	if failure, ok := errors.AsType[*cattlegrid.SendError](err); ok && failure.Class == cattlegrid.Throttled && a.RetryAfter() > 0 {
		failure.RetryAfter = a.RetryAfter()
	}
	return err
}

// problem is what is wrong with a message, in answers and receipts alike.
type problem struct {
	Type  string          `json:"type"`
	Title json.RawMessage `json:"title"` // a number, a string, or words
}

// code is what stands after "#" in the type, "1150" or "low-balance", else a title that is a number.
func (p problem) code() string {
	if _, code, ok := strings.Cut(p.Type, "#"); ok && code != "" {
		return code
	}
	title := strings.Trim(string(p.Title), `"`)
	if title == "" || strings.Trim(title, "0123456789") != "" {
		return ""
	}
	return title
}
