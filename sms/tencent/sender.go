package tencent

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/template"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Provider is the short name in deliveries and errors.
const Provider = "tencent"

const (
	endpoint      = "https://sms.tencentcloudapi.com"
	defaultRegion = "ap-guangzhou"
)

// Config is what a [Sender] needs. Region, Endpoint, Timeout, ReceiptToken and Now may be zero.
type Config struct {
	SecretID     string         // of a CAM user that may do nothing but send
	SecretKey    string         // signs the requests
	AppID        string         // the console's SdkAppId, "1400006666"
	Signature    string         // of templates for the mainland that name none: the text as approved, without 【】
	Templates    template.Table // the IDs are numbers; Variables fill {1}, {2}… in order
	Region       string         // "" means ap-guangzhou; the international site has ap-singapore
	Endpoint     string         // "" means Tencent's own; the international site is https://sms.intl.tencentcloudapi.com
	Timeout      time.Duration  // 0 means wire.DefaultTimeout
	ReceiptToken string         // what the URL for receipts ends in, "?token=…"; "" means that none are taken
	Now          func() time.Time
}

// Sender sends through Tencent Cloud. It is safe for concurrent use.
type Sender struct {
	client *wire.Client
	// Functions, so that what is secret is in no field that a careless "%+v" would print.
	sign      func(req *http.Request, body []byte)
	isOurs    func(receipt *http.Request) bool
	endpoint  *url.URL
	region    string
	appID     string
	signature string
	templates template.Table
}

var _ cattlegrid.Sender = (*Sender)(nil)

var (
	digits    = regexp.MustCompile(`^[0-9]+$`)
	secretID  = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	regionish = regexp.MustCompile(`^[a-z0-9-]+$`)
)

// New returns a sender, or says what is wrong in the configuration. A nil client is one of the sender's own.
func New(c Config, client *http.Client) (*Sender, error) {
	if c.Region == "" {
		c.Region = defaultRegion
	}
	if err := c.validate(); err != nil {
		return nil, err
	}
	target, err := wire.Endpoint(c.Endpoint, endpoint)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Provider, err)
	}
	if target.Path != "" || target.RawQuery != "" { // what is signed has neither
		return nil, errors.New(Provider + ": Endpoint has a path or a query; want for example " + endpoint)
	}
	exchange, err := wire.NewClient(Provider, client, c.Timeout)
	if err != nil {
		return nil, err
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	target.Path = "/"
	key := signer{id: c.SecretID, secret: c.SecretKey, service: "sms"}
	return &Sender{
		client: exchange, endpoint: target, region: c.Region, appID: c.AppID, signature: c.Signature, templates: c.Templates,
		sign:   func(req *http.Request, body []byte) { key.sign(req, body, c.Now()) },
		isOurs: func(r *http.Request) bool { return wire.HasToken(r, c.ReceiptToken) },
	}, nil
}

func (c Config) validate() error {
	switch {
	case c.SecretID == "" || c.SecretKey == "":
		return errors.New(Provider + ": SecretID or SecretKey is empty; want those of a CAM user")
	case !secretID.MatchString(c.SecretID):
		return errors.New(Provider + ": SecretID has something else in it than letters and digits; want for example AKID…")
	case !digits.MatchString(c.AppID):
		return errors.New(Provider + ": AppID is not a number; want the SdkAppId of the console, for example 1400006666")
	case !regionish.MatchString(c.Region):
		return fmt.Errorf(Provider+": Region is %q; want for example %s", c.Region, defaultRegion)
	case strings.ContainsAny(c.Signature, "【】"):
		return errors.New(Provider + ": Signature has brackets; Tencent puts them around it, want for example 示例网")
	}
	if err := c.Templates.Validate(); err != nil {
		return fmt.Errorf(Provider+": Templates: %w", err)
	}
	for _, t := range c.Templates {
		switch {
		case !digits.MatchString(t.ID):
			return fmt.Errorf(Provider+": Templates: %q is no ID of Tencent's; want for example 1110", t.ID)
		case strings.ContainsAny(t.Signature, "【】"):
			return fmt.Errorf(Provider+": Templates: the signature of %s has brackets; Tencent puts them around it", t.ID)
		case t.Signature == "" && c.Signature == "" && (t.Country == "" || t.Country == "CN"):
			return fmt.Errorf(Provider+": Templates: %s is for the mainland and has no signature, and Signature, for all, is empty", t.ID)
		}
	}
	return nil
}

// Send implements [cattlegrid.Sender].
func (s *Sender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	return s.client.Send(ctx, m, s.request, s.read)
}

// sendSMS is the body of a request.
type sendSMS struct {
	Numbers   []string `json:"PhoneNumberSet"`
	AppID     string   `json:"SmsSdkAppId"`
	Signature string   `json:"SignName,omitempty"`
	Template  string   `json:"TemplateId"`
	Values    []string `json:"TemplateParamSet"`
	Context   string   `json:"SessionContext,omitempty"`
}

func (s *Sender) request(ctx context.Context, m cattlegrid.Message) (*http.Request, error) {
	t, err := s.templates.For(m)
	if err != nil {
		return nil, err
	}
	said := sendSMS{Numbers: []string{m.To.E164()}, AppID: s.appID, Signature: t.Signature, Template: t.ID, Context: m.ID}
	// A signature for the mainland is not one for numbers elsewhere, which need none.
	if t.Signature == "" && strings.HasPrefix(m.To.E164(), "+86") {
		said.Signature = s.signature
	}
	for _, v := range t.Values(m) {
		said.Values = append(said.Values, v.Text)
	}
	req, body, err := wire.PostJSON(ctx, s.endpoint.String(), said)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("X-Tc-Action", "SendSms")
	req.Header.Set("X-Tc-Version", "2021-01-11")
	req.Header.Set("X-Tc-Region", s.region)
	s.sign(req, body)
	return req, nil
}

// answer says of the request that it failed, or else what became of each number.
type answer struct {
	Response struct {
		Error         struct{ Code string }
		SendStatusSet []struct{ SerialNo, Code string }
	}
}

func (s *Sender) read(a wire.Answer) (string, error) {
	var said answer
	if !a.JSON(&said) {
		return "", a.Refuse()
	}
	if code := said.Response.Error.Code; code != "" {
		return "", codes.Refuse(code)
	}
	numbers := said.Response.SendStatusSet
	if len(numbers) != 1 || numbers[0].Code == "" {
		return "", a.Refuse()
	}
	if numbers[0].Code != "Ok" {
		return "", codes.Refuse(numbers[0].Code)
	}
	return numbers[0].SerialNo, nil
}
