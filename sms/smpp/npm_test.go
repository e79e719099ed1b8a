package smpp_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/internal/skiptest"
	"github.com/cattlegrid/cattlegrid/sms/smpp"
)

// node starts the SMSC in testdata/npm, and returns its port and what it writes.
func node(t *testing.T) (address string, lines <-chan string) {
	t.Helper()
	if testing.Short() {
		t.Skip("short: npm is not asked for the other SMSC")
	}
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			skiptest.Missing(t, program+" is not installed; on Debian: apt-get install nodejs npm")
		}
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/npm")); err != nil {
		t.Fatal(err)
	}
	install := exec.CommandContext(t.Context(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		skiptest.Missing(t, fmt.Sprintf("npm cannot install the other SMSC: %v\n%s", err, out))
	}
	run := exec.CommandContext(t.Context(), "node", filepath.Join(dir, "smsc.js"))
	stdin, err := run.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	run.Stderr = os.Stderr
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 100)
	t.Cleanup(func() {
		_ = stdin.Close() // it ends with it
		for range said {
		}
		if err := run.Wait(); err != nil && t.Context().Err() == nil {
			t.Errorf("node: %v", err)
		}
	})
	go func() {
		defer close(said)
		for scanner := bufio.NewScanner(stdout); scanner.Scan(); {
			said <- scanner.Text()
		}
	}()
	var first struct{ Port int }
	if err := json.Unmarshal([]byte(<-said), &first); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("127.0.0.1:%d", first.Port), said
}

// An SMSC that others wrote reads what we write, and we read what it writes.
func TestNPM(t *testing.T) {
	t.Parallel()
	address, lines := node(t)
	next := func() string {
		t.Helper()
		select {
		case line := <-lines:
			return line
		case <-time.After(time.Minute):
			t.Fatal("the other SMSC reads nothing")
			return ""
		}
	}
	want := func(what string) {
		t.Helper()
		var got, wanted map[string]any
		if err := json.Unmarshal([]byte(next()), &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(what), &wanted); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(wanted, got); diff != "" {
			t.Errorf("the other SMSC reads (-want +got):\n%s", diff)
		}
	}
	const bound = `{"command": "bind_transceiver", "system_id": "acme", "system_type": "OTP", "version": 52}`
	submitted := func(text string, coding int, header string, receipt int) string {
		return fmt.Sprintf(`{"command": "submit_sm", "from": "Acme", "from_ton": 5, "to": "447700900123", "to_ton": 1, "to_npi": 1,
			"text": %q, "coding": %d, "header": %q, "validity": "yes", "receipt": %d}`, text, coding, header, receipt)
	}
	receipts := make(chan smpp.Receipt, 10)
	s := newSender(t, nil, func(c *smpp.Config) {
		c.Address, c.SystemType, c.Expire, c.OnReceipt = address, "OTP", true, func(r smpp.Receipt) { receipts <- r }
	})
	want(bound)
	send := func(text string) (cattlegrid.Delivery, error) {
		m := message(t)
		m.Text = text
		return s.Send(t.Context(), m)
	}
	for i, tc := range []struct {
		text   string
		coding int
	}{{"Code {€} 1234: @£é_Δ", 0}, {"Код 1234 【示例】😀", 8}} {
		d, err := send(tc.text)
		if id := fmt.Sprintf("%08x", i+1); err != nil || d.ID != id {
			t.Errorf("Send = %+v, %v, want id %s", d, err, id)
		}
		want(submitted(tc.text, tc.coding, "", 1))
		want(`{"command": "deliver_sm_resp", "status": 0}`)
		at := time.Date(2025, 11, 27, 7, 25, 0, 0, time.UTC)
		wanted := smpp.Receipt{ID: d.ID, Message: message(t).ID, State: smpp.Delivered, Code: "000", At: at}
		if diff := cmp.Diff(wanted, <-receipts); diff != "" {
			t.Errorf("receipt (-want +got):\n%s", diff)
		}
	}
	if d, err := send(strings.Repeat("a", 152) + "€" + strings.Repeat("b", 20)); err != nil || d.ID != "00000004" {
		t.Errorf("Send = %+v, %v", d, err)
	}
	var reference string
	first := next()
	if _, after, ok := strings.Cut(first, `"header":"0003`); ok {
		reference = after[:2]
	}
	if !strings.Contains(first, `"text":"`+strings.Repeat("a", 152)+`"`) || !strings.Contains(first, reference+`0201"`) {
		t.Errorf("the other SMSC reads %s", first)
	}
	want(submitted("€"+strings.Repeat("b", 20), 0, "0003"+reference+"0202", 1))
	want(`{"command": "deliver_sm_resp", "status": 0}`)
	_, err := send("throttle")
	wantFailure(t, err, cattlegrid.Throttled, "ESME_RTHROTTLED")
	want(submitted("throttle", 0, "", 1))
	_, err = send("cut")
	wantFailure(t, err, cattlegrid.Unknown, "")
	want(submitted("cut", 0, "", 1))
	want(bound) // again
	if _, err := send("again"); err != nil {
		t.Error(err)
	}
	want(submitted("again", 0, "", 1))
	want(`{"command": "deliver_sm_resp", "status": 0}`)
	mustClose(t, s)
	want(`{"command": "unbind"}`)
	idle := newSender(t, nil, func(c *smpp.Config) { c.Address, c.SystemType, c.Enquire = address, "OTP", 50*time.Millisecond })
	want(bound)
	want(`{"command": "enquire_link"}`)
	want(`{"command": "enquire_link"}`) // it has answered the first
	mustClose(t, idle)
	wrong := newSender(t, nil, func(c *smpp.Config) { c.Address, c.Password = address, "wrong" })
	_, err = wrong.Send(t.Context(), message(t))
	wantFailure(t, err, cattlegrid.Misconfigured, "ESME_RINVPASWD")
}
