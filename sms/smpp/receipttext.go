package smpp

import (
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid/segment"
	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

// maxToken bounds what is taken from a receipt's text. The protocol's longest is an id.
const maxToken = pdu.MaxMessageID

// readReceipt returns the fields of a text such as
//
//	id:0000000123 sub:001 dlvrd:001 submit date:2511270724 done date:2511270725 stat:DELIVRD err:000 text:…
//
// in any order, in any case, whichever there are. The text of the message, which comes last, is not among them.
func readReceipt(m pdu.Message) map[string]string {
	octets, _ := m.Text()
	text := string(octets)
	// Some say UCS-2 and write ASCII, so what looks like a receipt is one.
	if m.Coding == pdu.CodingUCS2 && !strings.HasPrefix(strings.ToLower(text), "id:") {
		text = segment.DecodeUCS2(octets)
	}
	lower := strings.ToLower(text)
	if len(lower) != len(text) { // a letter that is shorter in another case: no receipt has one
		return nil
	}
	if i := find(lower, "text:"); i >= 0 {
		text, lower = text[:i], lower[:i]
	}
	fields := map[string]string{}
	for _, key := range []string{"id", "stat", "err", "done date"} {
		if i := find(lower, key+":"); i >= 0 {
			value, _, _ := strings.Cut(text[i+len(key)+1:], " ")
			fields[key] = token(value, maxToken)
		}
	}
	fields["stat"] = strings.ToUpper(fields["stat"])
	return fields
}

// find returns where a key begins a word, or -1.
func find(text, key string) int {
	if strings.HasPrefix(text, key) {
		return 0
	}
	if i := strings.Index(text, " "+key); i >= 0 {
		return i + 1
	}
	return -1
}

// token returns a word that can be shown, or nothing.
func token(s string, most int) string {
	if len(s) > most || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return ""
	}
	return s
}

// when reads a time that has no zone, with seconds or without.
func when(s string, zone *time.Location) time.Time {
	layout := "060102150405"
	if len(s) == 10 {
		layout = "0601021504"
	}
	t, err := time.ParseInLocation(layout, s, zone)
	if err != nil {
		return time.Time{}
	}
	return t
}
