package aliyun

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/template"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Provider is the short name in deliveries and errors.
const Provider = "aliyun"

// Config is what a [Sender] needs. Endpoint, Timeout and Now may be zero.
type Config struct {
	AccessKeyID     string         // of a RAM user that may do nothing but send
	AccessKeySecret string         // signs the requests
	Signature       string         // of templates that name none: as approved, without 【】
	Templates       template.Table // the IDs begin with "SMS_"; variables are named as in the template
	Endpoint        string         // "" means Alibaba's own
	Timeout         time.Duration  // 0 means wire.DefaultTimeout
	ReceiptToken    string         // what the URL for receipts ends in, "?token=…"; "" means that none are taken
	Now             func() time.Time
}

// Sender sends through Alibaba Cloud. It is safe for concurrent use.
type Sender struct {
	client *wire.Client
	// Functions, so that what is secret is in no field that a careless "%+v" would print.
	sign      func(*http.Request, action)
	isOurs    func(receipt *http.Request) bool
	endpoint  *url.URL
	api       api
	signature string
	templates template.Table
}

var _ cattlegrid.Sender = (*Sender)(nil)

// api is one of the two products.
type api struct {
	provider, endpoint, name string
	number                   string // the parameter that has the number
	answered                 func(answer) string
}

var (
	sms = api{
		provider: Provider, endpoint: "https://dysmsapi.aliyuncs.com", name: "SendSms", number: "PhoneNumbers",
		answered: func(a answer) string { return a.BizID },
	}
	verification = api{
		provider: "aliyun-verification", endpoint: "https://dypnsapi.aliyuncs.com", name: "SendSmsVerifyCode", number: "PhoneNumber",
		answered: func(a answer) string { return a.Model.BizID },
	}
)

// New returns a sender, or says what is wrong in the configuration. A nil client is one of the sender's own.
func New(c Config, client *http.Client) (*Sender, error) { return newSender(sms, c, client) }

// NewVerification returns a sender that uses the number verification service. Its templates have numbers for IDs, "100001" for
// logging in, and the variables "code" and "min=minutes"; numbers are those of the mainland.
func NewVerification(c Config, client *http.Client) (*Sender, error) {
	return newSender(verification, c, client)
}

func newSender(a api, c Config, client *http.Client) (*Sender, error) {
	switch {
	case c.AccessKeyID == "" || c.AccessKeySecret == "":
		return nil, errors.New(a.provider + ": AccessKeyID or AccessKeySecret is empty; want those of a RAM user")
	case strings.ContainsAny(c.AccessKeyID, ", \n"):
		return nil, errors.New(a.provider + ": AccessKeyID has a space, comma or line break in it")
	}
	for _, t := range c.Templates {
		if t.Signature == "" && c.Signature == "" {
			return nil, fmt.Errorf("%s: template %s has no signature, and there is none for all", a.provider, t.ID)
		}
	}
	if err := c.Templates.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", a.provider, err)
	}
	endpoint, err := wire.Endpoint(c.Endpoint, a.endpoint)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.provider, err)
	}
	exchange, err := wire.NewClient(a.provider, client, c.Timeout)
	if err != nil {
		return nil, err
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	key := signer{id: c.AccessKeyID, secret: c.AccessKeySecret, now: c.Now}
	return &Sender{
		client: exchange, sign: key.sign, endpoint: endpoint, api: a, signature: c.Signature, templates: c.Templates,
		isOurs: func(r *http.Request) bool { return wire.HasToken(r, c.ReceiptToken) },
	}, nil
}

// Send implements [cattlegrid.Sender].
func (s *Sender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	return s.client.Send(ctx, m, s.request, s.read)
}

func (s *Sender) request(ctx context.Context, m cattlegrid.Message) (*http.Request, error) {
	t, err := s.templates.For(m)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for _, v := range t.Values(m) {
		values[v.Name] = v.Text
	}
	filled, err := json.Marshal(values)
	if err != nil {
		return nil, errors.New("the template's values cannot be encoded")
	}
	number := m.To.E164()
	number, home := strings.CutPrefix(number, "+86")
	if !home {
		if s.api.name == verification.name {
			return nil, errors.New("the service sends to the mainland only; let another provider serve other countries")
		}
		number = strings.TrimPrefix(number, "+")
		if strings.HasPrefix(number, "1") {
			number = "00" + number // else eleven digits of North America read as a mobile number of the mainland
		}
	}
	query := url.Values{
		s.api.number: {number}, "SignName": {t.Signature}, "TemplateCode": {t.ID}, "TemplateParam": {string(filled)}, "OutId": {m.ID},
	}
	if t.Signature == "" {
		query.Set("SignName", s.signature)
	}
	target := *s.endpoint
	target.Path, target.RawQuery = target.Path+"/", encode(query)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), http.NoBody)
	if err != nil {
		return nil, errors.New("the request cannot be made")
	}
	s.sign(req, action{name: s.api.name, version: "2017-05-25"})
	return req, nil
}

// answer is what both products say, each in a place of its own.
type answer struct {
	Code  string
	BizID string `json:"BizId"`
	Model struct {
		BizID string `json:"BizId"`
	}
}

func (s *Sender) read(a wire.Answer) (string, error) {
	var said answer
	if !a.JSON(&said) || said.Code == "" {
		return "", a.Refuse()
	}
	if said.Code != "OK" {
		return "", codes.Refuse(said.Code)
	}
	return s.api.answered(said), nil
}
