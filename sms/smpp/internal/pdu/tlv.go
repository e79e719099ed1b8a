package pdu

import (
	"bytes"
	"encoding/binary"
	"math"
)

// Tag names an optional parameter.
type Tag uint16

// The optional parameters that are read or written here.
const (
	ReceiptedMessageID   Tag = 0x001E
	UserMessageReference Tag = 0x0204
	InterfaceVersion     Tag = 0x0210
	NetworkErrorCode     Tag = 0x0423
	MessagePayload       Tag = 0x0424
	MessageState         Tag = 0x0427
)

// TLV is one optional parameter.
type TLV struct {
	Tag   Tag
	Value []byte // at most 65535 octets
}

// TLVs are the optional parameters of a PDU, in their order.
type TLVs []TLV

// Append writes the parameters after a body.
func (ts TLVs) Append(out []byte) []byte {
	for _, t := range ts {
		value := t.Value[:min(len(t.Value), math.MaxUint16)]
		out = binary.BigEndian.AppendUint16(out, uint16(t.Tag))
		out = binary.BigEndian.AppendUint16(out, uint16(len(value)&math.MaxUint16))
		out = append(out, value...)
	}
	return out
}

// ParseTLVs reads parameters until the octets end, and says how many octets are left over that are no whole one. Some
// peers pad their answers, so that is not always an error.
func ParseTLVs(octets []byte) (ts TLVs, left int) {
	for len(octets) >= 4 {
		n := 4 + int(binary.BigEndian.Uint16(octets[2:]))
		if len(octets) < n {
			break
		}
		ts = append(ts, TLV{Tag: Tag(binary.BigEndian.Uint16(octets)), Value: octets[4:n]})
		octets = octets[n:]
	}
	return ts, len(octets)
}

// Find returns the value of the first parameter of that name, or nil.
func (ts TLVs) Find(tag Tag) []byte {
	for _, t := range ts {
		if t.Tag == tag {
			return t.Value
		}
	}
	return nil
}

// Text returns a value up to its NUL, which some peers leave out.
func (ts TLVs) Text(tag Tag) string {
	value, _, _ := bytes.Cut(ts.Find(tag), []byte{0})
	return string(value)
}

// Uint16 returns a value of two octets, or false.
func (ts TLVs) Uint16(tag Tag) (uint16, bool) {
	value := ts.Find(tag)
	if len(value) != 2 {
		return 0, false
	}
	return binary.BigEndian.Uint16(value), true
}
