package smpp_test

import (
	"context"
	"crypto/tls"
	"net"
	"testing"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/smpp"
	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
	"github.com/cattlegrid/cattlegrid/sms/smpp/smsc"
	"github.com/cattlegrid/cattlegrid/sms/smstest"
)

// The sender is one like the others.
func TestSender(t *testing.T) {
	t.Parallel()
	smstest.Run(t, smstest.Harness{
		Provider: "smpp",
		Secrets:  []string{password},
		Start:    func(t testing.TB, behave fake.Behaviour) smstest.Rig { return rig(t, behave, nil) },
		Forger: func(t testing.TB) smstest.Rig {
			return rig(t, nil, func(c *smpp.Config) { c.Password = "hush-927" })
		},
		Unreachable: func(t testing.TB) smstest.Rig {
			return rig(t, nil, func(c *smpp.Config) { c.Address = "127.0.0.1:1" })
		},
		StrangeName: strangeName,
		// A status refuses, known or not; there is no redirect; a key is for the link, not for a message.
		Without: []fake.Outcome{fake.UnknownCode, fake.ServerError, fake.Redirect, fake.BadKey},
		NoRefs:  true,
	})
}

// rig starts an SMSC that behaves as told, and a sender that uses it unless told otherwise.
func rig(t testing.TB, behave fake.Behaviour, change func(*smpp.Config)) smstest.Rig {
	t.Helper()
	hanging := make(chan struct{}, 1)
	server := newSMSC(t, func(m smsc.Submit) smsc.Answer {
		if behave == nil {
			return smsc.Answer{}
		}
		return answer(behave(fake.Message{To: "+" + m.To, Text: m.Text}), hanging)
	})
	address := listen(t, server, nil)
	s := newSender(t, nil, func(c *smpp.Config) {
		c.Address, c.Statuses = address, map[uint32]cattlegrid.SendClass{0x401: cattlegrid.Unpaid}
		if change != nil {
			change(c)
		}
	})
	return smstest.Rig{Sender: s, Taken: func() []fake.Message { return taken(server) }, Hanging: hanging}
}

// strangeName starts an SMSC whose certificate is for another name.
func strangeName(t testing.TB) smstest.Rig {
	t.Helper()
	certificate, pool := certify(t, "other.test")
	server := newSMSC(t, nil)
	address := listen(t, server, certificate)
	s := newSender(t, func(ctx context.Context, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", address)
	}, func(c *smpp.Config) { c.TLS = &tls.Config{RootCAs: pool} })
	return smstest.Rig{Sender: s, Taken: func() []fake.Message { return taken(server) }}
}

func taken(server *smsc.Server) []fake.Message {
	inbox := server.Messages()
	messages := make([]fake.Message, len(inbox))
	for i, m := range inbox {
		messages[i] = fake.Message{ID: m.IDs[len(m.IDs)-1], To: "+" + m.To, Text: m.Text, From: m.From, At: m.At}
	}
	return messages
}

// answer is what an SMSC does for an outcome.
func answer(o fake.Outcome, hanging chan<- struct{}) smsc.Answer {
	statuses := map[fake.Outcome]pdu.Status{
		fake.Busy: pdu.StatusSystemError, fake.BadNumber: pdu.StatusInvalidDest, fake.BadTemplate: pdu.StatusInvalidSource,
		fake.Throttle: pdu.StatusThrottled, fake.Unpaid: 0x401,
	}
	if status, ok := statuses[o]; ok {
		return smsc.Answer{Status: uint32(status)}
	}
	switch o {
	case fake.Garbage:
		return smsc.Answer{Raw: []byte("HTTP/1.1 400 Bad Request\r\n\r\n")}
	case fake.Huge:
		return smsc.Huge()
	case fake.HangTaken, fake.HangUntaken:
		hanging <- struct{}{}
		return smsc.Answer{Silent: true, Lost: !o.Takes()}
	case fake.CloseTaken, fake.CloseUntaken:
		return smsc.Answer{Silent: true, Lost: !o.Takes(), Cut: true}
	default:
		return smsc.Answer{}
	}
}
