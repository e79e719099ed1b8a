package smsc_test

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
	"github.com/cattlegrid/cattlegrid/sms/smpp/smsc"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client is a transceiver whose every octet the test writes.
type client struct {
	net.Conn

	t *testing.T
}

func connect(t *testing.T, s *smsc.Server) *client {
	t.Helper()
	ours, theirs := net.Pipe()
	go s.ServeConn(theirs)
	t.Cleanup(func() {
		_ = ours.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &client{ours, t}
}

func (c *client) read() pdu.PDU {
	c.t.Helper()
	p, err := pdu.Read(c)
	if err != nil {
		c.t.Fatal(err)
	}
	return p
}

// ask writes a request and returns what is answered.
func (c *client) ask(p pdu.PDU) pdu.PDU {
	c.t.Helper()
	if _, err := c.Write(p.Octets()); err != nil {
		c.t.Fatal(err)
	}
	return c.read()
}

func (c *client) bind() {
	c.t.Helper()
	b := pdu.Bind{SystemID: "acme", Password: "secret", Version: pdu.Version}
	if a := c.ask(pdu.PDU{Command: pdu.BindTransceiver, Sequence: 1, Body: b.Octets()}); a.Status != pdu.StatusOK {
		c.t.Fatalf("bind = %v", a.Status)
	}
}

func (c *client) submit(m pdu.Message) pdu.PDU {
	c.t.Helper()
	return c.ask(pdu.PDU{Command: pdu.SubmitSM, Sequence: 2, Body: m.Octets()})
}

func newServer(behave func(smsc.Submit) smsc.Answer) *smsc.Server {
	return smsc.New(smsc.Config{SystemID: "acme", Password: "secret", Window: 2}, behave)
}

// Who binds has to be known, with each field within its bounds, and is told what was wrong.
func TestBind(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 50)
	for want, binds := range map[pdu.Status][]pdu.Bind{
		pdu.StatusOK:                {{SystemID: "acme", Password: "secret"}, {SystemID: "acme", Password: "secret", SystemType: "SMPP"}},
		pdu.StatusInvalidPassword:   {{SystemID: "acme"}, {SystemID: "acme", Password: "secre"}, {SystemID: "acme", Password: long[:9]}},
		pdu.StatusInvalidSystemID:   {{Password: "secret"}, {SystemID: "acm", Password: "secret"}, {SystemID: long[:16], Password: "secret"}},
		pdu.StatusInvalidSystemType: {{SystemID: "acme", Password: "secret", SystemType: long[:13]}},
		pdu.StatusBindFailed:        {{SystemID: "acme", Password: "secret", Range: long[:41]}},
	} {
		for _, b := range binds {
			c := connect(t, newServer(nil))
			a := c.ask(pdu.PDU{Command: pdu.BindTransceiver, Sequence: 7, Body: b.Octets()})
			if a.Status != want || a.Sequence != 7 || (len(a.Body) != 0) != (want == pdu.StatusOK) {
				t.Errorf("bind of %+v = %+v, want %v", b, a, want)
			}
			if want == pdu.StatusOK {
				continue // a read would wait forever
			}
			if _, err := c.Read(make([]byte, 1)); err == nil {
				t.Error("link stands after a refused bind")
			}
		}
	}
}

// What may be said depends on whether the peer is bound.
func TestState(t *testing.T) {
	t.Parallel()
	c := connect(t, newServer(nil))
	want := func(p pdu.PDU, command pdu.Command, status pdu.Status) {
		t.Helper()
		if a := c.ask(p); a.Command != command || a.Status != status || a.Sequence != p.Sequence {
			t.Errorf("answer to %+v = %+v, want %#x with %v", p, a, command, status)
		}
	}
	enquire, unbind := pdu.PDU{Command: pdu.EnquireLink, Sequence: 3}, pdu.PDU{Command: pdu.Unbind, Sequence: 4}
	submit := pdu.PDU{Command: pdu.SubmitSM, Sequence: 5, Body: pdu.Message{Dest: pdu.Address{Addr: "1"}}.Octets()}
	want(enquire, 0x80000015, 0)
	want(submit, 0x80000004, pdu.StatusInvalidBindStatus)
	want(unbind, 0x80000006, pdu.StatusInvalidBindStatus)
	want(pdu.PDU{Command: 0x99, Sequence: 6}, pdu.GenericNack, pdu.StatusInvalidCommand)
	c.bind()
	want(pdu.PDU{Command: pdu.BindTransceiver, Sequence: 7}, 0x80000009, pdu.StatusAlreadyBound)
	want(submit, 0x80000004, 0)
	want(unbind, 0x80000006, 0)
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("link stands after unbind")
	}
	half := connect(t, newServer(nil))
	if a := half.ask(pdu.PDU{Command: pdu.BindTransmitter, Sequence: 1}); a.Status != pdu.StatusBindFailed {
		t.Errorf("half a bind = %v", a.Status)
	}
	lost := connect(t, newServer(nil))
	_, _ = lost.Write([]byte("\xff\xff\xff\xff"))
	if a := lost.read(); a.Command != pdu.GenericNack || a.Status != pdu.StatusInvalidCommandLength {
		t.Errorf("answer to a huge length = %+v", a)
	}
}

// A submit that does not keep to the protocol, or would not go over the air, is refused.
func TestSubmitChecked(t *testing.T) {
	t.Parallel()
	c := connect(t, newServer(nil))
	c.bind()
	to := pdu.Address{TON: 1, NPI: 1, Addr: "447700900123"}
	header := pdu.Concat{Reference: 1, Total: 2, Part: 1}.Header()
	short := func(n int, header ...byte) []byte { return append(header, strings.Repeat("a", n)...) }
	for name, tc := range map[string]struct {
		message pdu.Message
		want    pdu.Status
	}{
		"GSM":          {pdu.Message{Dest: to, Short: short(160)}, 0},
		"GSMLong":      {pdu.Message{Dest: to, Short: short(161)}, pdu.StatusInvalidMessageLength},
		"Part":         {pdu.Message{Dest: to, ESMClass: 0x40, Short: short(153, header...)}, 0},
		"PartLong":     {pdu.Message{Dest: to, ESMClass: 0x40, Short: short(154, header...)}, pdu.StatusInvalidMessageLength},
		"UCS2":         {pdu.Message{Dest: to, Coding: 8, Short: short(140)}, 0},
		"UCS2Long":     {pdu.Message{Dest: to, Coding: 8, Short: short(142)}, pdu.StatusInvalidMessageLength},
		"UCS2Odd":      {pdu.Message{Dest: to, Coding: 8, Short: short(139)}, pdu.StatusInvalidMessageLength},
		"UCS2Part":     {pdu.Message{Dest: to, Coding: 8, ESMClass: 0x40, Short: short(134, header...)}, 0},
		"UCS2PartLong": {pdu.Message{Dest: to, Coding: 8, ESMClass: 0x40, Short: short(136, header...)}, pdu.StatusInvalidMessageLength},
		"Latin1Long":   {pdu.Message{Dest: to, Coding: 3, Short: short(141)}, pdu.StatusInvalidMessageLength},
		"Plus":         {pdu.Message{Dest: pdu.Address{Addr: "+447700900123"}}, pdu.StatusInvalidDest},
		"NoDest":       {pdu.Message{}, pdu.StatusInvalidDest},
		"LongDest":     {pdu.Message{Dest: pdu.Address{Addr: strings.Repeat("1", 21)}}, pdu.StatusInvalidDest},
		"LongSource":   {pdu.Message{Dest: to, Source: pdu.Address{Addr: strings.Repeat("1", 21)}}, pdu.StatusInvalidSource},
		"Priority":     {pdu.Message{Dest: to, Priority: 4}, pdu.StatusInvalidPriority},
		"BadHeader":    {pdu.Message{Dest: to, ESMClass: 0x40, Short: []byte("\xffhi")}, pdu.StatusInvalidESMClass},
		"BadValidity":  {pdu.Message{Dest: to, Validity: "5m"}, pdu.StatusInvalidExpiry},
	} {
		if a := c.submit(tc.message); a.Status != tc.want {
			t.Errorf("%s: submit = %v, want %v", name, a.Status, tc.want)
		}
	}
	p := pdu.PDU{Command: pdu.SubmitSM, Sequence: 2, Body: append(pdu.Message{Dest: to}.Octets(), 4, 4, 0)}
	if a := c.ask(p); a.Status != pdu.StatusInvalidTLVs {
		t.Errorf("half a parameter = %v", a.Status)
	}
}

// More submits than the window are throttled, and answers come in whatever order.
func TestWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := connect(t, newServer(func(m smsc.Submit) smsc.Answer {
			<-time.After(map[string]time.Duration{"slow": 2 * time.Second, "fast": time.Second}[m.Text])
			return smsc.Answer{}
		}))
		c.bind()
		got := make([]string, 0, 3)
		for i, text := range []string{"slow", "fast", "more"} {
			m := pdu.Message{Dest: pdu.Address{Addr: "1"}, Short: []byte(text)}
			p := pdu.PDU{Command: pdu.SubmitSM, Sequence: uint32(i + 1), Body: m.Octets()}
			if _, err := c.Write(p.Octets()); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			p := c.read()
			got = append(got, fmt.Sprint(p.Sequence, p.Status))
		}
		if diff := cmp.Diff([]string{"3 ESME_RTHROTTLED", "2 ESME_ROK", "1 ESME_ROK"}, got); diff != "" {
			t.Errorf("answers (-want +got):\n%s", diff)
		}
	})
}

// No way of printing a server shows the password, and a closed one serves nobody.
func TestServer(t *testing.T) {
	t.Parallel()
	s := newServer(nil)
	for _, format := range []string{"%v", "%+v", "%#v"} {
		if text := fmt.Sprintf(format, s); strings.Contains(text, "secret") {
			t.Errorf("text tells the password: %s", text)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c := connect(t, s)
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("a closed server speaks")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(l); err != nil {
		t.Errorf("Serve = %v", err)
	}
}

// Whatever arrives, bound or not, does not bring the server down.
func FuzzLink(f *testing.F) {
	bind := pdu.Bind{SystemID: "acme", Password: "secret"}
	f.Add(pdu.PDU{Command: pdu.BindTransceiver, Sequence: 1, Body: bind.Octets()}.Octets())
	f.Add([]byte("\x00\x00\x00\x10\x00\x00\x00\x15\x00\x00\x00\x00\x00\x00\x00\x01"))
	m := pdu.Message{Dest: pdu.Address{Addr: "1"}, ESMClass: 0x40, Registered: 1, Short: []byte("\x05\x00\x03\x01\x02\x01hi")}
	f.Add(append(
		pdu.PDU{Command: pdu.BindTransceiver, Sequence: 1, Body: bind.Octets()}.Octets(),
		pdu.PDU{Command: pdu.SubmitSM, Sequence: 2, Body: m.Octets()}.Octets()...,
	))
	f.Fuzz(func(_ *testing.T, octets []byte) {
		s := newServer(nil)
		ours, theirs := net.Pipe()
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.ServeConn(theirs)
		}()
		go func() {
			buffer := make([]byte, 1024)
			for {
				if _, err := ours.Read(buffer); err != nil {
					return
				}
			}
		}()
		_, _ = ours.Write(octets)
		_ = ours.Close()
		<-done
	})
}
