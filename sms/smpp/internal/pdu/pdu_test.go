package pdu_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	octets, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return octets
}

// Each vector is what we write, and is read back whole.
func TestVectors(t *testing.T) {
	t.Parallel()
	for name, v := range vectors {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := unhex(t, v.octets)
			if got := v.pdu.Octets(); !bytes.Equal(got, want) {
				t.Errorf("Octets =\n%x, want\n%x", got, want)
			}
			r := bytes.NewReader(append(want, "next"...))
			got, err := pdu.Read(r)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(v.pdu, got); diff != "" {
				t.Errorf("Read (-want +got):\n%s", diff)
			}
			if r.Len() != len("next") {
				t.Errorf("Read left %d octets, want the next PDU's", r.Len())
			}
		})
	}
}

// The fields of the vectors are read back.
func TestParse(t *testing.T) {
	t.Parallel()
	b, err := pdu.ParseBind(vectors["Bind"].pdu.Body)
	if err != nil || b != (pdu.Bind{SystemID: "otp", Password: "secret1", Version: 0x34}) {
		t.Errorf("ParseBind = %+v, %v", b, err)
	}
	a, err := pdu.ParseBindAnswer(vectors["BindAnswer"].pdu.Body)
	if err != nil || a.SystemID != "SMSC" || !bytes.Equal(a.TLVs.Find(pdu.InterfaceVersion), []byte{0x34}) {
		t.Errorf("ParseBindAnswer = %+v, %v", a, err)
	}
	id, err := pdu.ParseMessageID(vectors["SubmitAnswer"].pdu.Body)
	if err != nil || id != "00000001" {
		t.Errorf("ParseMessageID = %q, %v", id, err)
	}
	m, err := pdu.ParseMessage(vectors["SubmitPart"].pdu.Body)
	text, part := m.Text()
	if err != nil || string(text) != "AAAAAAAAAA" || part != (pdu.Concat{Reference: 0xa5, Total: 2, Part: 1}) {
		t.Errorf("Text = %q, %+v, %v", text, part, err)
	}
	m, err = pdu.ParseMessage(vectors["SubmitPayload"].pdu.Body)
	if text, _ := m.Text(); err != nil || string(text) != "hello" {
		t.Errorf("Text = %q, %v", text, err)
	}
	m, err = pdu.ParseMessage(vectors["Deliver"].pdu.Body)
	if err != nil || m.TLVs.Text(pdu.ReceiptedMessageID) != "0A" || m.Source != number || m.Left != 0 {
		t.Errorf("ParseMessage = %+v, %v", m, err)
	}
}

// A length that no PDU has is an error before anything is read or allocated for it; an end within a PDU is unexpected.
func TestReadErrors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		octets string
		want   error
	}{
		"Nothing":    {"", io.EOF},
		"HalfLength": {"0000", io.ErrUnexpectedEOF},
		"Zero":       {"00000000", pdu.ErrLength},
		"TooShort":   {"0000000f", pdu.ErrLength},
		"TooLong":    {"00010001", pdu.ErrLength},
		"FourGiB":    {"ffffffff", pdu.ErrLength},
		"NoHeader":   {"00000010", io.ErrUnexpectedEOF},
		"HalfHeader": {"00000010 0000", io.ErrUnexpectedEOF},
		"NoBody":     {"00000011 00000015 00000000 00000001", io.ErrUnexpectedEOF},
		"HalfBody":   {"00000012 00000015 00000000 00000001 00", io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := pdu.Read(bytes.NewReader(unhex(t, tc.octets))); !errors.Is(err, tc.want) {
				t.Errorf("Read = %v, want %v", err, tc.want)
			}
		})
	}
}

// The longest PDU is read, and costs no more than it says.
func TestReadLongest(t *testing.T) {
	t.Parallel()
	p := pdu.PDU{Command: pdu.DeliverSM, Sequence: 1, Body: make([]byte, pdu.MaxLength-16)}
	if got, err := pdu.Read(bytes.NewReader(p.Octets())); err != nil || len(got.Body) != len(p.Body) {
		t.Errorf("Read = %d octets, %v", len(got.Body), err)
	}
}

// A field longer than the protocol allows is refused with the status that names it.
func TestFieldMaxima(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("1", 66)
	for field, tc := range map[string]struct {
		body   []byte
		status pdu.Status
	}{
		"system_id":        {pdu.Bind{SystemID: long[:16]}.Octets(), pdu.StatusInvalidSystemID},
		"password":         {pdu.Bind{Password: long[:9]}.Octets(), pdu.StatusInvalidPassword},
		"system_type":      {pdu.Bind{SystemType: long[:13]}.Octets(), pdu.StatusInvalidSystemType},
		"address_range":    {pdu.Bind{Range: long[:41]}.Octets(), pdu.StatusBindFailed},
		"service_type":     {pdu.Message{ServiceType: long[:6]}.Octets(), pdu.StatusInvalidServiceType},
		"source_addr":      {pdu.Message{Source: pdu.Address{Addr: long[:21]}}.Octets(), pdu.StatusInvalidSource},
		"destination_addr": {pdu.Message{Dest: pdu.Address{Addr: long[:21]}}.Octets(), pdu.StatusInvalidDest},
		"validity_period":  {pdu.Message{Validity: long[:17]}.Octets(), pdu.StatusInvalidExpiry},
		"schedule_delivery_time": {
			pdu.Message{Schedule: long[:15]}.Octets(), pdu.StatusInvalidSchedule,
		},
		"sm_length":     {append(pdu.Message{}.Octets()[:16], 255), pdu.StatusInvalidMessageLength},
		"short_message": {append(pdu.Message{}.Octets()[:16], 254), pdu.StatusInvalidCommandLength},
		"message_id":    {pdu.MessageIDOctets(long[:65]), pdu.StatusInvalidMessageID},
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			var err error
			switch field {
			case "system_id", "password", "system_type", "address_range":
				_, err = pdu.ParseBind(tc.body)
			case "message_id":
				_, err = pdu.ParseMessageID(tc.body)
			default:
				_, err = pdu.ParseMessage(tc.body)
			}
			var fe *pdu.FieldError
			if !errors.As(err, &fe) || fe.Field != field || fe.Status != tc.status || strings.Contains(err.Error(), "11") {
				t.Errorf("error = %v, want field %s with %v", err, field, tc.status)
			}
		})
	}
}

// A body cut anywhere is an error or a shorter list of parameters, never more.
func TestCutAnywhere(t *testing.T) {
	t.Parallel()
	body := vectors["Deliver"].pdu.Body
	const mandatory = 0x9d - 16 - 7 - 5
	for n := range body {
		m, err := pdu.ParseMessage(body[:n])
		if (err == nil) != (n >= mandatory) {
			t.Errorf("ParseMessage of %d octets = %v", n, err)
		}
		if err == nil && m.Left == 0 && n != mandatory && n != mandatory+7 {
			t.Errorf("ParseMessage of %d octets says that nothing is left", n)
		}
	}
}

// A header is taken off a text with either form of reference, among other elements, and what is malformed has no text.
func TestText(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		short string
		text  string
		part  pdu.Concat
	}{
		"OneOctet":    {"050003a50201hi", "hi", pdu.Concat{Reference: 0xa5, Total: 2, Part: 1}},
		"TwoOctets":   {"060804a1b20302hi", "hi", pdu.Concat{Reference: 0xa1b2, Total: 3, Part: 2}},
		"HalfElement": {"0a0102fffe0003a50201 0000hi", "", pdu.Concat{}},
		"Ports":       {"0605041580000000hi", "\x00hi", pdu.Concat{}},
		"WithPorts":   {"0b05041580000000 03070201hi", "hi", pdu.Concat{Reference: 7, Total: 2, Part: 1}},
		"NoElements":  {"00hi", "hi", pdu.Concat{}},
		"PartZero":    {"050003a50200hi", "hi", pdu.Concat{}},
		"PartBeyond":  {"050003a50203hi", "hi", pdu.Concat{}},
		"Empty":       {"", "", pdu.Concat{}},
		"TooLong":     {"ff0003a50201hi", "", pdu.Concat{}},
		"ElementLong": {"050009a50201hi", "", pdu.Concat{}},
		"ElementHalf": {"0100hi", "", pdu.Concat{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			octets, hi := strings.CutSuffix(tc.short, "hi")
			short := unhex(t, octets)
			if hi {
				short = append(short, "hi"...)
			}
			text, part := pdu.Message{ESMClass: pdu.ESMHeader | pdu.ESMReceipt, Short: short}.Text()
			if string(text) != tc.text || part != tc.part {
				t.Errorf("Text = %q, %+v, want %q, %+v", text, part, tc.text, tc.part)
			}
		})
	}
}

// A status prints as the specification calls it, or as its number.
func TestStatusString(t *testing.T) {
	t.Parallel()
	for s, want := range map[pdu.Status]string{0: "ESME_ROK", 0x58: "ESME_RTHROTTLED", 0x411: "0x00000411"} {
		if got := s.String(); got != want {
			t.Errorf("String = %s, want %s", got, want)
		}
	}
}

// Whatever arrives is read or refused within bounds, and what was read is written the same.
func FuzzRead(f *testing.F) {
	for _, v := range vectors {
		f.Add(unhex(f, v.octets))
	}
	f.Add([]byte("\xff\xff\xff\xff\x80\x00\x00\x04"))
	f.Fuzz(func(t *testing.T, octets []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		p, err := pdu.Read(bytes.NewReader(octets))
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
			t.Errorf("Read allocates %d octets", n)
		}
		if err != nil {
			return
		}
		if got := p.Octets(); !bytes.Equal(got, octets[:len(got)]) {
			t.Errorf("Octets = %x, want %x", got, octets[:len(got)])
		}
		parseAll(t, p.Body)
	})
}

func FuzzParse(f *testing.F) {
	for _, v := range vectors {
		f.Add(v.pdu.Body)
	}
	f.Fuzz(parseAll)
}

func parseAll(t *testing.T, body []byte) {
	if m, err := pdu.ParseMessage(body); err == nil {
		if got := m.Octets(); !bytes.Equal(got, body[:len(body)-m.Left]) {
			t.Errorf("message is written %x, read from %x", got, body)
		}
		m.Text()
	}
	if b, err := pdu.ParseBind(body); err == nil {
		if got := b.Octets(); !bytes.HasPrefix(body, got) {
			t.Errorf("bind is written %x, read from %x", got, body)
		}
	}
	if b, err := pdu.ParseBindAnswer(body); err == nil {
		if got := b.Octets(); !bytes.HasPrefix(body, got) {
			t.Errorf("answer is written %x, read from %x", got, body)
		}
	}
	if id, err := pdu.ParseMessageID(body); err == nil && len(id) > pdu.MaxMessageID {
		t.Errorf("id has %d octets", len(id))
	}
}
