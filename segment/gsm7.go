package segment

import "strings"

const escape = 0x1B // begins a pair of the extension

// septets is the default alphabet of GSM 03.38, in order. ESC stands where it stands, and encodes to nothing.
var septets = []rune("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
	"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")

// extension is what an octet after ESC means.
var extension = map[byte]rune{
	0x0A: '\f', 0x14: '^', 0x28: '{', 0x29: '}', 0x2F: '\\', 0x3C: '[', 0x3D: '~', 0x3E: ']', 0x40: '|', 0x65: '€',
}

// alphabet has the octets of each character, one or two.
var alphabet = func() map[rune]string {
	m := make(map[rune]string, len(septets)+len(extension))
	for i, r := range septets {
		m[r] = string([]byte{byte(i)})
	}
	delete(m, escape)
	for b, r := range extension {
		m[r] = string([]byte{escape, b})
	}
	return m
}()

// EncodeGSM7 returns the text in the GSM alphabet, one septet an octet, or false if a character is not in it.
func EncodeGSM7(text string) ([]byte, bool) {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		octets, ok := alphabet[r]
		if !ok {
			return nil, false
		}
		out = append(out, octets...)
	}
	return out, true
}

// DecodeGSM7 reads what EncodeGSM7 wrote, and anything else as a phone would: a pair that means nothing shows its second
// character, ESC alone or twice a space. An octet with its eighth bit set is U+FFFD.
func DecodeGSM7(octets []byte) string {
	var text strings.Builder
	for i := 0; i < len(octets); i++ {
		if octets[i] != escape {
			text.WriteRune(septet(octets[i]))
			continue
		}
		i++
		if i == len(octets) || octets[i] == escape {
			text.WriteByte(' ')
		} else if r, ok := extension[octets[i]]; ok {
			text.WriteRune(r)
		} else {
			text.WriteRune(septet(octets[i]))
		}
	}
	return text.String()
}

func septet(b byte) rune {
	if int(b) >= len(septets) {
		return '\uFFFD'
	}
	return septets[b]
}
