package wire_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Pigeon sends through a provider that takes a form, and answers in JSON.
type Pigeon struct {
	client   *wire.Client
	endpoint *url.URL
	key      func() string // a function, so that "%+v" does not print it
}

// NewPigeon returns a sender, or says what is wrong in the configuration.
func NewPigeon(endpoint, key string) (*Pigeon, error) {
	if key == "" {
		return nil, errors.New("pigeon: Key is empty")
	}
	u, err := wire.Endpoint(endpoint, "https://api.pigeon.example")
	if err != nil {
		return nil, fmt.Errorf("pigeon: %w", err)
	}
	client, err := wire.NewClient("pigeon", nil, 0)
	if err != nil {
		return nil, err
	}
	return &Pigeon{client: client, endpoint: u, key: func() string { return key }}, nil
}

// Send implements [cattlegrid.Sender].
func (p *Pigeon) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	return p.client.Send(ctx, m, p.request, p.read)
}

func (p *Pigeon) request(ctx context.Context, m cattlegrid.Message) (*http.Request, error) {
	form := url.Values{"to": {m.To.E164()}, "text": {m.Text}, "ref": {m.ID}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.endpoint.JoinPath("messages").String(), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, errors.New("the request cannot be made")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+p.key())
	return req, nil
}

// What the codes mean is the heart of a sender: it decides whether a visitor is asked to wait, and an operator to act.
var codes = wire.Codes{
	"no_such_number": {Class: cattlegrid.Permanent, Hint: "nobody has the number"},
	"no_credit":      {Class: cattlegrid.Unpaid, Hint: "the account is empty"},
	"auth_*":         {Class: cattlegrid.Misconfigured, Hint: "the key is wrong; see the console"},
}

func (p *Pigeon) read(a wire.Answer) (string, error) {
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

// A sender of your own is how a request is made and how an answer is read.
func Example() {
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := map[string]string{"id": "P-1"}
		if r.FormValue("to") == "+8613800138001" {
			answer = map[string]string{"error": "no_such_number"}
		}
		body, _ := json.Marshal(answer)
		_, _ = w.Write(body)
	}))
	defer provider.Close()

	sender, err := NewPigeon(provider.URL, "a-key") // "" instead of the URL means the provider's own
	if err != nil {
		panic(err)
	}
	for _, number := range []string{"+8613800138000", "+8613800138001"} {
		to, err := cattlegrid.ParseE164(number)
		if err != nil {
			panic(err)
		}
		delivery, err := sender.Send(context.Background(), cattlegrid.Message{To: to, Code: "123456", Text: "Your code is 123456"})
		fmt.Println(delivery.Provider, delivery.ID, err)
	}
	// Output:
	// pigeon P-1 <nil>
	//   pigeon: permanent failure no_such_number: nobody has the number
}
