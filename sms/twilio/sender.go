package twilio

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Provider is the short name in deliveries and errors.
const Provider = "twilio"

// Sender sends through Twilio. It is safe for concurrent use.
type Sender struct {
	client   *wire.Client
	endpoint *url.URL // of the account
	account  string
	from     url.Values // the parameters that are the same for all messages
	tracks   bool
	// Functions, so that what is secret is in no field that a careless "%+v" would print.
	authorize func(*http.Request)
	callback  func(id string) string                                   // the URL for receipts of a message; "" if there are none
	isTwilios func(receipt *http.Request, form map[string]string) bool // its signature is right
}

var _ cattlegrid.Sender = (*Sender)(nil)

// New returns a sender, or says what is wrong in the configuration. A nil client is one of the sender's own.
func New(c Config, client *http.Client) (*Sender, error) {
	if err := c.validate(); err != nil {
		return nil, errors.New(Provider + ": " + err.Error())
	}
	endpoint, err := wire.Endpoint(c.Endpoint, "https://api.twilio.com")
	if err != nil {
		return nil, errors.New(Provider + ": " + err.Error())
	}
	exchange, err := wire.NewClient(Provider, client, c.Timeout)
	if err != nil {
		return nil, err
	}
	back, err := newCallback(c)
	if err != nil {
		return nil, errors.New(Provider + ": " + err.Error())
	}
	user, password := c.AccountSID, c.AuthToken
	if c.KeySID != "" {
		user, password = c.KeySID, c.KeySecret
	}
	return &Sender{
		client: exchange, endpoint: endpoint.JoinPath("2010-04-01", "Accounts", c.AccountSID), account: c.AccountSID,
		from: c.from(), tracks: c.Feedback,
		authorize: func(r *http.Request) { r.SetBasicAuth(user, password) },
		callback:  back.of, isTwilios: back.isTwilios,
	}, nil
}

// Send implements [cattlegrid.Sender].
func (s *Sender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	return s.client.Send(ctx, m, s.request, s.read)
}

// Twilio gives up a message that has waited for so long. Fewer than five seconds it advises against.
const minValidity, maxValidity = 5 * time.Second, 10 * time.Hour

func (s *Sender) request(ctx context.Context, m cattlegrid.Message) (*http.Request, error) {
	form := url.Values{"To": {m.To.E164()}, "Body": {m.Text}}
	maps.Copy(form, s.from)
	if m.Lifetime > 0 {
		valid := min(max(m.Lifetime, minValidity), maxValidity)
		form.Set("ValidityPeriod", strconv.Itoa(int(valid/time.Second)))
	}
	if back := s.callback(m.ID); back != "" {
		form.Set("StatusCallback", back)
	}
	return s.post(ctx, form, "Messages.json")
}

// post is a request of the account's.
func (s *Sender) post(ctx context.Context, form url.Values, path ...string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.endpoint.JoinPath(path...).String(), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, errors.New("the request cannot be made")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	s.authorize(req)
	return req, nil
}

var messageSID = regexp.MustCompile(`^(SM|MM)[0-9a-fA-F]{32}$`)

func (s *Sender) read(a wire.Answer) (string, error) {
	if !a.OK() {
		return "", refuse(a)
	}
	var taken struct {
		SID       string          `json:"sid"`
		Status    string          `json:"status"`
		ErrorCode json.RawMessage `json:"error_code"` // a number, or null
	}
	if !a.JSON(&taken) || !messageSID.MatchString(taken.SID) {
		return "", a.Refuse()
	}
	if taken.Status == "failed" {
		return "", &cattlegrid.SendError{
			Class: cattlegrid.Unknown, Code: wire.Code(string(taken.ErrorCode)), Err: errors.New("the message was taken and given up at once"),
		}
	}
	return taken.SID, nil
}

// refuse is the error for an answer that is none of success.
func refuse(a wire.Answer) error {
	var refusal struct {
		Code int `json:"code"`
	}
	if !a.JSON(&refusal) || refusal.Code == 0 {
		return a.Refuse()
	}
	err := codes.Refuse(strconv.Itoa(refusal.Code))
	if failure, ok := errors.AsType[*cattlegrid.SendError](err); ok && failure.Class == cattlegrid.Throttled && a.RetryAfter() > 0 {
		failure.RetryAfter = a.RetryAfter()
	}
	return err
}
