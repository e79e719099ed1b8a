package pdu

import "encoding/binary"

// The elements of a user data header that say which part of a text a message is.
const (
	concat8  = 0x00 // with a reference of one octet
	concat16 = 0x08
)

// Concat says which part of a text a message is. The zero value is no part.
type Concat struct {
	Reference   uint16 // the same in all parts of a text
	Total, Part byte   // Part counts from one
}

// Header returns the user data header, with a reference of one octet.
func (c Concat) Header() []byte {
	return []byte{5, concat8, 3, byte(c.Reference & 0xFF), c.Total, c.Part}
}

// cutHeader takes the user data header off a message. A header that is longer than the message, or has an element longer
// than itself, makes the message unreadable.
func cutHeader(octets []byte) (text []byte, c Concat) {
	if len(octets) == 0 || len(octets) < 1+int(octets[0]) {
		return nil, Concat{}
	}
	header, text := octets[1:1+octets[0]], octets[1+octets[0]:]
	for len(header) > 0 {
		if len(header) < 2 || len(header) < 2+int(header[1]) {
			return nil, Concat{}
		}
		element, value := header[0], header[2:2+header[1]]
		header = header[2+header[1]:]
		switch {
		case element == concat8 && len(value) == 3:
			c = Concat{Reference: uint16(value[0]), Total: value[1], Part: value[2]}
		case element == concat16 && len(value) == 4:
			c = Concat{Reference: binary.BigEndian.Uint16(value), Total: value[2], Part: value[3]}
		}
	}
	if c.Part == 0 || c.Part > c.Total { // such an element is to be ignored
		c = Concat{}
	}
	return text, c
}
