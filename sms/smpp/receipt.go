package smpp

import (
	"encoding/binary"
	"strconv"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

// maxReceipts is how many receipts may wait for OnReceipt.
const maxReceipts = 1000

// State is what became of a message that the SMSC took.
type State string

// The states, of which Enroute and Accepted may be followed by another one.
const (
	Enroute       State = "enroute"
	Accepted      State = "accepted"
	Delivered     State = "delivered"
	Expired       State = "expired"
	Deleted       State = "deleted"
	Undeliverable State = "undeliverable"
	Rejected      State = "rejected"
	Unclear       State = "unclear" // the SMSC does not know, or has a word of its own
)

// Final reports whether no other state follows.
func (s State) Final() bool { return s != Enroute && s != Accepted }

// Receipt is what the SMSC says later of a message that it took. It contains neither text nor number.
type Receipt struct {
	ID      string    // as in [cattlegrid.Delivery]
	Message string    // the ID of the [cattlegrid.Message], if the SMSC repeats our reference; else ""
	State   State     // what became of it
	Code    string    // the network's code of an error, as the SMSC writes it; "" or "000" if there is none
	At      time.Time // when, as the SMSC says; the zero time if it does not
}

// deliver takes what the SMSC delivers, and says what to answer. It does not wait.
func (s *Sender) deliver(m pdu.Message) pdu.Status {
	kind := m.ESMClass & pdu.ESMType
	if s.config.OnReceipt == nil || kind != pdu.ESMReceipt && kind != pdu.ESMProgress {
		return pdu.StatusOK // an SMS to us, which nobody reads
	}
	r := s.receipt(m)
	if r.ID == "" && r.Message == "" {
		return pdu.StatusOK // of which message, nobody can say, and will not when it is repeated
	}
	select {
	case s.receipts <- r:
		return pdu.StatusOK
	default:
		return pdu.StatusReceiverTemporary
	}
}

// receipt reads a receipt from its parameters and, for what these do not say, from its text.
func (s *Sender) receipt(m pdu.Message) Receipt {
	text := readReceipt(m)
	r := Receipt{
		ID:    s.config.IDs.receipt(text["id"]),
		State: stateOf(text["stat"]),
		Code:  text["err"],
		At:    when(text["done date"], s.config.Zone),
	}
	if id := token(m.TLVs.Text(pdu.ReceiptedMessageID), pdu.MaxMessageID); id != "" {
		r.ID = s.config.IDs.receipt(id)
	}
	if state := m.TLVs.Find(pdu.MessageState); len(state) == 1 {
		r.State = stateNumbered(state[0])
	}
	if r.Code == "" {
		r.Code = networkCode(m.TLVs.Find(pdu.NetworkErrorCode))
	}
	if reference, ok := m.TLVs.Uint16(pdu.UserMessageReference); ok {
		r.Message = s.references.find(reference)
	}
	return r
}

// networkCode reads a parameter of a network's type and its code. Some write three digits instead.
func networkCode(value []byte) string {
	switch {
	case len(value) != 3:
		return ""
	case isNumber(string(value)):
		return string(value)
	default:
		return strconv.Itoa(int(binary.BigEndian.Uint16(value[1:])))
	}
}

// stateOf reads the word of a text.
func stateOf(word string) State {
	switch word {
	case "SCHEDULED", "ENROUTE":
		return Enroute
	case "ACCEPTD", "ACKED", "BUFFRED", "BUFFERD":
		return Accepted
	case "DELIVRD":
		return Delivered
	case "EXPIRED":
		return Expired
	case "DELETED":
		return Deleted
	case "UNDELIV":
		return Undeliverable
	case "REJECTD":
		return Rejected
	default:
		return Unclear
	}
}

// stateNumbered reads the number of a parameter.
func stateNumbered(n byte) State {
	states := [...]State{Enroute, Enroute, Delivered, Expired, Deleted, Undeliverable, Accepted, Unclear, Rejected}
	if int(n) >= len(states) {
		return Unclear
	}
	return states[n]
}
