package smpp

import (
	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

// classes says what refusals mean. Whatever is not here is Temporary: nothing left, and nobody knows why.
var classes = classed(map[cattlegrid.SendClass][]pdu.Status{
	cattlegrid.Throttled: {pdu.StatusThrottled, pdu.StatusQueueFull},
	cattlegrid.Permanent: {
		pdu.StatusInvalidDest, 0x50, 0x51, // the number, its type, its plan
		pdu.StatusReceiverPermanent, pdu.StatusReceiverReject,
	},
	cattlegrid.Misconfigured: {
		// the account
		pdu.StatusBindFailed, pdu.StatusInvalidPassword, pdu.StatusInvalidSystemID, pdu.StatusInvalidSystemType,
		// the source and what it may do
		pdu.StatusInvalidSource, 0x48, 0x49, pdu.StatusInvalidServiceType, 0x100, 0x101, 0x103,
		// a field that this SMSC does not take
		pdu.StatusInvalidMessageLength, pdu.StatusInvalidCommandLength, pdu.StatusInvalidCommand, 0x06, 0x07,
		pdu.StatusInvalidMessageID, 0x42, 0x43, 0x54, pdu.StatusInvalidSchedule, pdu.StatusInvalidExpiry, 0x63,
		pdu.StatusInvalidTLVs, 0xC1, 0xC2, 0xC3, 0xC4, 0x104,
	},
})

func classed(lists map[cattlegrid.SendClass][]pdu.Status) map[pdu.Status]cattlegrid.SendClass {
	m := map[pdu.Status]cattlegrid.SendClass{}
	for class, statuses := range lists {
		for _, s := range statuses {
			m[s] = class
		}
	}
	return m
}

// class says what a refusal means at this provider.
func (c Config) class(s pdu.Status) cattlegrid.SendClass {
	if class, ok := c.Statuses[uint32(s)]; ok {
		return class
	}
	if class, ok := classes[s]; ok {
		return class
	}
	return cattlegrid.Temporary
}

// hopeless reports whether a bind that failed so will fail again until somebody does something. Then nobody need wait.
func hopeless(class cattlegrid.SendClass) bool {
	switch class {
	case cattlegrid.Unpaid, cattlegrid.Misconfigured:
		return true
	default:
		return false
	}
}
