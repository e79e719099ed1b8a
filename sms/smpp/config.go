package smpp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

const (
	defaultWindow  = 10
	maxWindow      = 1000
	defaultTimeout = 10 * time.Second
	defaultEnquire = 30 * time.Second
	maxPeriod      = 10 * time.Minute
	defaultParts   = 4
	maxParts       = 255 // a header has one octet for it
)

// Config is what a [Sender] needs. Address and SystemID are required.
type Config struct {
	// Address is the SMSC's, "smsc.example.com:2775".
	Address string
	// TLS is how the link is encrypted. Without a ServerName it is the host of Address. Nil means not at all, which is for an
	// SMSC inside or behind a tunnel: codes and the password cross the link in clear.
	TLS *tls.Config
	// Dial connects instead of a [net.Dialer], for instance through a proxy. It returns once ctx is done. TLS is still on top.
	Dial func(ctx context.Context, address string) (net.Conn, error)

	// SystemID, Password and SystemType are the account, of at most 15, 8 and 12 characters.
	SystemID, Password, SystemType string

	// Source is who the message is from: a name of up to 11 characters, a number, or nothing if the SMSC fills it in.
	Source string
	// SourceType says what Source is. Nil means that its look says it; see [Type].
	SourceType *Type
	// DestType says what the numbers are that messages go to. Nil means {1, 1}, international.
	DestType *Type
	// ServiceType is the provider's name of a service, of at most 5 characters. Most have none.
	ServiceType string
	// GSMCoding is the data_coding of texts in the GSM alphabet. Zero is the SMSC's default, which almost always is that.
	GSMCoding byte
	// Expire tells the SMSC how long the code is valid, so that it does not deliver one that is of no use. Some refuse that.
	Expire bool
	// MaxParts is how many SMS a text may take. Zero means 4; 255 is the most.
	MaxParts int

	// Window is how many messages may wait for the SMSC's answer. Zero means 10; 1000 is the most.
	Window int
	// Timeout bounds each wait for the SMSC: to connect, and for each answer. Zero means 10 seconds; 10 minutes is the most.
	Timeout time.Duration
	// Enquire is after how much silence the SMSC is asked whether it is there. Zero means 30 seconds; 10 minutes is the most.
	Enquire time.Duration
	// Statuses are the provider's own meanings of a command_status, in place of or beside those of the protocol. There is
	// none for an empty account in the protocol, so that one is always here: {0x401: cattlegrid.Unpaid}.
	Statuses map[uint32]cattlegrid.SendClass

	// OnReceipt takes delivery receipts, one at a time. Nil means that none are asked for. It may block: up to a thousand
	// receipts wait for it, and the SMSC is asked to repeat the others.
	OnReceipt func(Receipt)
	// IDs says how the SMSC writes the id of a message.
	IDs IDForm
	// Zone is that of the times in receipts. Nil means UTC.
	Zone *time.Location

	// Logger hears of the link: bound, lost, refused. Nil means nobody does.
	Logger *slog.Logger
}

// Validate reports what is wrong in the configuration, as [New] would, and starts nothing. An error names the field, and quotes
// no secret.
func (c Config) Validate() error {
	return errors.Join(c.checkTexts(), c.checkSource(), c.checkNumbers())
}

// withDefaults returns the configuration with a value where none is given.
func (c Config) withDefaults() Config {
	c.Window = orDefault(c.Window, defaultWindow)
	c.MaxParts = orDefault(c.MaxParts, defaultParts)
	c.Timeout = orDefault(c.Timeout, defaultTimeout)
	c.Enquire = orDefault(c.Enquire, defaultEnquire)
	if c.Dial == nil {
		c.Dial = func(ctx context.Context, address string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", address)
		}
	}
	if c.TLS != nil {
		c.TLS = withServerName(c.TLS, c.Address)
	}
	if c.DestType == nil {
		c.DestType = &Type{TON: 1, NPI: 1}
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func orDefault[T int | time.Duration](v, fallback T) T {
	if v == 0 {
		return fallback
	}
	return v
}

func withServerName(c *tls.Config, address string) *tls.Config {
	c = c.Clone()
	if c.ServerName == "" {
		c.ServerName, _, _ = net.SplitHostPort(address) // it has been checked
	}
	return c
}

func (c Config) checkTexts() error {
	if host, port, err := net.SplitHostPort(c.Address); err != nil || host == "" || port == "" {
		return errors.New(`smpp address is not host and port; want for example "smsc.example.com:2775"`)
	}
	if c.SystemID == "" {
		return errors.New(`smpp system id is empty; the provider gives it with the password, for example "acme"`)
	}
	for _, f := range []struct {
		name, value string
		most        int
	}{
		{"system id", c.SystemID, pdu.MaxSystemID},
		{"password", c.Password, pdu.MaxPassword},
		{"system type", c.SystemType, pdu.MaxSystemType},
		{"service type", c.ServiceType, pdu.MaxServiceType},
	} {
		if len(f.value) > f.most {
			return fmt.Errorf("smpp %s has %d characters; the protocol allows %d", f.name, len(f.value), f.most)
		}
		if !printable(f.value) {
			return fmt.Errorf("smpp %s has a character that is not printable ASCII", f.name)
		}
	}
	return nil
}

func (c Config) checkNumbers() error {
	for _, f := range []struct {
		name        string
		value, most time.Duration
	}{
		{"timeout", c.Timeout, maxPeriod},
		{"enquire", c.Enquire, maxPeriod},
	} {
		if f.value < 0 || f.value > f.most {
			return fmt.Errorf("smpp %s is %v; want more than 0 and at most %v", f.name, f.value, f.most)
		}
	}
	if c.Window < 0 || c.Window > maxWindow {
		return fmt.Errorf("smpp window is %d; want 1 to %d", c.Window, maxWindow)
	}
	if c.MaxParts < 0 || c.MaxParts > maxParts {
		return fmt.Errorf("smpp max parts is %d; want 1 to %d", c.MaxParts, maxParts)
	}
	if c.IDs < Opaque || c.IDs > HexReceipts {
		return fmt.Errorf("smpp ids is %d, which is no form", c.IDs)
	}
	return nil
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}
