package smpp

import "github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"

// Receipt is receipt.
func (s *Sender) Receipt(m pdu.Message) Receipt { return s.receipt(m) }

// Classes is classes.
var Classes = classes

// Period is period.
var Period = period

// Response and Receipt are response and receipt.
func (f IDForm) Response(id string) string { return f.response(id) }

// Receipt is receipt.
func (f IDForm) Receipt(id string) string { return f.receipt(id) }
