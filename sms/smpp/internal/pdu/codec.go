package pdu

import "bytes"

// FieldError is a field that does not keep to the protocol. Nothing of what it holds is in the text.
type FieldError struct {
	Field  string // as the specification calls it
	Status Status // with which an SMSC answers
}

// Error implements error.
func (e *FieldError) Error() string { return "malformed field " + e.Field }

// decoder reads a body from its front. After the first error it returns zeros.
type decoder struct {
	rest []byte
	err  error
}

func (d *decoder) fail(field string, status Status) {
	if d.err == nil {
		d.err, d.rest = &FieldError{Field: field, Status: status}, nil
	}
}

func (d *decoder) octet(field string) byte {
	if len(d.rest) == 0 {
		d.fail(field, StatusInvalidCommandLength)
		return 0
	}
	b := d.rest[0]
	d.rest = d.rest[1:]
	return b
}

func (d *decoder) octets(field string, n int) []byte {
	if len(d.rest) < n {
		d.fail(field, StatusInvalidCommandLength)
		return nil
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

// text reads up to the NUL that ends a field of at most size octets, with the NUL.
func (d *decoder) text(field string, size int, status Status) string {
	if d.err != nil {
		return ""
	}
	n := bytes.IndexByte(d.rest[:min(size, len(d.rest))], 0)
	if n < 0 {
		d.fail(field, status)
		return ""
	}
	s := string(d.rest[:n])
	d.rest = d.rest[n+1:]
	return s
}

func appendText(out []byte, s string) []byte { return append(append(out, s...), 0) }
