package huawei

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
const Provider = "huawei"

// Config is what a [Sender] needs. Endpoint, StatusCallback, ReceiptToken, Timeout and Now may be zero.
type Config struct {
	AppKey    string // of the application in the console
	AppSecret string // signs the requests
	Channel   string // number of the signature's channel, as "csms100000001" or "1069…"

	// Templates are filled by position, in the order of their variables. One has a signature only if it is a universal
	// template (通用模板): others are filed with theirs.
	Templates template.Table

	Endpoint       string // the application's access address (APP接入地址); "" means that of cn-north-4
	StatusCallback string // where Huawei posts receipts to; "" means that it posts none
	ReceiptToken   string // is added to StatusCallback, as "token", and wanted of receipts
	Timeout        time.Duration
	Now            func() time.Time
}

// Sender sends through Huawei Cloud. It is safe for concurrent use.
type Sender struct {
	client *wire.Client
	// Functions, so that what is secret is in no field that a careless "%+v" would print.
	sign      func(req *http.Request, body string)
	isOurs    func(receipt *http.Request) bool
	callback  func() string
	endpoint  *url.URL
	channel   string
	templates template.Table
}

var _ cattlegrid.Sender = (*Sender)(nil)

// path is the API's, https://support.huaweicloud.com/api-msgsms/sms_05_0001.html.
const path = "/sms/batchSendSms/v1"

// What Huawei documents of its parameters.
const (
	maxTemplateID = 32
	maxSignature  = 32
)

// New returns a sender, or says what is wrong in the configuration. A nil client is one of the sender's own.
func New(c Config, client *http.Client) (*Sender, error) {
	if err := c.validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", Provider, err)
	}
	callback, err := c.callback()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Provider, err)
	}
	endpoint, err := wire.Endpoint(c.Endpoint, "https://smsapi.cn-north-4.myhuaweicloud.com:443")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Provider, err)
	}
	exchange, err := wire.NewClient(Provider, client, c.Timeout)
	if err != nil {
		return nil, err
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	key := signer{key: c.AppKey, secret: c.AppSecret, now: c.Now}
	return &Sender{
		client: exchange, sign: key.sign, endpoint: endpoint, channel: c.Channel, templates: c.Templates,
		callback: func() string { return callback },
		isOurs:   func(r *http.Request) bool { return wire.HasToken(r, c.ReceiptToken) },
	}, nil
}

func (c Config) validate() error {
	switch {
	case c.AppKey == "" || c.AppSecret == "":
		return errors.New("AppKey or AppSecret is empty; want those of the application in the console")
	case strings.ContainsAny(c.AppKey, ", \r\n"):
		return errors.New("AppKey has a space, comma or line break in it")
	case c.Channel == "":
		return errors.New("the Channel is empty; want the channel number of the signature, for example csms100000001")
	}
	if err := c.Templates.Validate(); err != nil {
		return fmt.Errorf("in Templates: %w", err)
	}
	for i, t := range c.Templates {
		if len(t.ID) > maxTemplateID || len([]rune(t.Signature)) > maxSignature {
			return fmt.Errorf("in Templates, the ID or the signature of template %d is too long", i+1)
		}
	}
	return nil
}

// callback is StatusCallback with the token.
func (c Config) callback() (string, error) {
	if c.StatusCallback == "" {
		return "", nil
	}
	u, err := url.Parse(c.StatusCallback)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		return "", errors.New("StatusCallback cannot be read; want for example https://captcha.example.com/receipts/huawei")
	case c.ReceiptToken == "":
		return "", errors.New("StatusCallback wants a ReceiptToken: anybody could post receipts otherwise")
	}
	query := u.Query()
	query.Set("token", c.ReceiptToken)
	u.RawQuery = query.Encode()
	return u.String(), nil
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
	values := make([]string, len(t.Variables))
	for i, v := range t.Values(m) {
		values[i] = v.Text
	}
	filled, err := json.Marshal(values)
	if err != nil {
		return nil, errors.New("the template's values cannot be encoded")
	}
	form := url.Values{"from": {s.channel}, "to": {m.To.E164()}, "templateId": {t.ID}, "templateParas": {string(filled)}}
	for name, value := range map[string]string{"signature": t.Signature, "statusCallback": s.callback(), "extend": m.ID} {
		if value != "" {
			form.Set(name, value)
		}
	}
	body := form.Encode()
	target := *s.endpoint
	target.Path += path
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), strings.NewReader(body))
	if err != nil {
		return nil, errors.New("the request cannot be made")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	s.sign(req, body)
	return req, nil
}

// answer is what the API says or, with ErrorCode, the gateway before it.
type answer struct {
	Code   string `json:"code"`
	Result []struct {
		ID     string `json:"smsMsgId"`
		Status string `json:"status"`
	} `json:"result"`
	ErrorCode string `json:"error_code"`
}

// taken is the code of success, of a request and of each of its numbers.
const taken = "000000"

func (s *Sender) read(a wire.Answer) (string, error) {
	var said answer
	if !a.JSON(&said) {
		return "", a.Refuse()
	}
	switch {
	case said.Code == "" && said.ErrorCode == "":
		return "", a.Refuse()
	case said.Code == "":
		return "", refuseAtGateway(a, said.ErrorCode)
	case len(said.Result) > 0 && said.Result[0].Status != "" && said.Result[0].Status != taken: // it says more than the code
		return "", codes.Refuse(said.Result[0].Status)
	case said.Code != taken:
		return "", codes.Refuse(said.Code)
	case len(said.Result) == 0:
		return "", a.Refuse() // taken, but what?
	default:
		return said.Result[0].ID, nil
	}
}

// refuseAtGateway judges by the status, and tells the code.
func refuseAtGateway(a wire.Answer, code string) error {
	err := a.Refuse()
	if failure, ok := errors.AsType[*cattlegrid.SendError](err); ok {
		failure.Code = wire.Code(code)
	}
	return err
}
