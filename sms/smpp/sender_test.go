package smpp_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/smpp"
	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
	"github.com/cattlegrid/cattlegrid/sms/smpp/smsc"
)

// A text arrives whole, in whichever alphabet and however many parts, and the delivery has the id of the last part.
func TestSend(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text string
		ids  []string
	}{
		"GSM":       {"918273 {€} @£é", []string{"00000001"}},
		"UCS2":      {"【示例】918273 😀", []string{"00000001"}},
		"Empty":     {"", []string{"00000001"}},
		"GSMParts":  {strings.Repeat("918273 [€] ", 20), []string{"00000001", "00000002"}},
		"UCS2Parts": {strings.Repeat("验证码😀", 50), []string{"00000001", "00000002", "00000003", "00000004"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := newSMSC(t, nil)
				s := newSender(t, pipe(server), nil)
				m := message(t)
				m.Text = tc.text
				d, err := s.Send(t.Context(), m)
				want := cattlegrid.Delivery{Provider: "smpp", ID: tc.ids[len(tc.ids)-1]}
				if err != nil || d != want {
					t.Fatalf("Send = %+v, %v, want %+v", d, err, want)
				}
				inbox := []smsc.Message{{From: "Acme", To: "447700900123", Text: tc.text, IDs: tc.ids, At: time.Now()}}
				if diff := cmp.Diff(inbox, server.Messages()); diff != "" {
					t.Errorf("inbox (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// What is configured is in each submit, and a receipt is asked for once, for the last part.
func TestSendFields(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var got []smsc.Submit
		server := newSMSC(t, func(m smsc.Submit) smsc.Answer {
			got = append(got, m)
			return smsc.Answer{}
		})
		s := newSender(t, pipe(server), func(c *smpp.Config) {
			c.ServiceType, c.GSMCoding, c.Expire = "OTP", 0xF1, true
			c.Source, c.SourceType, c.DestType = "12345", &smpp.Type{TON: 6, NPI: 9}, &smpp.Type{TON: 2, NPI: 8}
			c.OnReceipt = func(smpp.Receipt) {}
		})
		m := message(t)
		m.Text = strings.Repeat("a", 200)
		for range 2 {
			if _, err := s.Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		part := func(n, length int) smsc.Submit {
			return smsc.Submit{
				From: "12345", To: "447700900123", FromType: [2]byte{6, 9}, ToType: [2]byte{2, 8}, Service: "OTP", Coding: 0xF1,
				Text: strings.Repeat("a", length), Part: n, Total: 2, Validity: "000000000500000R", Receipt: n == 2,
			}
		}
		want := []smsc.Submit{part(1, 153), part(2, 47), part(1, 153), part(2, 47)}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(smsc.Submit{}, "Group", "Reference")); diff != "" {
			t.Errorf("submits (-want +got):\n%s", diff)
		}
		if got[0].Group != got[1].Group || got[0].Group == got[2].Group || got[0].Reference != got[1].Reference ||
			got[2].Reference != got[0].Reference+1 {
			t.Errorf("references are %+v", got)
		}
	})
}

// An SMSC that does not say its version gets no optional parameters.
func TestSendOldPeer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peers, dial := newPeer(t)
		s := newSender(t, dial, nil)
		go func() {
			p := <-peers
			p.bind(0)
			q, m := p.submit()
			if len(m.TLVs) != 0 {
				t.Errorf("submit has parameters: %+v", m.TLVs)
			}
			p.write(q.Answer(pdu.StatusOK, pdu.MessageIDOctets("1")))
			p.leave()
		}()
		if _, err := s.Send(t.Context(), message(t)); err != nil {
			t.Error(err)
		}
	})
}

// The first submit is the octets that other implementations read.
func TestSendVector(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peers, dial := newPeer(t)
		s := newSender(t, dial, func(c *smpp.Config) { c.SystemID, c.Password = "otp", "secret1" })
		go func() {
			p := <-peers
			bind := p.read(pdu.BindTransceiver)
			if got := hex.EncodeToString(bind.Octets()); got != "000000210000000900000000000000016f74700073656372657431000034000000" {
				t.Errorf("bind = %s", got)
			}
			p.write(bind.Answer(pdu.StatusOK, pdu.BindAnswer{}.Octets()))
			q, _ := p.submit()
			const want = "0000004600000004000000000000000200050041636d65000101343437373030393030313233000000000000000000" +
				"0015436f6465201b281b651b2920313233343a20000105"
			if got := hex.EncodeToString(q.Octets()); got != want {
				t.Errorf("submit =\n%s, want\n%s", got, want)
			}
			p.write(q.Answer(pdu.StatusOK, pdu.MessageIDOctets("1")))
			p.leave()
		}()
		m := message(t)
		m.Text = "Code {€} 1234: @£é"
		if _, err := s.Send(t.Context(), m); err != nil {
			t.Error(err)
		}
	})
}

// Sixty-four messages at once arrive once each, and never more than the window are open: the SMSC would throttle them.
func TestSendConcurrently(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := newSMSC(t, func(smsc.Submit) smsc.Answer {
			<-time.After(100 * time.Millisecond) // so that the window fills
			return smsc.Answer{}
		})
		s := newSender(t, pipe(server), nil)
		var wg sync.WaitGroup
		for i := range 64 {
			wg.Go(func() {
				m := message(t)
				m.Text = fmt.Sprint(i, strings.Repeat(".", 200))
				if _, err := s.Send(t.Context(), m); err != nil {
					t.Error(err)
				}
			})
		}
		if took := after(wg.Wait); took != "1s" { // 128 parts, ten at a time
			t.Errorf("64 messages of two parts take %s", took)
		}
		seen := map[string]bool{}
		for _, text := range texts(server) {
			seen[text] = true
		}
		if len(seen) != 64 || len(server.Messages()) != 64 {
			t.Errorf("%d different texts in %d messages, want 64", len(seen), len(server.Messages()))
		}
	})
}

// What no SMSC can be asked to send fails before anything is written.
func TestSendUnfit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := newSMSC(t, nil)
		s := newSender(t, pipe(server), nil)
		m := message(t)
		m.Text = strings.Repeat("918273 is your Acme code.", 30)
		_, err := s.Send(t.Context(), m)
		wantFailure(t, err, cattlegrid.Misconfigured, "")
		m = message(t)
		m.To = cattlegrid.Phone{}
		_, err = s.Send(t.Context(), m)
		wantFailure(t, err, cattlegrid.Permanent, "")
		if got := texts(server); len(got) != 0 {
			t.Errorf("inbox has %q", got)
		}
	})
}

// Close lets messages on their way arrive and unbinds; later ones are refused. A second Close does nothing.
func TestClose(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := newSMSC(t, func(smsc.Submit) smsc.Answer {
			<-time.After(3 * time.Second)
			return smsc.Answer{}
		})
		s := newSender(t, pipe(server), nil)
		errs := make(chan error, 20)
		for range 20 { // twice the window
			go func() {
				_, err := s.Send(t.Context(), message(t))
				errs <- err
			}()
		}
		synctest.Wait()
		if took := after(func() { mustClose(t, s) }); took != "6s" {
			t.Errorf("Close takes %s, want the time of two windows", took)
		}
		for range 20 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		_, err := s.Send(t.Context(), message(t))
		wantFailure(t, err, cattlegrid.Temporary, "")
		mustClose(t, s)
		if n := server.Bound(); n != 0 {
			t.Errorf("%d links are bound", n)
		}
	})
}

func mustClose(t *testing.T, s *smpp.Sender) {
	t.Helper()
	if err := s.Close(t.Context()); err != nil {
		t.Errorf("Close = %v", err)
	}
}

// Close whose context is done does not wait: what is on its way is Unknown, what waits for a slot was not written.
func TestCloseAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := newSMSC(t, always(smsc.Answer{Silent: true}))
		s := newSender(t, pipe(server), func(c *smpp.Config) { c.Window = 1 })
		errs := make(chan error, 2)
		for range 2 {
			go func() {
				_, err := s.Send(t.Context(), message(t))
				errs <- err
			}()
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close = %v", err)
		}
		classes := map[cattlegrid.SendClass]int{}
		for range 2 {
			if se, ok := errors.AsType[*cattlegrid.SendError](<-errs); ok {
				classes[se.Class]++
			}
		}
		if diff := cmp.Diff(map[cattlegrid.SendClass]int{cattlegrid.Unknown: 1, cattlegrid.Temporary: 1}, classes); diff != "" {
			t.Errorf("classes (-want +got):\n%s", diff)
		}
	})
}

// No way of printing a sender shows the password.
func TestSenderIsSilent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSender(t, pipe(newSMSC(t, nil)), nil)
		synctest.Wait()
		for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
			wantSilent(t, fmt.Sprintf(format, s))
		}
	})
}
