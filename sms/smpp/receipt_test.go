package smpp_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/segment"
	"github.com/cattlegrid/cattlegrid/sms/smpp"
	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
	"github.com/cattlegrid/cattlegrid/sms/smpp/smsc"
)

// A receipt comes with the id of the delivery and of the message, in whichever order the two come.
func TestReceipt(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer smsc.Answer
		state  smpp.State
		code   string
	}{
		"Delivered": {smsc.Answer{}, smpp.Delivered, "000"},
		"Early":     {smsc.Answer{EarlyReceipt: true}, smpp.Delivered, "000"},
		"Expired":   {smsc.Answer{State: "EXPIRED"}, smpp.Expired, "001"},
		"Vendors":   {smsc.Answer{State: "NOROUTE"}, smpp.Unclear, "001"},
		"Lost":      {smsc.Answer{NoReceipt: true}, "", ""},
		"Unknown":   {smsc.Answer{Silent: true}, smpp.Delivered, "000"}, // the fate was, until the receipt
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				receipts := make(chan smpp.Receipt, 2)
				server := newSMSC(t, always(tc.answer))
				s := newSender(t, pipe(server), func(c *smpp.Config) { c.OnReceipt = func(r smpp.Receipt) { receipts <- r } })
				m := message(t)
				m.Text = strings.Repeat("918273 ", 30)
				if name == "Unknown" {
					m.Text = "918273 "
				}
				d, err := s.Send(t.Context(), m)
				if (err == nil) != (name != "Unknown") {
					t.Error(err)
				}
				if name == "Unknown" {
					d.ID = "00000001"
				}
				mustClose(t, s)
				close(receipts)
				var want []smpp.Receipt
				if tc.state != "" {
					at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // when bubbles begin
					want = append(want, smpp.Receipt{ID: d.ID, Message: m.ID, State: tc.state, Code: tc.code, At: at})
				}
				var got []smpp.Receipt
				for r := range receipts {
					got = append(got, r)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("receipts (-want +got):\n%s", diff)
				}
				wantSilent(t, fmt.Sprintf("%+v", got))
			})
		})
	}
}

// Receipts are read as the many who write them do: in text, in parameters, or both; of both the parameters count.
func TestReadReceipt(t *testing.T) {
	t.Parallel()
	const text = "id:0123 sub:001 dlvrd:001 submit date:2511270724 done date:2511270725 stat:DELIVRD err:027 text:id:9 stat:EXPIRED"
	done := time.Date(2025, 11, 27, 7, 25, 0, 0, time.UTC)
	delivered := smpp.Receipt{ID: "0123", State: smpp.Delivered, Code: "027", At: done}
	tlvs := pdu.TLVs{
		{Tag: pdu.ReceiptedMessageID, Value: []byte("A-7\x00")},
		{Tag: pdu.MessageState, Value: []byte{5}},
		{Tag: pdu.NetworkErrorCode, Value: []byte{3, 1, 2}},
	}
	for name, tc := range map[string]struct {
		message pdu.Message
		want    smpp.Receipt
	}{
		"Text":       {pdu.Message{Short: []byte(text)}, delivered},
		"Payload":    {pdu.Message{TLVs: pdu.TLVs{{Tag: pdu.MessagePayload, Value: []byte(text)}}}, delivered},
		"Lies":       {pdu.Message{Coding: pdu.CodingUCS2, Short: []byte(text)}, delivered},
		"UCS2":       {pdu.Message{Coding: pdu.CodingUCS2, TLVs: pdu.TLVs{{Tag: pdu.MessagePayload, Value: segment.EncodeUCS2(text)}}}, delivered},
		"Header":     {pdu.Message{ESMClass: 0x44, Short: append([]byte{5, 0, 3, 1, 1, 1}, text...)}, delivered},
		"UpperCase":  {pdu.Message{Short: []byte(strings.Replace(strings.ToUpper(text), "TEXT:ID:9", "Text: x", 1))}, delivered},
		"OtherOrder": {pdu.Message{Short: []byte("stat:delivrd done date:251127072500 err:027 id:0123")}, delivered},
		"Parameters": {pdu.Message{TLVs: tlvs}, smpp.Receipt{ID: "A-7", State: smpp.Undeliverable, Code: "258"}},
		"Both": {
			pdu.Message{Short: []byte(text), TLVs: tlvs},
			smpp.Receipt{ID: "A-7", State: smpp.Undeliverable, Code: "027", At: done},
		},
		"NoNUL": {
			pdu.Message{TLVs: pdu.TLVs{{Tag: pdu.ReceiptedMessageID, Value: []byte("A-7")}, {Tag: pdu.NetworkErrorCode, Value: []byte("012")}}},
			smpp.Receipt{ID: "A-7", State: smpp.Unclear, Code: "012"},
		},
		"Bare":        {pdu.Message{Short: []byte("id:1")}, smpp.Receipt{ID: "1", State: smpp.Unclear}},
		"OnlyText":    {pdu.Message{Short: []byte("text:id:9 stat:DELIVRD")}, smpp.Receipt{State: smpp.Unclear}},
		"Within":      {pdu.Message{Short: []byte("valid:7 id:1")}, smpp.Receipt{ID: "1", State: smpp.Unclear}},
		"BadDate":     {pdu.Message{Short: []byte("id:1 done date:2513450799")}, smpp.Receipt{ID: "1", State: smpp.Unclear}},
		"BadID":       {pdu.Message{Short: []byte("id:1\n2 stat:DELIVRD")}, smpp.Receipt{State: smpp.Delivered}},
		"LongID":      {pdu.Message{Short: []byte("id:" + strings.Repeat("1", 65))}, smpp.Receipt{State: smpp.Unclear}},
		"BadState":    {pdu.Message{TLVs: pdu.TLVs{{Tag: pdu.MessageState, Value: []byte{99}}}}, smpp.Receipt{State: smpp.Unclear}},
		"ShorterCase": {pdu.Message{Short: []byte("id:1 stat:\u212a")}, smpp.Receipt{State: smpp.Unclear}},
		"Nothing":     {pdu.Message{}, smpp.Receipt{State: smpp.Unclear}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := reader(t).Receipt(tc.message); got != tc.want {
				t.Errorf("receipt = %+v, want %+v", got, tc.want)
			}
		})
	}
}

// reader makes a sender that reads receipts and connects to nothing.
func reader(t testing.TB) *smpp.Sender {
	t.Helper()
	_, dial := newPeer(t)
	return newSender(t, dial, nil)
}

// Every word and every number has its state, and two of them are not final.
func TestStates(t *testing.T) {
	t.Parallel()
	s := reader(t)
	for word, want := range map[string]smpp.State{
		"SCHEDULED": smpp.Enroute, "ENROUTE": smpp.Enroute, "ACCEPTD": smpp.Accepted, "ACKED": smpp.Accepted,
		"BUFFRED": smpp.Accepted, "DELIVRD": smpp.Delivered, "EXPIRED": smpp.Expired, "DELETED": smpp.Deleted,
		"UNDELIV": smpp.Undeliverable, "REJECTD": smpp.Rejected, "UNKNOWN": smpp.Unclear, "FAILED": smpp.Unclear,
	} {
		if got := s.Receipt(pdu.Message{Short: []byte("id:1 stat:" + word)}).State; got != want {
			t.Errorf("state %s = %s, want %s", word, got, want)
		}
		if final := want != smpp.Enroute && want != smpp.Accepted; want.Final() != final {
			t.Errorf("%s.Final = %v", want, !final)
		}
	}
	for n, want := range []smpp.State{
		smpp.Enroute, smpp.Enroute, smpp.Delivered, smpp.Expired, smpp.Deleted, smpp.Undeliverable, smpp.Accepted, smpp.Unclear,
		smpp.Rejected, smpp.Unclear,
	} {
		m := pdu.Message{TLVs: pdu.TLVs{{Tag: pdu.MessageState, Value: []byte{byte(n)}}}}
		if got := s.Receipt(m).State; got != want {
			t.Errorf("state %d = %s, want %s", n, got, want)
		}
	}
}

// Where one side is hexadecimal, both ids are the same decimal number, of any length; an opaque one stays as it is.
func TestIDForm(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		form                    smpp.IDForm
		response, receipt, want string
	}{
		{smpp.Opaque, "00AB", "00AB", "00AB"},
		{smpp.HexResponses, "000000aB", "0000000171", "171"},
		{smpp.HexResponses, "FFFFFFFFFFFFFFFFFF", "4722366482869645213695", "4722366482869645213695"},
		{smpp.HexReceipts, "0000000171", "000000AB", "171"},
		{smpp.HexReceipts, "10", "a", "10"},
		{smpp.HexResponses, "b7e1-4a", "b7e1-4a", "b7e1-4a"},
		{smpp.HexResponses, "", "", ""},
		{smpp.HexResponses, "-1", "-1", "-1"},
		{smpp.HexReceipts, "1_0", "1_0", "1_0"},
	} {
		if a, b := tc.form.Response(tc.response), tc.form.Receipt(tc.receipt); a != tc.want || b != tc.want {
			t.Errorf("form %d of %q and %q = %q and %q, want %q", tc.form, tc.response, tc.receipt, a, b, tc.want)
		}
	}
}

// A handler that blocks holds up nothing: what is too much the SMSC is asked to repeat, and enquiries are answered.
func TestReceiptFlood(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peers, dial := newPeer(t)
		release, handled := make(chan struct{}), 0
		s := newSender(t, dial, func(c *smpp.Config) {
			c.OnReceipt = func(smpp.Receipt) {
				<-release
				handled++
			}
		})
		p := <-peers
		p.bind(pdu.Version)
		body := pdu.Message{ESMClass: pdu.ESMReceipt, Short: []byte("id:1 stat:DELIVRD")}.Octets()
		accepted := 0
		for n := range uint32(1100) {
			p.write(pdu.PDU{Command: pdu.DeliverSM, Sequence: n + 1, Body: body})
			switch q := p.read(pdu.DeliverSM.Response()); q.Status {
			case pdu.StatusOK:
				accepted++
			case pdu.StatusReceiverTemporary:
			default:
				t.Fatalf("receipt is answered %v", q.Status)
			}
		}
		p.write(pdu.PDU{Command: pdu.EnquireLink, Sequence: 1})
		p.read(pdu.EnquireLink.Response())
		close(release)
		go p.leave()
		mustClose(t, s)
		if accepted != 1001 || handled != accepted {
			t.Errorf("%d receipts were accepted and %d handled, want 1001", accepted, handled)
		}
	})
}

// What is no receipt, or is one of nothing, is taken and dropped.
func TestNoReceipt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peers, dial := newPeer(t)
		n := 0
		s := newSender(t, dial, func(c *smpp.Config) { c.OnReceipt = func(smpp.Receipt) { n++ } })
		p := <-peers
		p.bind(pdu.Version)
		for esm, text := range map[byte]string{0x00: "id:1 STOP", 0x08: "id:1", 0x10: "id:1", 0x18: "id:1", 0x04: "no id"} {
			p.write(pdu.PDU{Command: pdu.DeliverSM, Sequence: 1, Body: pdu.Message{ESMClass: esm, Short: []byte(text)}.Octets()})
			if q := p.read(pdu.DeliverSM.Response()); q.Status != pdu.StatusOK {
				t.Errorf("message of class %#x is answered %v", esm, q.Status)
			}
		}
		go p.leave()
		if mustClose(t, s); n != 0 {
			t.Errorf("%d receipts, want none", n)
		}
	})
}

// Whatever a receipt says, what is read of it can be shown.
func FuzzReceipt(f *testing.F) {
	f.Add(byte(0x04), byte(0), []byte("id:0123 sub:001 submit date:2511270724 done date:2511270725 stat:DELIVRD err:027 text:x"), []byte("\x00\x1e\x00\x02A\x00"))
	f.Add(byte(0x44), byte(8), []byte("\x05\x00\x03\x01\x01\x01\x00i\x00d\x00:\x001"), []byte("\x04\x27\x00\x01\x02\x04\x23\x00\x03\x03\x00\x1b"))
	s := reader(f)
	f.Fuzz(func(t *testing.T, esm, coding byte, short, octets []byte) {
		tlvs, _ := pdu.ParseTLVs(octets)
		r := s.Receipt(pdu.Message{ESMClass: esm, Coding: coding, Short: short, TLVs: tlvs})
		for _, field := range []string{r.ID, r.Code, string(r.State)} {
			if len(field) > 80 || strings.ContainsFunc(field, func(c rune) bool { return c <= ' ' || c > '~' }) {
				t.Errorf("receipt has %q", field)
			}
		}
	})
}
