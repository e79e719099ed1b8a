package smpp_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/smpp"
	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
	"github.com/cattlegrid/cattlegrid/sms/smpp/smsc"
)

// Each status has its class and its name, and what it refused is nowhere.
func TestSendStatus(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var status pdu.Status
		server := newSMSC(t, func(smsc.Submit) smsc.Answer { return smsc.Answer{Status: uint32(status)} })
		s := newSender(t, pipe(server), func(c *smpp.Config) {
			c.Statuses = map[uint32]cattlegrid.SendClass{
				0x401: cattlegrid.Unpaid, 0xFF: cattlegrid.Unpaid, 0x45: cattlegrid.Permanent, 0x08: cattlegrid.Unknown,
			}
		})
		want := map[pdu.Status]cattlegrid.SendClass{
			// its own
			0x401: cattlegrid.Unpaid, 0xFF: cattlegrid.Unpaid, 0x45: cattlegrid.Permanent, 0x08: cattlegrid.Unknown,
			// nobody's
			0x64: cattlegrid.Temporary, 0xFE: cattlegrid.Temporary, 0x102: cattlegrid.Temporary, 0x402: cattlegrid.Temporary,
			0x05: cattlegrid.Temporary, 0xFFFFFFFF: cattlegrid.Temporary,
		}
		maps.Copy(want, smpp.Classes)
		for code, class := range want {
			status = code
			d, err := s.Send(t.Context(), message(t))
			if wantFailure(t, err, class, code.String()); d != (cattlegrid.Delivery{}) {
				t.Errorf("Send with status %v = %+v", code, d)
			}
		}
		if got := texts(server); len(got) != 0 {
			t.Errorf("inbox has %q", got)
		}
	})
}

// The classes that the business depends on are as documented.
func TestClasses(t *testing.T) {
	t.Parallel()
	for class, statuses := range map[cattlegrid.SendClass][]pdu.Status{
		cattlegrid.Throttled: {0x58, 0x14},
		cattlegrid.Permanent: {0x0B, 0x50, 0x51, 0x65, 0x66},
		cattlegrid.Misconfigured: {
			0x01, 0x02, 0x03, 0x06, 0x07, 0x0A, 0x0C, 0x0D, 0x0E, 0x0F, 0x15, 0x42, 0x43, 0x48, 0x49, 0x53, 0x54, 0x61, 0x62, 0x63,
			0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0x100, 0x101, 0x103, 0x104,
		},
	} {
		for _, s := range statuses {
			if got, ok := smpp.Classes[s]; !ok || got != class {
				t.Errorf("class of %v = %v, %v, want %v", s, got, ok, class)
			}
		}
	}
	if n := len(smpp.Classes); n != 2+5+29 {
		t.Errorf("%d statuses have a class", n)
	}
}

// A later part that fails leaves the fate open, whatever its status says; a first part does not.
func TestSendPartFails(t *testing.T) {
	t.Parallel()
	for failing, class := range map[int]cattlegrid.SendClass{1: cattlegrid.Throttled, 2: cattlegrid.Unknown} {
		synctest.Test(t, func(t *testing.T) {
			n := 0
			server := newSMSC(t, func(m smsc.Submit) smsc.Answer {
				n++
				if m.Part == failing {
					return smsc.Answer{Status: 0x58}
				}
				return smsc.Answer{}
			})
			m := message(t)
			m.Text = strings.Repeat("918273 ", 60)
			_, err := newSender(t, pipe(server), nil).Send(t.Context(), m)
			wantFailure(t, err, class, "ESME_RTHROTTLED")
			if n != failing {
				t.Errorf("%d parts were sent, though part %d failed", n, failing)
			}
		})
	}
}

// Without an answer the fate is Unknown, whether the SMSC took the message or not, and the message goes nowhere else.
func TestSendNoAnswer(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer smsc.Answer
		inbox  int
		took   string
	}{
		"SilentBefore": {smsc.Answer{Silent: true, Lost: true}, 0, "10s"},
		"SilentAfter":  {smsc.Answer{Silent: true}, 1, "10s"},
		"CutBefore":    {smsc.Answer{Silent: true, Lost: true, Cut: true}, 0, "0s"},
		"CutAfter":     {smsc.Answer{Silent: true, Cut: true}, 1, "0s"},
		"Garbage":      {smsc.Garbage(), 1, "10s"}, // an answer to nothing we asked
		"Huge":         {smsc.Huge(), 1, "0s"},
		"HalfAnswer":   {smsc.Answer{Raw: []byte("\x00\x00\x00\x19\x80\x00\x00\x04"), Cut: true}, 1, "0s"},
		"NackOfAll":    {smsc.Answer{Raw: pdu.Nack(pdu.StatusInvalidCommandLength, 0).Octets()}, 1, "0s"},
		"NackOfNone":   {smsc.Answer{Raw: pdu.Nack(pdu.StatusOK, 2).Octets()}, 1, "0s"},
		"OtherAnswer":  {smsc.Answer{Raw: pdu.PDU{Command: pdu.EnquireLink.Response(), Sequence: 2}.Octets()}, 1, "10s"},
		"OtherNumber":  {smsc.Answer{Raw: pdu.PDU{Command: pdu.SubmitSM.Response(), Sequence: 3}.Octets()}, 1, "10s"},
		"Request":      {smsc.Answer{Raw: pdu.PDU{Command: pdu.DeliverSM, Sequence: 2}.Octets()}, 1, "10s"}, // a number of its own
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := newSMSC(t, always(tc.answer))
				s := newSender(t, pipe(server), nil)
				took := after(func() {
					_, err := s.Send(t.Context(), message(t))
					wantFailure(t, err, cattlegrid.Unknown, "")
				})
				if n := len(server.Messages()); n != tc.inbox || took != tc.took {
					t.Errorf("%d messages in the inbox after %s, want %d after %s", n, took, tc.inbox, tc.took)
				}
			})
		})
	}
}

// A success is one however its body looks; a refusal by generic_nack is one.
func TestSendOddAnswers(t *testing.T) {
	t.Parallel()
	taken := func(body string) []byte {
		return pdu.PDU{Command: pdu.SubmitSM, Sequence: 2}.Answer(pdu.StatusOK, []byte(body)).Octets()
	}
	for name, tc := range map[string]struct {
		raw  []byte
		id   string
		code string
	}{
		"NoBody":     {taken(""), "", ""},
		"NoNUL":      {taken("123"), "", ""},
		"TooLong":    {taken(strings.Repeat("1", 65) + "\x00"), "", ""},
		"Longest":    {taken(strings.Repeat("1", 64) + "\x00"), strings.Repeat("1", 64), ""},
		"Parameters": {taken("SM-1\x00\x04\x25\x00\x01\x00"), "SM-1", ""},
		"Padded":     {taken("SM-1\x00\x00\x00"), "SM-1", ""},
		"Blank":      {taken("SM 1\x00"), "", ""},
		"Control":    {taken("SM\n1\x00"), "", ""},
		"TheCode":    {taken("SM-918273\x00"), "", ""},
		"TheNumber":  {taken("447700900123-1\x00"), "", ""},
		"Nack":       {pdu.Nack(pdu.StatusThrottled, 2).Octets(), "", "ESME_RTHROTTLED"},
		"RefusedNUL": {pdu.PDU{Command: pdu.SubmitSM, Sequence: 2}.Answer(pdu.StatusThrottled, []byte{0}).Octets(), "", "ESME_RTHROTTLED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := newSMSC(t, always(smsc.Answer{Raw: tc.raw}))
				d, err := newSender(t, pipe(server), nil).Send(t.Context(), message(t))
				if tc.code != "" {
					wantFailure(t, err, cattlegrid.Throttled, tc.code)
				} else if err != nil || d != (cattlegrid.Delivery{Provider: "smpp", ID: tc.id}) {
					t.Errorf("Send = %+v, %v, want id %q", d, err, tc.id)
				}
			})
		})
	}
}

// A link that is cut leaves Unknown what was written, and nothing else: what waited for a slot goes over the next link.
func TestSendCutMidWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int32
		server := newSMSC(t, func(smsc.Submit) smsc.Answer { return smsc.Answer{Silent: n.Add(1) <= 10} })
		s := newSender(t, pipe(server), nil)
		var mu sync.Mutex
		classes := map[string]int{}
		var wg sync.WaitGroup
		for range 25 {
			wg.Go(func() {
				_, err := s.Send(t.Context(), message(t))
				mu.Lock()
				defer mu.Unlock()
				if se, ok := errors.AsType[*cattlegrid.SendError](err); ok {
					classes[se.Class.String()]++
				} else {
					classes["ok"]++
				}
			})
		}
		synctest.Wait()
		server.Cut()
		wg.Wait()
		if diff := cmp.Diff(map[string]int{"unknown": 10, "ok": 15}, classes); diff != "" || n.Load() != 25 {
			t.Errorf("classes of %d submits (-want +got):\n%s", n.Load(), diff)
		}
	})
}

// A context that ends before anything is written leaves no doubt; one that ends after leaves all.
func TestSendContext(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		begin func(t *testing.T) (s *smpp.Sender, server *smsc.Server)
		class cattlegrid.SendClass
	}{
		"NotBound": {func(t *testing.T) (*smpp.Sender, *smsc.Server) {
			server := newSMSC(t, nil)
			server.Freeze(true)
			return newSender(t, pipe(server), nil), server
		}, cattlegrid.Temporary},
		"WindowFull": {func(t *testing.T) (*smpp.Sender, *smsc.Server) {
			server := newSMSC(t, always(smsc.Answer{Silent: true, Lost: true}))
			s := newSender(t, pipe(server), func(c *smpp.Config) { c.Window = 1 })
			go func() { _, _ = s.Send(context.WithoutCancel(t.Context()), message(t)) }()
			synctest.Wait()
			return s, server
		}, cattlegrid.Temporary},
		"Written": {func(t *testing.T) (*smpp.Sender, *smsc.Server) {
			server := newSMSC(t, always(smsc.Answer{Silent: true, Lost: true}))
			return newSender(t, pipe(server), nil), server
		}, cattlegrid.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, server := tc.begin(t)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, err := s.Send(ctx, message(t))
				wantFailure(t, err, tc.class, "")
				if !errors.Is(err, context.DeadlineExceeded) || len(server.Messages()) != 0 {
					t.Errorf("Send = %v, inbox %q", err, texts(server))
				}
				_, err = s.Send(ctx, message(t))
				wantFailure(t, err, cattlegrid.Temporary, "")
			})
		})
	}
}

// stub is a link that fails to write its second PDU, the first submit, after some octets.
type stub struct {
	net.Conn

	writes, taken int
}

func (s *stub) Write(octets []byte) (int, error) {
	if s.writes++; s.writes != 2 {
		return s.Conn.Write(octets)
	}
	return s.taken, io.ErrClosedPipe
}

// A submit of which no octet was written goes over the next link; one that was cut short is Unknown.
func TestSendWriteFails(t *testing.T) {
	t.Parallel()
	for taken, class := range map[int]cattlegrid.SendClass{0: -1, 1: cattlegrid.Unknown} {
		synctest.Test(t, func(t *testing.T) {
			server := newSMSC(t, nil)
			links := 0
			s := newSender(t, func(ctx context.Context, address string) (net.Conn, error) {
				conn, err := pipe(server)(ctx, address)
				if links++; links == 1 {
					conn = &stub{Conn: conn, taken: taken}
				}
				return conn, err
			}, nil)
			_, err := s.Send(t.Context(), message(t))
			if class >= 0 {
				wantFailure(t, err, class, "")
			} else if err != nil || len(server.Messages()) != 1 {
				t.Errorf("Send = %v, inbox %q", err, texts(server))
			}
		})
	}
}
