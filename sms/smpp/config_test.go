package smpp_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/smpp"
	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

// A configuration is taken if the protocol has room for it; an error names the field and quotes no secret.
func TestNewConfig(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 30)
	for name, tc := range map[string]struct {
		change func(*smpp.Config)
		want   string // the beginning of the error, "" for none
	}{
		"OK":               {func(*smpp.Config) {}, ""},
		"OKLongest":        {func(c *smpp.Config) { c.SystemID, c.Password, c.SystemType = long[:15], long[:8], long[:12] }, ""},
		"OKNoPassword":     {func(c *smpp.Config) { c.Password = "" }, ""},
		"OKIPv6":           {func(c *smpp.Config) { c.Address = "[::1]:2775" }, ""},
		"OKNoSource":       {func(c *smpp.Config) { c.Source = "" }, ""},
		"OKLongName":       {func(c *smpp.Config) { c.Source, c.SourceType = long[:20], &smpp.Type{} }, ""},
		"NoAddress":        {func(c *smpp.Config) { c.Address = "" }, "smpp address is not host and port"},
		"NoPort":           {func(c *smpp.Config) { c.Address = "smsc.test" }, "smpp address is not host and port"},
		"NoHost":           {func(c *smpp.Config) { c.Address = ":2775" }, "smpp address is not host and port"},
		"NoSystemID":       {func(c *smpp.Config) { c.SystemID = "" }, "smpp system id is empty"},
		"LongSystemID":     {func(c *smpp.Config) { c.SystemID = long[:16] }, "smpp system id has 16 characters; the protocol allows 15"},
		"LongPassword":     {func(c *smpp.Config) { c.Password = password + "!" }, "smpp password has 9 characters; the protocol allows 8"},
		"BadPassword":      {func(c *smpp.Config) { c.Password = "hush\x00926" }, "smpp password has a character"},
		"LongSystemType":   {func(c *smpp.Config) { c.SystemType = long[:13] }, "smpp system type has 13 characters"},
		"LongServiceType":  {func(c *smpp.Config) { c.ServiceType = long[:6] }, "smpp service type has 6 characters"},
		"LongSource":       {func(c *smpp.Config) { c.Source, c.SourceType = long[:21], &smpp.Type{} }, "smpp source has 21 characters; the protocol"},
		"LongSourceName":   {func(c *smpp.Config) { c.Source = long[:12] }, "smpp source has 12 characters; a name"},
		"BadSource":        {func(c *smpp.Config) { c.Source = "示例" }, "smpp source has a character"},
		"NegativeTimeout":  {func(c *smpp.Config) { c.Timeout = -1 }, "smpp timeout is -1ns"},
		"LongTimeout":      {func(c *smpp.Config) { c.Timeout = time.Hour }, "smpp timeout is 1h0m0s"},
		"NegativeEnquire":  {func(c *smpp.Config) { c.Enquire = -1 }, "smpp enquire is -1ns"},
		"NegativeWindow":   {func(c *smpp.Config) { c.Window = -1 }, "smpp window is -1; want 1 to 1000"},
		"LargeWindow":      {func(c *smpp.Config) { c.Window = 1001 }, "smpp window is 1001"},
		"NegativeMaxParts": {func(c *smpp.Config) { c.MaxParts = -1 }, "smpp max parts is -1; want 1 to 255"},
		"LargeMaxParts":    {func(c *smpp.Config) { c.MaxParts = 256 }, "smpp max parts is 256"},
		"NoForm":           {func(c *smpp.Config) { c.IDs = 3 }, "smpp ids is 3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, dial := newPeer(t)
			c := smpp.Config{Address: "smsc.test:2775", Dial: dial, SystemID: systemID, Password: password, Source: "Acme"}
			tc.change(&c)
			s, err := smpp.New(c)
			if valid := c.Validate(); (valid == nil) != (err == nil) {
				t.Errorf("Validate = %v, New = %v", valid, err)
			}
			if err == nil {
				defer s.Close(t.Context())
			}
			if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tc.want)) {
				t.Fatalf("New = %v, want %q", err, tc.want)
			}
			if err != nil {
				wantSilent(t, err.Error())
			}
		})
	}
}

// The look of a source says what it is.
func TestSourceType(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]pdu.Address{
		"": {}, "Acme": {TON: 5, Addr: "Acme"}, "12345": {TON: 3, Addr: "12345"}, "1234567": {TON: 1, NPI: 1, Addr: "1234567"},
		"+447700900000": {TON: 1, NPI: 1, Addr: "447700900000"}, "Acme 24": {TON: 5, Addr: "Acme 24"}, "+A": {TON: 5, Addr: "+A"},
	} {
		synctest.Test(t, func(t *testing.T) {
			peers, dial := newPeer(t)
			s := newSender(t, dial, func(c *smpp.Config) { c.Source = source })
			go func() {
				p := <-peers
				p.bind(pdu.Version)
				q, m := p.submit()
				if m.Source != want {
					t.Errorf("source %q is %+v, want %+v", source, m.Source, want)
				}
				p.write(q.Answer(pdu.StatusOK, nil))
				p.leave()
			}()
			if _, err := s.Send(t.Context(), message(t)); err != nil {
				t.Error(err)
			}
		})
	}
}

// A lifetime is written as the protocol has it: relative, without years and months.
func TestPeriod(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "", -time.Minute: "", 999 * time.Millisecond: "", time.Second: "000000000001000R", 5 * time.Minute: "000000000500000R",
		10 * time.Minute: "000000001000000R", 25*time.Hour + 61*time.Second: "000001010101000R", 1e6 * time.Hour: "000030000000000R",
	} {
		if got := smpp.Period(d); got != want {
			t.Errorf("period of %v = %q, want %q", d, got, want)
		}
	}
}

// Without a way to dial, an address is dialled; nobody is there.
func TestDefaultDial(t *testing.T) {
	t.Parallel()
	s := newSender(t, nil, func(c *smpp.Config) { c.Address, c.Timeout = "127.0.0.1:1", time.Second })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := s.Send(ctx, message(t))
	wantFailure(t, err, cattlegrid.Temporary, "")
}
