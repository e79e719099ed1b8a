package smsc_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
	"github.com/cattlegrid/cattlegrid/sms/smpp/smsc"
)

// Parts are put together in whatever order they come, with those of other texts between them.
func TestInbox(t *testing.T) {
	t.Parallel()
	var heard []string
	now := time.Date(2025, 11, 27, 7, 25, 0, 0, time.UTC)
	s := smsc.New(smsc.Config{
		SystemID: "acme", Password: "secret", Now: func() time.Time { return now },
		OnMessage: func(m smsc.Message) { heard = append(heard, m.Text) },
	}, nil)
	c := connect(t, s)
	c.bind()
	part := func(to string, reference uint16, total, n byte, text string) pdu.Message {
		header := pdu.Concat{Reference: reference, Total: total, Part: n}.Header()
		return pdu.Message{Dest: pdu.Address{Addr: to}, ESMClass: pdu.ESMHeader, Short: append(header, text...)}
	}
	for _, m := range []pdu.Message{
		part("1", 1, 3, 3, "c"), part("2", 1, 2, 1, "x"), part("1", 2, 2, 1, "z"), part("1", 1, 3, 1, "a"),
		part("1", 1, 3, 1, "A"), part("2", 1, 2, 2, "y"),
		{Dest: pdu.Address{Addr: "3"}, Short: []byte("w")},
		part("1", 1, 3, 2, "b"),
		{Dest: pdu.Address{Addr: "3"}, Coding: pdu.CodingLatin1, Short: []byte("\xe9")},
	} {
		if a := c.submit(m); a.Status != pdu.StatusOK {
			t.Fatal(a.Status)
		}
	}
	want := []smsc.Message{
		{To: "2", Text: "xy", IDs: []string{"00000002", "00000006"}, At: now},
		{To: "3", Text: "w", IDs: []string{"00000007"}, At: now},
		{To: "1", Text: "Abc", IDs: []string{"00000005", "00000008", "00000001"}, At: now},
		{To: "3", Text: "é", IDs: []string{"00000009"}, At: now},
	}
	if diff := cmp.Diff(want, s.Messages()); diff != "" {
		t.Errorf("inbox (-want +got):\n%s", diff)
	}
	if got := fmt.Sprint(heard); got != "[xy w Abc é]" {
		t.Errorf("OnMessage hears %s", got)
	}
}

// The inbox keeps the newest thousand.
func TestInboxBound(t *testing.T) {
	t.Parallel()
	s := newServer(nil)
	c := connect(t, s)
	c.bind()
	for n := range 1005 {
		c.submit(pdu.Message{Dest: pdu.Address{Addr: "1"}, Short: fmt.Append(nil, n)})
	}
	if got := s.Messages(); len(got) != 1000 || got[0].Text != "5" || got[999].Text != "1004" {
		t.Errorf("inbox has %d messages from %s", len(got), got[0].Text)
	}
}
