// Package pdu is the wire of SMPP 3.4: what a transceiver and its SMSC say to each other, in octets.
//
// It has no state and opens nothing. What is read is bounded: a PDU by [MaxLength], a field by the protocol's maximum.
// Nothing that arrives panics.
package pdu

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	// MaxLength is how long a PDU may be, with its header.
	MaxLength = 64 << 10

	headerLength = 16
)

// ErrLength means that a PDU says a length that none has. Where the next one begins is not known.
var ErrLength = errors.New("malformed PDU length")

// Command says what a PDU is.
type Command uint32

// The commands of a transceiver. Its peer's answer to one has the highest bit set.
const (
	BindReceiver      Command = 0x001
	BindTransmitter   Command = 0x002
	SubmitSM          Command = 0x004
	DeliverSM         Command = 0x005
	Unbind            Command = 0x006
	BindTransceiver   Command = 0x009
	Outbind           Command = 0x00B
	EnquireLink       Command = 0x015
	AlertNotification Command = 0x102
	GenericNack       Command = responseBit

	responseBit = 0x80000000
)

// Response returns the command that answers c.
func (c Command) Response() Command { return c | responseBit }

// IsResponse reports whether c answers another PDU. The two sides number their requests apart, so only an answer has a
// sequence number of ours.
func (c Command) IsResponse() bool { return c&responseBit != 0 }

// PDU is one, its body not yet read.
type PDU struct {
	Command  Command
	Status   Status // of an answer
	Sequence uint32
	Body     []byte
}

// Answer makes the answer to p.
func (p PDU) Answer(status Status, body []byte) PDU {
	return PDU{Command: p.Command.Response(), Status: status, Sequence: p.Sequence, Body: body}
}

// Nack makes the answer to what has no answer of its own.
func Nack(status Status, sequence uint32) PDU {
	return PDU{Command: GenericNack, Status: status, Sequence: sequence}
}

// Octets returns the PDU as it is written.
func (p PDU) Octets() []byte {
	out := make([]byte, 0, headerLength+len(p.Body))
	out = binary.BigEndian.AppendUint32(out, uint32(headerLength+len(p.Body))) //nolint:gosec // bodies are far shorter
	out = binary.BigEndian.AppendUint32(out, uint32(p.Command))
	out = binary.BigEndian.AppendUint32(out, uint32(p.Status))
	out = binary.BigEndian.AppendUint32(out, p.Sequence)
	return append(out, p.Body...)
}

// Read reads one PDU, and no octet more. The error is [ErrLength], or the reader's.
func Read(r io.Reader) (PDU, error) {
	var header [headerLength]byte
	if _, err := io.ReadFull(r, header[:4]); err != nil {
		return PDU{}, err
	}
	length := binary.BigEndian.Uint32(header[:])
	if length < headerLength || length > MaxLength {
		return PDU{}, fmt.Errorf("%w: %d octets, want %d to %d", ErrLength, length, headerLength, MaxLength)
	}
	if _, err := io.ReadFull(r, header[4:]); err != nil {
		return PDU{}, whole(err)
	}
	p := PDU{
		Command:  Command(binary.BigEndian.Uint32(header[4:])),
		Status:   Status(binary.BigEndian.Uint32(header[8:])),
		Sequence: binary.BigEndian.Uint32(header[12:]),
	}
	if length > headerLength {
		p.Body = make([]byte, length-headerLength)
	}
	_, err := io.ReadFull(r, p.Body)
	return p, whole(err)
}

// whole says of an end within a PDU that it is one.
func whole(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
