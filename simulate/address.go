package simulate

import (
	"encoding/binary"
	"net/netip"
)

// Each party, the visitors or one attacker, has a block of addresses of its own, so that nobody shares one with somebody
// else by accident.
const (
	maxParties          = 16
	networksPerParty    = 1 << 19
	addressesPerNetwork = 250
)

// addresses are the clients of one party.
type addresses struct {
	party      int
	perNetwork int // in one /24, or in one /48 of IPv6
	ipv6       bool
}

// at returns the i-th address.
func (a addresses) at(i int) netip.Addr {
	network, host := uint32(i/a.perNetwork%networksPerParty), byte(i%a.perNetwork) //nolint:gosec // small and positive
	// Scattered, as those of proxies are, by an odd factor modulo a power of two, which maps no two onto one.
	network = network*0x9E3779B1%networksPerParty + uint32(a.party)*networksPerParty //nolint:gosec // at most 16
	if a.ipv6 {
		var b [16]byte
		b[0], b[1] = 0x26, 0x10
		binary.BigEndian.PutUint32(b[2:], network)
		b[7], b[15] = host, 1
		return netip.AddrFrom16(b)
	}
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], (1<<22+network)<<8) // from 64.0.0.0 on
	b[3] = host + 1
	return netip.AddrFrom4(b)
}
