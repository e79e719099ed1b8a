package smpp

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

// Type says what an address is: the type of number and the numbering plan. Where none is configured for a source, it is
//
//	{5, 0}  a name, up to 11 characters: Acme
//	{1, 1}  a number of more than 6 digits: 447700900000
//	{3, 0}  a short code: 12345
//	{0, 0}  nothing
type Type struct{ TON, NPI byte }

const (
	maxName      = 11
	maxShortCode = 6
)

// address returns Source as it is written: a number without its plus sign.
func (c Config) address() pdu.Address {
	source := c.Source
	if digits, ok := strings.CutPrefix(source, "+"); ok && isNumber(digits) {
		source = digits
	}
	t := look(source)
	if c.SourceType != nil {
		t = *c.SourceType
	}
	return pdu.Address{TON: t.TON, NPI: t.NPI, Addr: source}
}

func look(source string) Type {
	switch {
	case source == "":
		return Type{}
	case !isNumber(source):
		return Type{TON: 5}
	case len(source) > maxShortCode:
		return Type{TON: 1, NPI: 1}
	default:
		return Type{TON: 3}
	}
}

func (c Config) checkSource() error {
	a := c.address()
	switch {
	case !printable(a.Addr):
		return errors.New("smpp source has a character that is not printable ASCII")
	case len(a.Addr) > pdu.MaxAddress:
		return fmt.Errorf("smpp source has %d characters; the protocol allows %d", len(a.Addr), pdu.MaxAddress)
	case a.TON == 5 && len(a.Addr) > maxName:
		return fmt.Errorf("smpp source has %d characters; a name has at most %d", len(a.Addr), maxName)
	}
	return nil
}

func isNumber(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}
