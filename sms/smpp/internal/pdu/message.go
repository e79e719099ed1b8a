package pdu

// Bits of esm_class, registered_delivery, and values of data_coding.
const (
	ESMHeader   byte = 0x40 // the short message begins with a user data header
	ESMType     byte = 0x3C // mask: what a message is, if not an SMS
	ESMReceipt  byte = 0x04 // the SMSC's delivery receipt
	ESMProgress byte = 0x20 // an intermediate notification

	ReceiptWanted byte = 0x01

	CodingLatin1 byte = 3
	CodingUCS2   byte = 8
)

// MaxShort is how many octets a short message has at most.
const MaxShort = 254

// Address is one end of a message.
type Address struct {
	TON, NPI byte
	Addr     string
}

// Message is the body of submit_sm and of deliver_sm.
type Message struct {
	ServiceType string
	Source      Address
	Dest        Address
	ESMClass    byte
	Protocol    byte
	Priority    byte
	Schedule    string
	Validity    string
	Registered  byte
	Replace     byte
	Coding      byte
	DefaultID   byte
	Short       []byte // at most MaxShort octets
	TLVs        TLVs
	Left        int // octets after the last whole parameter, when parsed
}

// Octets returns the body.
func (m Message) Octets() []byte {
	short := m.Short[:min(len(m.Short), MaxShort)]
	out := make([]byte, 0, 128+len(short))
	out = appendText(out, m.ServiceType)
	out = m.Source.append(out)
	out = m.Dest.append(out)
	out = append(out, m.ESMClass, m.Protocol, m.Priority)
	out = appendText(out, m.Schedule)
	out = appendText(out, m.Validity)
	out = append(out, m.Registered, m.Replace, m.Coding, m.DefaultID, byte(len(short)&0xFF))
	out = append(out, short...)
	return m.TLVs.Append(out)
}

func (a Address) append(out []byte) []byte { return appendText(append(out, a.TON, a.NPI), a.Addr) }

// ParseMessage reads the body of submit_sm or deliver_sm. The error is a [*FieldError].
func ParseMessage(body []byte) (Message, error) {
	d := decoder{rest: body}
	m := Message{
		ServiceType: d.text("service_type", MaxServiceType+1, StatusInvalidServiceType),
		Source:      d.address("source_addr", StatusInvalidSource),
		Dest:        d.address("destination_addr", StatusInvalidDest),
		ESMClass:    d.octet("esm_class"),
		Protocol:    d.octet("protocol_id"),
		Priority:    d.octet("priority_flag"),
		Schedule:    d.time("schedule_delivery_time", StatusInvalidSchedule),
		Validity:    d.time("validity_period", StatusInvalidExpiry),
		Registered:  d.octet("registered_delivery"),
		Replace:     d.octet("replace_if_present_flag"),
		Coding:      d.octet("data_coding"),
		DefaultID:   d.octet("sm_default_msg_id"),
	}
	n := d.octet("sm_length")
	if n > MaxShort {
		d.fail("sm_length", StatusInvalidMessageLength)
	}
	m.Short = d.octets("short_message", int(n))
	m.TLVs, m.Left = ParseTLVs(d.rest)
	return m, d.err
}

func (d *decoder) address(field string, status Status) Address {
	return Address{TON: d.octet(field), NPI: d.octet(field), Addr: d.text(field, MaxAddress+1, status)}
}

// time reads a time, which has sixteen characters or none.
func (d *decoder) time(field string, status Status) string {
	s := d.text(field, 17, status)
	if s != "" && len(s) != 16 {
		d.fail(field, status)
		return ""
	}
	return s
}

// Text returns the octets of the text, wherever they are, and which part of several it is. Of a header that is malformed
// it returns no text.
func (m Message) Text() ([]byte, Concat) {
	octets := m.Short
	if len(octets) == 0 {
		octets = m.TLVs.Find(MessagePayload)
	}
	if m.ESMClass&ESMHeader == 0 {
		return octets, Concat{}
	}
	return cutHeader(octets)
}

// MessageIDOctets returns the body of submit_sm's answer.
func MessageIDOctets(id string) []byte { return appendText(nil, id) }

// ParseMessageID reads the body of submit_sm's answer, which is allowed to be missing. The error is a [*FieldError].
func ParseMessageID(body []byte) (string, error) {
	if len(body) == 0 {
		return "", nil
	}
	d := decoder{rest: body}
	return d.text("message_id", MaxMessageID+1, StatusInvalidMessageID), d.err
}
