package smstest

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/fake"
)

// Harness is what the suite needs to know of a sender.
type Harness struct {
	Provider string   // the short name in deliveries
	Secrets  []string // must be in no text, besides what the messages hold

	// Start starts a provider that behaves as told, and a sender that uses it; both end with the test.
	Start func(t testing.TB, behave fake.Behaviour) Rig
	// Forger returns a sender whose key is wrong, and which is therefore refused; nil if there are no keys.
	Forger func(t testing.TB) Rig
	// Unreachable returns a sender whose provider does not listen, and StrangeName one whose provider has a certificate for
	// another name; nil if there are no names.
	Unreachable, StrangeName func(t testing.TB) Rig

	Without      []fake.Outcome // that the provider does not know
	NoCodes      bool           // the provider has no codes for its failures
	NoIDs        bool           // the provider gives messages no id
	NoRefs       bool           // the provider does not take the message's ID
	Templates    bool           // the provider takes templates; purpose "unfiled" has none
	MainlandOnly bool           // the provider sends to the mainland only
}

// Rig is a sender and the provider that it uses.
type Rig struct {
	Sender  cattlegrid.Sender
	Taken   func() []fake.Message // what has left
	Hanging <-chan struct{}       // receives when a request begins to hang
}

// HTTP is a sender over HTTP and the provider that it uses.
type HTTP struct {
	Provider fake.Provider
	// New returns a sender with a key that is signed with, or whatever else is secret.
	New    func(endpoint string, client *http.Client, secret string) (cattlegrid.Sender, error)
	Secret string

	Without      []fake.Outcome
	NoCodes      bool
	NoRefs       bool
	Templates    bool
	MainlandOnly bool
}

// Harness is the suite's view of it.
func (h HTTP) Harness() Harness {
	return Harness{
		Provider: h.Provider.Name(), Secrets: []string{h.Secret},
		Without: h.Without, NoCodes: h.NoCodes, NoRefs: h.NoRefs, Templates: h.Templates, MainlandOnly: h.MainlandOnly,
		Start: func(t testing.TB, behave fake.Behaviour) Rig { return h.start(t, behave, h.Secret) },
		Forger: func(t testing.TB) Rig {
			return h.start(t, nil, strings.Map(func(r rune) rune { return r ^ 1 }, h.Secret))
		},
		Unreachable: func(t testing.TB) Rig {
			server := httptest.NewServer(http.NotFoundHandler())
			server.Close()
			return h.rig(t, server.URL, nil, fake.NewServer(h.Provider, nil), h.Secret)
		},
		StrangeName: func(t testing.TB) Rig {
			p := fake.NewServer(h.Provider, nil)
			server := httptest.NewUnstartedServer(p)
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // of the handshake
			server.StartTLS()
			t.Cleanup(server.Close)
			// The certificate is for example.com and 127.0.0.1.
			return h.rig(t, strings.Replace(server.URL, "127.0.0.1", "localhost", 1), server.Client(), p, h.Secret)
		},
	}
}

func (h HTTP) start(t testing.TB, behave fake.Behaviour, secret string) Rig {
	t.Helper()
	p := fake.NewServer(h.Provider, behave)
	server := httptest.NewTLSServer(p)
	t.Cleanup(server.Close)
	return h.rig(t, server.URL, server.Client(), p, secret)
}

func (h HTTP) rig(t testing.TB, endpoint string, client *http.Client, p *fake.Server, secret string) Rig {
	t.Helper()
	sender, err := h.New(endpoint, client, secret)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return Rig{Sender: sender, Taken: p.Messages, Hanging: p.Hanging()}
}
