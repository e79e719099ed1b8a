package yuntongxun

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/template"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Provider is the short name in deliveries and errors.
const Provider = "yuntongxun"

const endpoint = "https://app.cloopen.com:8883"

// Config is what a [Sender] needs. Endpoint, Timeout and Now may be zero.
type Config struct {
	AccountSID string         // the console's ACCOUNT SID
	AuthToken  string         // the console's AUTH TOKEN; signs the requests
	AppID      string         // the console's APP ID, of an application that is online
	Templates  template.Table // the IDs are numbers; Variables fill {1}, {2}… in order, and Signature is empty
	Endpoint   string         // "" means Yuntongxun's own
	Timeout    time.Duration  // 0 means wire.DefaultTimeout
	Now        func() time.Time
}

// Sender sends through Yuntongxun. It is safe for concurrent use.
type Sender struct {
	client    *wire.Client
	sign      func(*http.Request) // so that what is secret is in no field that a careless "%+v" would print
	endpoint  *url.URL
	appID     string
	templates template.Table
}

var _ cattlegrid.Sender = (*Sender)(nil)

var (
	word     = regexp.MustCompile(`^[A-Za-z0-9]+$`)
	digits   = regexp.MustCompile(`^[0-9]+$`)
	mainland = regexp.MustCompile(`^\+86(1[0-9]{10})$`)
)

// New returns a sender, or says what is wrong in the configuration. A nil client is one of the sender's own.
func New(c Config, client *http.Client) (*Sender, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	target, err := wire.Endpoint(c.Endpoint, endpoint)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Provider, err)
	}
	if target.RawQuery != "" { // it is the signature's
		return nil, errors.New(Provider + ": Endpoint has a query; want for example " + endpoint)
	}
	exchange, err := wire.NewClient(Provider, client, c.Timeout)
	if err != nil {
		return nil, err
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	key := signer{account: c.AccountSID, token: c.AuthToken, now: c.Now}
	return &Sender{client: exchange, sign: key.sign, endpoint: target, appID: c.AppID, templates: c.Templates}, nil
}

func (c Config) validate() error {
	switch {
	case c.AccountSID == "" || c.AuthToken == "":
		return errors.New(Provider + ": AccountSID or AuthToken is empty; the console shows both")
	case !word.MatchString(c.AccountSID):
		return errors.New(Provider + ": AccountSID has something else in it than letters and digits; the console shows it as ACCOUNT SID")
	case !word.MatchString(c.AppID):
		return errors.New(Provider + ": AppID is empty, or has something else in it than letters and digits; the console shows it as APP ID")
	}
	if err := c.Templates.Validate(); err != nil {
		return fmt.Errorf(Provider+": Templates: %w", err)
	}
	for _, t := range c.Templates {
		switch {
		case !digits.MatchString(t.ID):
			return fmt.Errorf(Provider+": Templates: %q is no ID of Yuntongxun's; want for example 8696", t.ID)
		case t.Signature != "":
			return fmt.Errorf(Provider+": Templates: %s has a signature; Yuntongxun signs as the template was filed, leave it empty", t.ID)
		}
	}
	return nil
}

// Send implements [cattlegrid.Sender].
func (s *Sender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	return s.client.Send(ctx, m, s.request, s.read)
}

// templateSMS is the body of a request.
type templateSMS struct {
	To       string   `json:"to"`
	AppID    string   `json:"appId"`
	Template string   `json:"templateId"`
	Values   []string `json:"datas"`
}

func (s *Sender) request(ctx context.Context, m cattlegrid.Message) (*http.Request, error) {
	t, err := s.templates.For(m)
	if err != nil {
		return nil, err
	}
	number := mainland.FindStringSubmatch(m.To.E164())
	if number == nil {
		return nil, errors.New("only mobile numbers of the mainland are sent to; let another provider serve other countries")
	}
	said := templateSMS{To: number[1], AppID: s.appID, Template: t.ID}
	for _, v := range t.Values(m) {
		said.Values = append(said.Values, v.Text)
	}
	req, _, err := wire.PostJSON(ctx, s.endpoint.String(), said)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json;charset=utf-8")
	s.sign(req)
	return req, nil
}

// answer is what Yuntongxun says, mostly with status 200.
type answer struct {
	Code    string `json:"statusCode"`
	Message struct {
		ID string `json:"smsMessageSid"`
	} `json:"templateSMS"`
}

func (s *Sender) read(a wire.Answer) (string, error) {
	var said answer
	if !a.JSON(&said) || said.Code == "" {
		return "", a.Refuse()
	}
	if said.Code != "000000" {
		return "", codes.Refuse(said.Code)
	}
	return said.Message.ID, nil
}
