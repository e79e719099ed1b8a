package pdu_test

import "github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"

// acme and number are the ends of the vectors.
var (
	acme   = pdu.Address{TON: 5, Addr: "Acme"}
	number = pdu.Address{TON: 1, NPI: 1, Addr: "447700900123"}
)

// vectors are PDUs that two other implementations read the same way.
var vectors = map[string]struct {
	octets string
	pdu    pdu.PDU
}{
	"Bind": {
		"00000021 00000009 00000000 00000001 6f747000 7365637265743100 00 34 00 00 00",
		pdu.PDU{Command: pdu.BindTransceiver, Sequence: 1, Body: pdu.Bind{
			SystemID: "otp", Password: "secret1", Version: pdu.Version,
		}.Octets()},
	},
	"BindAnswer": {
		"0000001a 80000009 00000000 00000001 534d534300 0210 0001 34",
		pdu.PDU{Command: pdu.BindTransceiver.Response(), Sequence: 1, Body: pdu.BindAnswer{
			SystemID: "SMSC", TLVs: pdu.TLVs{{Tag: pdu.InterfaceVersion, Value: []byte{pdu.Version}}},
		}.Octets()},
	},
	"BindRefused": {
		"00000010 80000009 0000000e 00000001",
		pdu.PDU{Command: pdu.BindTransceiver, Sequence: 1}.Answer(pdu.StatusInvalidPassword, nil),
	},
	"Enquire":       {"00000010 00000015 00000000 00000002", pdu.PDU{Command: pdu.EnquireLink, Sequence: 2}},
	"EnquireAnswer": {"00000010 80000015 00000000 00000002", pdu.PDU{Command: pdu.EnquireLink, Sequence: 2}.Answer(0, nil)},
	"Unbind":        {"00000010 00000006 00000000 00000003", pdu.PDU{Command: pdu.Unbind, Sequence: 3}},
	"Submit": {
		`00000046 00000004 00000000 00000003 00 05 00 41636d6500 01 01 34343737303039303031323300 00 00 00 00 00 01 00 00 00 15
		436f6465201b281b651b2920313233343a20000105`,
		pdu.PDU{Command: pdu.SubmitSM, Sequence: 3, Body: pdu.Message{
			Source: acme, Dest: number, Registered: pdu.ReceiptWanted, Short: []byte("Code \x1b\x28\x1be\x1b\x29 1234: \x00\x01\x05"),
		}.Octets()},
	},
	"SubmitUCS2": {
		`00000041 00000004 00000000 00000004 00 05 00 41636d6500 01 01 34343737303039303031323300 00 00 00 00 00 00 00 08 00 10
		041a043e04340020 0031003200330034`,
		pdu.PDU{Command: pdu.SubmitSM, Sequence: 4, Body: pdu.Message{
			Source: acme, Dest: number, Coding: pdu.CodingUCS2, Short: []byte("\x04\x1a\x04\x3e\x04\x34\x00 \x001\x002\x003\x004"),
		}.Octets()},
	},
	"SubmitPart": {
		`00000041 00000004 00000000 00000005 00 05 00 41636d6500 01 01 34343737303039303031323300 40 00 00 00 00 00 00 00 00 10
		050003a50201 41414141414141414141`,
		pdu.PDU{Command: pdu.SubmitSM, Sequence: 5, Body: pdu.Message{
			Source: acme, Dest: number, ESMClass: pdu.ESMHeader,
			Short: append(pdu.Concat{Reference: 0xa5, Total: 2, Part: 1}.Header(), "AAAAAAAAAA"...),
		}.Octets()},
	},
	"SubmitPayload": {
		`0000003a 00000004 00000000 00000007 00 05 00 41636d6500 01 01 34343737303039303031323300 00 00 00 00 00 00 00 00 00 00
		0424 0005 68656c6c6f`,
		pdu.PDU{Command: pdu.SubmitSM, Sequence: 7, Body: pdu.Message{
			Source: acme, Dest: number, TLVs: pdu.TLVs{{Tag: pdu.MessagePayload, Value: []byte("hello")}},
		}.Octets()},
	},
	"SubmitAnswer": {
		"00000019 80000004 00000000 00000003 303030303030303100",
		pdu.PDU{Command: pdu.SubmitSM, Sequence: 3}.Answer(0, pdu.MessageIDOctets("00000001")),
	},
	"SubmitThrottled": {
		"00000010 80000004 00000058 00000006", pdu.PDU{Command: pdu.SubmitSM, Sequence: 6}.Answer(pdu.StatusThrottled, nil),
	},
	"Deliver": {
		`0000009d 00000005 00000000 00000007 00 01 01 34343737303039303031323300 05 00 41636d6500 04 00 00 00 00 00 00 00 00 60
		69643a3041207375623a30303120646c7672643a303031207375626d697420646174653a3235313132373037323420646f6e6520646174653a
		3235313132373037323520737461743a44454c49565244206572723a30303020746578743a6869 001e 0003 304100 0427 0001 02`,
		pdu.PDU{Command: pdu.DeliverSM, Sequence: 7, Body: pdu.Message{
			Source: number, Dest: acme, ESMClass: pdu.ESMReceipt,
			Short: []byte("id:0A sub:001 dlvrd:001 submit date:2511270724 done date:2511270725 stat:DELIVRD err:000 text:hi"),
			TLVs: pdu.TLVs{
				{Tag: pdu.ReceiptedMessageID, Value: []byte("0A\x00")}, {Tag: pdu.MessageState, Value: []byte{2}},
			},
		}.Octets()},
	},
	"DeliverAnswer": {
		"00000011 80000005 00000000 00000001 00", pdu.PDU{Command: pdu.DeliverSM, Sequence: 1}.Answer(0, []byte{0}),
	},
	"Nack": {"00000010 80000000 00000003 00000008", pdu.Nack(pdu.StatusInvalidCommand, 8)},
}
