package webhook

import (
	"fmt"
	"net/netip"
	"slices"
	"syscall"
)

// Addresses that no public host has, from the special-purpose registries of IANA (RFC 6890 and its successors). Of
// IPv6 only 2000::/3 has been given out as unicast, so the rest needs no list.
var (
	special4 = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
		"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
		"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4")
	global6  = netip.MustParsePrefix("2000::/3")
	special6 = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
	nat64    = netip.MustParsePrefix("64:ff9b::/96") // an IPv4 address in its last four bytes
)

func prefixes(ss ...string) []netip.Prefix {
	ps := make([]netip.Prefix, len(ss))
	for i, s := range ss {
		ps[i] = netip.MustParsePrefix(s)
	}
	return ps
}

// isPublic reports whether an address is a unicast address of the Internet, IPv4 within IPv6 included.
func isPublic(a netip.Addr) bool {
	a = a.Unmap().WithZone("") // a prefix contains no address that has a zone
	if nat64.Contains(a) {
		b := a.As16()
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	has := func(p netip.Prefix) bool { return p.Contains(a) }
	if a.Is4() {
		return !slices.ContainsFunc(special4, has)
	}
	return global6.Contains(a) && !slices.ContainsFunc(special6, has)
}

// gate is what the dialer asks before it connects a socket. It sees the address that the socket will be connected to,
// not the name.
type gate struct {
	allowPrivate bool
	plain        bool // no TLS
}

func (g gate) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("address cannot be parsed: %w", err)
	}
	switch public := isPublic(ap.Addr()); {
	case public && g.plain:
		return fmt.Errorf("%v is a public address, and everybody on the way could read http", ap.Addr())
	case !public && !g.allowPrivate:
		return fmt.Errorf("%v is not a public address, and private ones are not allowed", ap.Addr())
	default:
		return nil
	}
}
