package smpp_test

import (
	"encoding/hex"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/smpp"
	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
	"github.com/cattlegrid/cattlegrid/sms/smpp/smsc"
)

// A peer that has gone without a word is noticed by its silence, and what waits for it is Unknown.
func TestDeadPeer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := newSMSC(t, nil)
		s := newSender(t, pipe(server), func(c *smpp.Config) { c.Timeout, c.Enquire = time.Minute, 20*time.Second })
		if _, err := s.Send(t.Context(), message(t)); err != nil {
			t.Fatal(err)
		}
		server.Freeze(true)
		pass(25 * time.Second) // it was asked five seconds ago
		took := after(func() {
			_, err := s.Send(t.Context(), message(t))
			wantFailure(t, err, cattlegrid.Unknown, "")
		})
		if took != "55s" { // when the enquiry has waited for a minute, before its own is over
			t.Errorf("Send fails after %s, want 55s", took)
		}
		pass(30 * time.Second)
		server.Freeze(false)
		if _, err := s.Send(t.Context(), message(t)); err != nil {
			t.Error(err)
		}
	})
}

// Silence makes the sender ask, once in its time; whatever arrives is an answer and puts the next question off.
func TestEnquire(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peers, dial := newPeer(t)
		newSender(t, dial, nil)
		p := <-peers
		p.bind(pdu.Version)
		wait := func(want string) (q pdu.PDU) {
			t.Helper()
			if took := after(func() { q = p.read(pdu.EnquireLink) }); took != want {
				t.Errorf("asked after %s, want %s", took, want)
			}
			return q
		}
		p.write(wait("30s").Answer(pdu.StatusOK, nil))
		wait("30s")
		p.write(pdu.PDU{Command: pdu.EnquireLink, Sequence: 7}) // it is there
		if q := p.read(pdu.EnquireLink.Response()); q.Sequence != 7 {
			t.Errorf("answer has number %d", q.Sequence)
		}
		wait("30s")
		took := after(func() {
			if _, err := pdu.Read(p); !errors.Is(err, io.EOF) {
				t.Errorf("peer reads %v, want the end", err)
			}
		})
		if took != "10s" {
			t.Errorf("link ends after %s, want 10s", took)
		}
		_ = p.Close()
	})
}

// An SMSC that answers enquiries but no submits is left after three of them.
func TestThreeSilentSubmits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := newSMSC(t, always(smsc.Answer{Silent: true, Lost: true}))
		s := newSender(t, pipe(server), func(c *smpp.Config) { c.Enquire = time.Second })
		for i := range 3 {
			if synctest.Wait(); server.Bound() != 1 {
				t.Errorf("link is lost before submit %d", i)
			}
			_, err := s.Send(t.Context(), message(t))
			wantFailure(t, err, cattlegrid.Unknown, "")
		}
		if synctest.Wait(); server.Bound() != 0 {
			t.Error("link stands after three silent submits")
		}
	})
}

// What a peer asks is answered as the protocol says, what it should not say ends nothing but what it must.
func TestPeerRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peers, dial := newPeer(t)
		newSender(t, dial, nil)
		p := <-peers
		p.bind(pdu.Version)
		for _, tc := range []struct {
			request pdu.PDU
			want    string // "" if nothing is answered
		}{
			{pdu.PDU{Command: 0x99, Sequence: 8}, "00000010800000000000000300000008"},
			{pdu.PDU{Command: pdu.SubmitSM, Sequence: 9}, "00000010800000000000000300000009"},
			{pdu.PDU{Command: pdu.EnquireLink, Sequence: 2}, "00000010800000150000000000000002"},
			{pdu.PDU{Command: pdu.DeliverSM, Sequence: 1, Body: pdu.Message{}.Octets()}, "0000001180000005000000000000000100"},
			{pdu.PDU{Command: pdu.DeliverSM, Sequence: 1, Body: []byte("garbage!")}, "0000001180000005000000150000000100"},
			{pdu.PDU{Command: pdu.AlertNotification, Sequence: 1}, ""},
			{pdu.PDU{Command: pdu.Outbind, Sequence: 1}, ""},
			{pdu.PDU{Command: 0x99 | pdu.GenericNack, Sequence: 1}, ""},
			{pdu.Nack(pdu.StatusInvalidCommand, 77), ""},
		} {
			p.write(tc.request)
			if tc.want == "" {
				continue
			}
			q, err := pdu.Read(p)
			if got := hex.EncodeToString(q.Octets()); err != nil || got != tc.want {
				t.Errorf("answer to %#x = %s, %v, want %s", tc.request.Command, got, err, tc.want)
			}
		}
		p.writeOctets([]byte("\x00\x00\x00\x0f")) // and now nobody knows where the next one begins
		if q := p.read(pdu.GenericNack); q.Status != pdu.StatusInvalidCommandLength || q.Sequence != 0 {
			t.Errorf("answer = %+v", q)
		}
		if _, err := pdu.Read(p); !errors.Is(err, io.EOF) {
			t.Errorf("peer reads %v, want the end", err)
		}
		_ = p.Close()
	})
}

// A peer that unbinds gets its answer, and what is open may still be answered before the link ends.
func TestPeerUnbinds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peers, dial := newPeer(t)
		s := newSender(t, dial, nil)
		go func() {
			p := <-peers
			p.bind(pdu.Version)
			q, _ := p.submit()
			p.write(pdu.PDU{Command: pdu.Unbind, Sequence: 1})
			p.read(pdu.Unbind.Response())
			pass(time.Second)
			p.write(q.Answer(pdu.StatusOK, pdu.MessageIDOctets("1")))
			if _, err := pdu.Read(p); !errors.Is(err, io.EOF) {
				t.Errorf("peer reads %v, want the end", err)
			}
			_ = p.Close()
		}()
		if d, err := s.Send(t.Context(), message(t)); err != nil || d.ID != "1" {
			t.Errorf("Send = %+v, %v", d, err)
		}
	})
}

// An SMSC that does not know us any more gets another bind.
func TestNotBoundAnyMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first := true
		server := newSMSC(t, func(smsc.Submit) smsc.Answer {
			defer func() { first = false }()
			if first {
				return smsc.Answer{Status: uint32(pdu.StatusInvalidBindStatus)}
			}
			return smsc.Answer{}
		})
		s := newSender(t, pipe(server), nil)
		_, err := s.Send(t.Context(), message(t))
		wantFailure(t, err, cattlegrid.Temporary, "ESME_RINVBNDSTS")
		if synctest.Wait(); server.Bound() != 0 {
			t.Error("link stands")
		}
		if _, err := s.Send(t.Context(), message(t)); err != nil {
			t.Error(err)
		}
	})
}

// An SMSC that stops reading is left after the time for a write; nobody knows of a submit that was cut short.
func TestPeerDoesNotRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peers, dial := newPeer(t)
		s := newSender(t, dial, nil)
		p := <-peers
		p.bind(pdu.Version)
		go func() { _, _ = io.ReadFull(p, make([]byte, 20)) }()
		took := after(func() {
			_, err := s.Send(t.Context(), message(t))
			wantFailure(t, err, cattlegrid.Unknown, "")
		})
		if took != "10s" {
			t.Errorf("Send fails after %s", took)
		}
		_ = p.Close()
	})
}
