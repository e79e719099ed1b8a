package segment

import (
	"encoding/binary"
	"unicode/utf16"
)

// EncodeUCS2 returns the text in 16-bit units, the high octet first, with surrogate pairs for what has no unit of its own.
func EncodeUCS2(text string) []byte {
	out := make([]byte, 0, 2*len(text))
	for _, unit := range utf16.Encode([]rune(text)) {
		out = binary.BigEndian.AppendUint16(out, unit)
	}
	return out
}

// DecodeUCS2 reads what EncodeUCS2 wrote. Half a pair and half a unit are U+FFFD.
func DecodeUCS2(octets []byte) string {
	units := make([]uint16, 0, len(octets)/2)
	for len(octets) >= 2 {
		units = append(units, binary.BigEndian.Uint16(octets))
		octets = octets[2:]
	}
	text := string(utf16.Decode(units))
	if len(octets) > 0 {
		text += "\uFFFD"
	}
	return text
}
