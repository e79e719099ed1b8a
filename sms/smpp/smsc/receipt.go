package smsc

import (
	"encoding/binary"
	"fmt"

	"github.com/cattlegrid/cattlegrid/segment"
	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

// excerpt is how many characters of the text a receipt repeats.
const excerpt = 20

var states = map[string]byte{
	"ENROUTE": 1, "DELIVRD": 2, "EXPIRED": 3, "DELETED": 4, "UNDELIV": 5, "ACCEPTD": 6, "UNKNOWN": 7, "REJECTD": 8,
}

// receipt says what became of a submit, in text and in parameters.
func (l *link) receipt(m Submit, a Answer) pdu.PDU {
	state := a.State
	if state == "" {
		state = "DELIVRD"
	}
	delivered, code := "001", "000"
	if state != "DELIVRD" {
		delivered, code = "000", "001"
	}
	now := l.server.config.Now().UTC().Format("0601021504")
	says := fmt.Sprintf("id:%s sub:001 dlvrd:%s submit date:%s done date:%s stat:%s err:%s text:%s",
		a.ID, delivered, now, now, state, code, beginning(m.Text))
	r := pdu.Message{
		Source:   pdu.Address{TON: m.ToType[0], NPI: m.ToType[1], Addr: m.To},
		Dest:     pdu.Address{TON: m.FromType[0], NPI: m.FromType[1], Addr: m.From},
		ESMClass: pdu.ESMReceipt,
		Short:    []byte(says),
		TLVs:     pdu.TLVs{{Tag: pdu.ReceiptedMessageID, Value: pdu.MessageIDOctets(a.ID)}},
	}
	if n, ok := states[state]; ok {
		r.TLVs = append(r.TLVs, pdu.TLV{Tag: pdu.MessageState, Value: []byte{n}})
	}
	if m.Reference != 0 {
		r.TLVs = append(r.TLVs, pdu.TLV{
			Tag: pdu.UserMessageReference, Value: binary.BigEndian.AppendUint16(nil, m.Reference),
		})
	}
	return pdu.PDU{Command: pdu.DeliverSM, Sequence: l.sequence.Add(1), Body: r.Octets()}
}

// beginning returns the start of a text in octets that a receipt can hold, or nothing.
func beginning(text string) string {
	if runes := []rune(text); len(runes) > excerpt {
		text = string(runes[:excerpt])
	}
	octets, _ := segment.EncodeGSM7(text) // a text in UCS-2 is not repeated
	return string(octets)
}
