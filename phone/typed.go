package phone

import "strings"

const (
	maxBytes     = 64 // of what is typed; the longest sensible spelling has some 40
	maxDigits    = 20 // E.164 has 15, and a few are dialled to get abroad
	maxExtension = 6  // digits; fewer than the shortest mobile number, so that no second number hides there
)

// typed is a number as typed, without its ornaments.
type typed struct {
	plus   bool
	digits string // ASCII, 1 to maxDigits
}

func (t typed) String() string {
	if t.plus {
		return "+" + t.digits
	}
	return t.digits
}

// read takes the ornaments off a number. Its cost is bounded by maxBytes.
func read(raw string) (typed, error) {
	if len(raw) > maxBytes {
		return typed{}, refusal("longer than 64 bytes")
	}
	var t typed
	digits := make([]byte, 0, maxBytes)
	for _, c := range []byte(withoutExtension(strings.Map(plain, strings.TrimSpace(raw)))) {
		switch {
		case c >= '0' && c <= '9':
			digits = append(digits, c)
		case c == '+' && !t.plus && len(digits) == 0:
			t.plus = true
		case strings.IndexByte(" -.()", c) < 0:
			return typed{}, refusal("contains a character that belongs to no number")
		}
	}
	switch {
	case len(digits) == 0:
		return typed{}, refusal("empty")
	case len(digits) > maxDigits:
		return typed{}, refusal("more than 20 digits")
	}
	t.digits = string(digits)
	return t, nil
}

// plain maps digits, punctuation and letters of other scripts and widths to ASCII, and drops what cannot be seen. It
// leaves alone what it does not know; bytes that are no UTF-8 become U+FFFD, which no number contains.
func plain(r rune) rune {
	for _, zero := range []rune{'0', '٠', '۰', '०'} { // ASCII, Arabic, Persian, Devanagari
		if r >= zero && r <= zero+9 {
			return '0' + r - zero
		}
	}
	switch {
	case r >= 0xFF01 && r <= 0xFF5E: // ！ to ～, the full-width ASCII
		return r - 0xFF01 + '!'
	case r == '\t', r == 0xA0, r >= 0x2000 && r <= 0x200A, r == 0x202F, r == 0x3000:
		return ' '
	case r >= 0x2010 && r <= 0x2015, r == 0x2212, r == 0x30FC: // dashes, minus, ー as Japanese keyboards give it
		return '-'
	case r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x2069, r == 0xFEFF:
		return -1
	default:
		return r
	}
}

// withoutExtension cuts "ext 5" off the end. There is one at most, and a bare "x" or "#" is none.
func withoutExtension(s string) string {
	rest := strings.TrimRight(s, "0123456789")
	if n := len(s) - len(rest); n == 0 || n > maxExtension {
		return s
	}
	rest = strings.TrimRight(rest, " .:")
	for _, label := range []string{"extension", "extn", "ext"} {
		if at := len(rest) - len(label); at >= 0 && strings.EqualFold(rest[at:], label) {
			return rest[:at]
		}
	}
	return s
}
