package smpp

import (
	"math/big"
	"strings"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

// IDForm is how an SMSC writes the id of a message. Some write the same number hexadecimal in the answer to a message and
// decimal in its receipt, or the other way round. Then a delivery and a receipt have it decimal, so that they match. It is
// a setting because an id such as 10 may be either.
type IDForm int

const (
	// Opaque means that an id is the same text in both.
	Opaque IDForm = iota
	// HexResponses means that answers are hexadecimal and receipts decimal.
	HexResponses
	// HexReceipts means that answers are decimal and receipts hexadecimal.
	HexReceipts
)

const (
	decimal     = 10
	hexadecimal = 16
)

func (f IDForm) response(id string) string {
	switch f {
	case HexResponses:
		return number(id, hexadecimal)
	case HexReceipts:
		return number(id, decimal)
	default:
		return id
	}
}

func (f IDForm) receipt(id string) string {
	switch f {
	case HexResponses:
		return number(id, decimal)
	case HexReceipts:
		return number(id, hexadecimal)
	default:
		return id
	}
}

// number writes an id as a decimal number without zeros before it. One that is no number stays as it is.
func number(id string, base int) string {
	if strings.ContainsAny(id, "+-_") { // big would read them
		return id
	}
	n, ok := new(big.Int).SetString(id, base)
	if !ok {
		return id
	}
	return n.String()
}

// shown returns an id if it can be shown: one made of the code or the number cannot.
func shown(id string, m cattlegrid.Message) string {
	digits := m.To.E164()
	digits = digits[max(0, len(digits)-7):]
	if m.Code != "" && strings.Contains(id, m.Code) || digits != "" && strings.Contains(id, digits) {
		return ""
	}
	return token(id, pdu.MaxMessageID)
}
