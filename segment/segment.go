package segment

import (
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// Encoding is how the characters of an SMS are written.
type Encoding int

const (
	// GSM7 is the alphabet of GSM 03.38 with its extension, without national tables.
	GSM7 Encoding = iota
	// UCS2 is UTF-16, the high octet first.
	UCS2
)

// String returns "GSM-7" or "UCS-2".
func (e Encoding) String() string {
	if e == UCS2 {
		return "UCS-2"
	}
	return "GSM-7"
}

// limits returns how many units an SMS has that stands alone, and one that is a part of several.
func (e Encoding) limits() (alone, part int) {
	if e == UCS2 {
		return 70, 67
	}
	return 160, 153
}

// units returns how many units a character takes.
func (e Encoding) units(r rune) int {
	if e == UCS2 {
		return max(1, utf16.RuneLen(r))
	}
	return len(alphabet[r])
}

func (e Encoding) octets(text string) []byte {
	if e == UCS2 {
		return EncodeUCS2(text)
	}
	octets, _ := EncodeGSM7(text) // of chooses GSM7 only if it can
	return octets
}

// of returns the encoding that a text needs.
func of(text string) Encoding {
	for _, r := range text {
		if _, ok := alphabet[r]; !ok {
			return UCS2
		}
	}
	return GSM7
}

// Info is what a text takes.
type Info struct {
	Encoding Encoding
	Segments int // SMS, each billed; 1 for no text
	Units    int // of the whole text
	Left     int // units that are still free in the last SMS
}

// Count says what a text takes.
func Count(text string) Info {
	e := of(text)
	info := Info{Encoding: e}
	alone, part := e.limits()
	for _, r := range text {
		info.Units += e.units(r)
	}
	info.Segments, info.Left = 1, alone-info.Units
	if info.Left >= 0 {
		return info
	}
	info.Left = part
	for _, r := range text {
		n := e.units(r)
		if n > info.Left {
			info.Segments, info.Left = info.Segments+1, part
		}
		info.Left -= n
	}
	return info
}

// Part is one SMS of a text.
type Part struct {
	Encoding Encoding // the same in all parts of a text
	Text     string   // one after another they are the text
	Octets   []byte   // Text in Encoding, GSM7 unpacked; no header
}

// Split cuts a text into as many parts as Count says, at least one.
func Split(text string) []Part {
	info := Count(text)
	_, limit := info.Encoding.limits()
	parts := make([]Part, 0, info.Segments)
	for len(parts) < info.Segments-1 {
		n := head(text, info.Encoding, limit)
		parts = append(parts, Part{Encoding: info.Encoding, Text: text[:n], Octets: info.Encoding.octets(text[:n])})
		text = text[n:]
	}
	return append(parts, Part{Encoding: info.Encoding, Text: text, Octets: info.Encoding.octets(text)})
}

// head returns the length of what fits into the limit.
func head(text string, e Encoding, limit int) int {
	n := 0
	for n < len(text) {
		r, size := utf8.DecodeRuneInString(text[n:])
		if limit -= e.units(r); limit < 0 {
			break
		}
		n += size
	}
	return n
}

// Foreign returns the characters of a text that are not in the GSM alphabet, each once, in their order. If there are any,
// the text is UCS2.
func Foreign(text string) []rune {
	var foreign []rune
	for _, r := range text {
		if _, ok := alphabet[r]; !ok && !slices.Contains(foreign, r) {
			foreign = append(foreign, r)
		}
	}
	return foreign
}
