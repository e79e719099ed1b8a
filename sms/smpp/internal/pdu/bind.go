package pdu

// The longest values of fields, without the NUL that ends them.
const (
	MaxSystemID    = 15
	MaxPassword    = 8
	MaxSystemType  = 12
	MaxServiceType = 5
	MaxAddress     = 20
	MaxMessageID   = 64
)

// Version is that of the protocol.
const Version = 0x34

// Bind is the body of a bind request.
type Bind struct {
	SystemID, Password, SystemType string
	Version                        byte
	TON, NPI                       byte
	Range                          string
}

// Octets returns the body.
func (b Bind) Octets() []byte {
	out := appendText(nil, b.SystemID)
	out = appendText(out, b.Password)
	out = appendText(out, b.SystemType)
	out = append(out, b.Version, b.TON, b.NPI)
	return appendText(out, b.Range)
}

// ParseBind reads the body of a bind request. The error is a [*FieldError].
func ParseBind(body []byte) (Bind, error) {
	d := decoder{rest: body}
	b := Bind{
		SystemID:   d.text("system_id", MaxSystemID+1, StatusInvalidSystemID),
		Password:   d.text("password", MaxPassword+1, StatusInvalidPassword),
		SystemType: d.text("system_type", MaxSystemType+1, StatusInvalidSystemType),
		Version:    d.octet("interface_version"),
		TON:        d.octet("addr_ton"),
		NPI:        d.octet("addr_npi"),
		Range:      d.text("address_range", 41, StatusBindFailed),
	}
	return b, d.err
}

// BindAnswer is the body of a bind request's answer.
type BindAnswer struct {
	SystemID string
	TLVs     TLVs
}

// Octets returns the body.
func (b BindAnswer) Octets() []byte { return b.TLVs.Append(appendText(nil, b.SystemID)) }

// ParseBindAnswer reads the body of a bind request's answer. The error is a [*FieldError].
func ParseBindAnswer(body []byte) (BindAnswer, error) {
	d := decoder{rest: body}
	b := BindAnswer{SystemID: d.text("system_id", MaxSystemID+1, StatusInvalidSystemID)}
	b.TLVs, _ = ParseTLVs(d.rest)
	return b, d.err
}
