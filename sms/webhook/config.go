package webhook

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/wire"
)

const maxTimeout = time.Minute

// Config is what a [Sender] or a [Poster] needs. URL and Secret are required.
type Config struct {
	// URL is where is posted. Its scheme is https, or http for an address that AllowPrivate allows.
	// A user and password in it are sent as basic authentication.
	URL string
	// Secret signs the requests: "whsec_" and 24 to 64 bytes in base64.
	Secret string
	// OldSecret signs too, while receivers change from it to Secret. Empty means none.
	OldSecret string
	// Timeout bounds an exchange from resolving the name to the last byte of the answer. Zero means 4 seconds;
	// a minute is the most.
	Timeout time.Duration
	// AllowPrivate allows connections to addresses that are not public: loopback, private and link-local networks
	// and whatever else is no unicast address of the Internet.
	AllowPrivate bool
	// RootCAs sign the receiver's certificate. Nil means those of the system.
	RootCAs *x509.CertPool
	// Now tells the time for timestamps. Nil means [time.Now].
	Now func() time.Time
}

// target parses the URL. Its errors do not contain the URL, which may hold a password or a token.
func (c Config) target() (*url.URL, error) {
	const example = `want for example "https://example.com/sms"`
	u, err := url.Parse(c.URL)
	if err != nil || u.Opaque != "" {
		return nil, errors.New("cannot be parsed; " + example)
	}
	host := strings.ToLower(u.Hostname())
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("has no scheme https; " + example)
	case host == "":
		return nil, errors.New("has no host; " + example)
	case c.AllowPrivate:
		return u, nil
	case u.Scheme == "http":
		return nil, errors.New("is http, which everybody on the way can read; use https, or allow private " +
			"addresses if the receiver is inside")
	}
	// The dialer would refuse these as well, but only when the first visitor asks for a code.
	addr, err := netip.ParseAddr(host)
	if err == nil && !isPublic(addr) || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return nil, fmt.Errorf("has a host that is not public, %q; allow private addresses if that is meant", host)
	}
	return u, nil
}

func (c Config) timeout() (time.Duration, error) {
	switch {
	case c.Timeout == 0:
		return wire.DefaultTimeout, nil
	case c.Timeout < 0 || c.Timeout > maxTimeout:
		return 0, fmt.Errorf("is %v; want more than 0 and at most %v", c.Timeout, maxTimeout)
	default:
		return c.Timeout, nil
	}
}
