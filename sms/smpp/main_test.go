package smpp_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/smpp"
	"github.com/cattlegrid/cattlegrid/sms/smpp/smsc"
)

const (
	systemID = "acme"
	password = "hush-926"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func message(t testing.TB) cattlegrid.Message {
	t.Helper()
	p, err := cattlegrid.ParseE164("+447700900123")
	if err != nil {
		t.Fatal(err)
	}
	return cattlegrid.Message{
		ID: "01JABCDEFGHJKMNPQRSTVWXYZ0", To: p, Code: "918273", Text: "918273 is your Acme code.", Purpose: "login", Lang: "en",
		Lifetime: 5 * time.Minute,
	}
}

// newSMSC starts an SMSC for the sender's account. In a bubble of synctest it serves pipes.
func newSMSC(t testing.TB, behave func(smsc.Submit) smsc.Answer) *smsc.Server {
	t.Helper()
	s := smsc.New(smsc.Config{SystemID: systemID, Password: password, Window: 10}, behave)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func always(a smsc.Answer) func(smsc.Submit) smsc.Answer {
	return func(smsc.Submit) smsc.Answer { return a }
}

// pipe connects to an SMSC without a network, so that the clock of a bubble can go on.
func pipe(s *smsc.Server) func(context.Context, string) (net.Conn, error) {
	return func(context.Context, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go s.ServeConn(theirs)
		return ours, nil
	}
}

// newSender makes a sender that reaches an SMSC through dial.
func newSender(t testing.TB, dial func(context.Context, string) (net.Conn, error), change func(*smpp.Config)) *smpp.Sender {
	t.Helper()
	c := smpp.Config{Address: "smsc.test:2775", Dial: dial, SystemID: systemID, Password: password, Source: "Acme"}
	if change != nil {
		change(&c)
	}
	s, err := smpp.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Errorf("Close = %v", err)
		}
	})
	return s
}

// wantFailure checks that an error is a SendError of the class, and tells nothing that must not be told.
func wantFailure(t testing.TB, err error, class cattlegrid.SendClass, code string) {
	t.Helper()
	var se *cattlegrid.SendError
	if !errors.As(err, &se) || se.Class != class || se.Provider != "smpp" || se.Code != code {
		t.Errorf("error = %v, want a SendError of class %v with code %q", err, class, code)
		return
	}
	wantSilent(t, err.Error())
}

// wantSilent checks that a text has no code, number, text or password.
func wantSilent(t testing.TB, text string) {
	t.Helper()
	for _, s := range []string{"918273", "447700900123", "00900123", "0900123", "is your", password} {
		if strings.Contains(text, s) {
			t.Errorf("text tells %q: %s", s, text)
		}
	}
}

// texts returns what is in the inbox.
func texts(s *smsc.Server) []string {
	inbox := s.Messages()
	texts := make([]string, 0, len(inbox))
	for _, m := range inbox {
		texts = append(texts, m.Text)
	}
	return texts
}

// after returns how long something takes, in whole seconds, by the clock of the bubble.
func after(do func()) string {
	began := time.Now()
	do()
	return fmt.Sprint(time.Since(began).Truncate(time.Second))
}

// pass lets time go by, in a bubble, where it costs none.
func pass(d time.Duration) { <-time.After(d) }
