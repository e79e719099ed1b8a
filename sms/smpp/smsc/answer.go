package smsc

import (
	"github.com/cattlegrid/cattlegrid/segment"
	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

// Answer is how a submit is treated. The zero value takes it, says so, and sends a receipt if one is wanted.
type Answer struct {
	// Status refuses the submit, unless it is zero.
	Status uint32
	// Lost keeps the submit out of the inbox, whatever is answered.
	Lost bool
	// Silent answers nothing.
	Silent bool
	// Raw is written in place of the answer.
	Raw []byte
	// Cut closes the link, after the answer if there is one.
	Cut bool

	// ID is that of the message. Empty means the next number.
	ID string
	// State is what a receipt says. Empty means "DELIVRD".
	State string
	// NoReceipt loses the receipt.
	NoReceipt bool
	// EarlyReceipt sends the receipt before the answer, as happens where they go different ways.
	EarlyReceipt bool
}

// Garbage answers with a PDU that means nothing.
func Garbage() Answer {
	return Answer{Raw: pdu.PDU{Command: 0x8BADF00D, Status: 0xDEADBEEF, Sequence: 0xFFFFFFFF, Body: []byte("?????")}.Octets()}
}

// Huge answers with a PDU that says it has 4 GiB.
func Huge() Answer {
	return Answer{Raw: []byte("\xff\xff\xff\xff\x80\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x01")}
}

// Submit is one short message: a whole text or a part of one.
type Submit struct {
	From, To    string
	FromType    [2]byte // type of number, numbering plan
	ToType      [2]byte
	Service     string
	Coding      byte
	Text        string // of this part
	Part, Total int    // 1 and 1 for a whole text
	Group       uint16 // the same in all parts of a text
	Reference   uint16 // user_message_reference
	Validity    string
	Receipt     bool // one is wanted
}

// The most octets of a short message, with its header, and the most of its 7-bit characters.
const (
	maxOctets = 140
	septet    = 7
	octet     = 8
)

// read reads the body of submit_sm, or says with which status it is refused.
func read(body []byte) (Submit, pdu.Status) {
	m, err := pdu.ParseMessage(body)
	if err != nil {
		return Submit{}, statusOf(err)
	}
	octets, part := m.Text()
	switch {
	case m.Left > 0:
		return Submit{}, pdu.StatusInvalidTLVs
	case !isNumber(m.Dest.Addr):
		return Submit{}, pdu.StatusInvalidDest
	case m.Priority > 3:
		return Submit{}, pdu.StatusInvalidPriority
	case m.ESMClass&pdu.ESMHeader != 0 && octets == nil:
		return Submit{}, pdu.StatusInvalidESMClass
	case tooLong(m, octets):
		return Submit{}, pdu.StatusInvalidMessageLength
	}
	s := Submit{
		From: m.Source.Addr, To: m.Dest.Addr,
		FromType: [2]byte{m.Source.TON, m.Source.NPI}, ToType: [2]byte{m.Dest.TON, m.Dest.NPI},
		Service: m.ServiceType, Coding: m.Coding, Text: text(m.Coding, octets), Part: 1, Total: 1, Validity: m.Validity,
		Receipt: m.Registered&pdu.ReceiptWanted != 0,
	}
	if part.Total > 0 {
		s.Part, s.Total, s.Group = int(part.Part), int(part.Total), part.Reference
	}
	s.Reference, _ = m.TLVs.Uint16(pdu.UserMessageReference)
	return s, pdu.StatusOK
}

// tooLong reports whether a short message does not go over the air.
func tooLong(m pdu.Message, octets []byte) bool {
	if len(m.Short) == 0 { // it is in a parameter, and would be cut
		return false
	}
	room := maxOctets - (len(m.Short) - len(octets))
	switch m.Coding {
	case pdu.CodingUCS2:
		return len(octets) > room || len(octets)%2 != 0
	case pdu.CodingLatin1:
		return len(octets) > room
	default:
		return len(octets) > room*octet/septet
	}
}

func text(coding byte, octets []byte) string {
	switch coding {
	case pdu.CodingUCS2:
		return segment.DecodeUCS2(octets)
	case pdu.CodingLatin1:
		runes := make([]rune, len(octets))
		for i, b := range octets {
			runes[i] = rune(b)
		}
		return string(runes)
	default:
		return segment.DecodeGSM7(octets)
	}
}

func isNumber(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}
