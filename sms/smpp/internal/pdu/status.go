package pdu

import "fmt"

// Status is what a PDU that answers says of the one that asked.
type Status uint32

// The statuses that a transceiver or its SMSC meets.
const (
	StatusOK                   Status = 0x00
	StatusInvalidMessageLength Status = 0x01
	StatusInvalidCommandLength Status = 0x02
	StatusInvalidCommand       Status = 0x03
	StatusInvalidBindStatus    Status = 0x04
	StatusAlreadyBound         Status = 0x05
	StatusInvalidPriority      Status = 0x06
	StatusSystemError          Status = 0x08
	StatusInvalidSource        Status = 0x0A
	StatusInvalidDest          Status = 0x0B
	StatusInvalidMessageID     Status = 0x0C
	StatusBindFailed           Status = 0x0D
	StatusInvalidPassword      Status = 0x0E
	StatusInvalidSystemID      Status = 0x0F
	StatusQueueFull            Status = 0x14
	StatusInvalidServiceType   Status = 0x15
	StatusInvalidESMClass      Status = 0x43
	StatusInvalidSystemType    Status = 0x53
	StatusThrottled            Status = 0x58
	StatusInvalidSchedule      Status = 0x61
	StatusInvalidExpiry        Status = 0x62
	StatusReceiverTemporary    Status = 0x64
	StatusReceiverPermanent    Status = 0x65
	StatusReceiverReject       Status = 0x66
	StatusInvalidTLVs          Status = 0xC0
)

var names = map[Status]string{
	0x00: "ROK", 0x01: "RINVMSGLEN", 0x02: "RINVCMDLEN", 0x03: "RINVCMDID", 0x04: "RINVBNDSTS", 0x05: "RALYBND",
	0x06: "RINVPRTFLG", 0x07: "RINVREGDLVFLG", 0x08: "RSYSERR", 0x0A: "RINVSRCADR", 0x0B: "RINVDSTADR", 0x0C: "RINVMSGID",
	0x0D: "RBINDFAIL", 0x0E: "RINVPASWD", 0x0F: "RINVSYSID", 0x11: "RCANCELFAIL", 0x13: "RREPLACEFAIL", 0x14: "RMSGQFUL",
	0x15: "RINVSERTYP", 0x33: "RINVNUMDESTS", 0x34: "RINVDLNAME", 0x40: "RINVDESTFLAG", 0x42: "RINVSUBREP",
	0x43: "RINVESMCLASS", 0x44: "RCNTSUBDL", 0x45: "RSUBMITFAIL", 0x48: "RINVSRCTON", 0x49: "RINVSRCNPI",
	0x50: "RINVDSTTON", 0x51: "RINVDSTNPI", 0x53: "RINVSYSTYP", 0x54: "RINVREPFLAG", 0x55: "RINVNUMMSGS",
	0x58: "RTHROTTLED", 0x61: "RINVSCHED", 0x62: "RINVEXPIRY", 0x63: "RINVDFTMSGID", 0x64: "RX_T_APPN", 0x65: "RX_P_APPN",
	0x66: "RX_R_APPN", 0x67: "RQUERYFAIL", 0xC0: "RINVOPTPARSTREAM", 0xC1: "ROPTPARNOTALLWD", 0xC2: "RINVPARLEN",
	0xC3: "RMISSINGOPTPARAM", 0xC4: "RINVOPTPARAMVAL", 0xFE: "RDELIVERYFAILURE", 0xFF: "RUNKNOWNERR",
	0x100: "RSERTYPUNAUTH", 0x101: "RPROHIBITED", 0x102: "RSERTYPUNAVAIL", 0x103: "RSERTYPDENIED", 0x104: "RINVDCS",
}

// String returns the name that the specification gives, "ESME_RTHROTTLED", or the number, "0x00000411".
func (s Status) String() string {
	if name, ok := names[s]; ok {
		return "ESME_" + name
	}
	return fmt.Sprintf("0x%08X", uint32(s))
}
