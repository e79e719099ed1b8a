package smpp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/segment"
	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

// parts makes the short messages of a message. Nothing of it is in an error.
func (s *Sender) parts(m cattlegrid.Message) ([]pdu.Message, *cattlegrid.SendError) {
	number, ok := strings.CutPrefix(m.To.E164(), "+")
	if !ok {
		return nil, failed(cattlegrid.Permanent, errors.New("no number"))
	}
	if n := segment.Count(m.Text).Segments; n > s.config.MaxParts {
		return nil, failed(cattlegrid.Misconfigured, fmt.Errorf("text takes %d SMS, at most %d are allowed", n, s.config.MaxParts))
	}
	reference := s.references.add(m.ID)
	base := pdu.Message{
		ServiceType: s.config.ServiceType,
		Source:      s.source,
		Dest:        pdu.Address{TON: s.config.DestType.TON, NPI: s.config.DestType.NPI, Addr: number},
		TLVs:        pdu.TLVs{{Tag: pdu.UserMessageReference, Value: binary.BigEndian.AppendUint16(nil, reference)}},
	}
	if s.config.Expire {
		base.Validity = period(m.Lifetime)
	}
	texts := segment.Split(m.Text)
	parts := make([]pdu.Message, len(texts))
	for i, text := range texts {
		parts[i] = base
		parts[i].Coding = s.config.coding(text.Encoding)
		parts[i].Short = text.Octets
		if len(texts) > 1 {
			header := pdu.Concat{Reference: reference, Total: octet(len(texts)), Part: octet(i + 1)}.Header()
			parts[i].ESMClass = pdu.ESMHeader
			parts[i].Short = append(header, text.Octets...)
		}
	}
	if s.config.OnReceipt != nil { // one message, one receipt
		parts[len(parts)-1].Registered = pdu.ReceiptWanted
	}
	return parts, nil
}

func (c Config) coding(e segment.Encoding) byte {
	if e == segment.UCS2 {
		return pdu.CodingUCS2
	}
	return c.GSMCoding
}

// octet is for what is never more than maxParts.
func octet(n int) byte { return byte(n & 0xFF) }

const day = 24 * time.Hour

// period writes a duration from now as the protocol does, up to 30 days. None is none.
func period(d time.Duration) string {
	if d < time.Second {
		return ""
	}
	d = min(d, 30*day)
	return fmt.Sprintf("0000%02d%02d%02d%02d000R", d/day, d%day/time.Hour, d%time.Hour/time.Minute, d%time.Minute/time.Second)
}
