package httpapi

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
)

// proxies knows whose word about others is believed.
type proxies struct {
	trusted []netip.Prefix
	logger  *slog.Logger
	told    atomic.Bool // the operator was told that somebody is not believed
}

// newProxies brings prefixes to the form of the addresses that they are compared with.
func newProxies(prefixes []netip.Prefix, logger *slog.Logger) (*proxies, error) {
	p := &proxies{logger: logger}
	for _, prefix := range prefixes {
		network, err := networkOf(prefix)
		if err != nil {
			return nil, err
		}
		p.trusted = append(p.trusted, network)
	}
	return p, nil
}

// networkOf is a network in that form, unless it is none or everybody's.
func networkOf(p netip.Prefix) (netip.Prefix, error) {
	if p.IsValid() && p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	switch {
	case !p.IsValid():
		return p, errors.New("one is not a network; write 10.0.0.0/8 or fd00::/8")
	case p.Bits() == 0:
		return p, fmt.Errorf("%v is everybody, so that any visitor could pretend any address; name the proxies' networks, such as 10.0.0.0/8", p)
	}
	return p.Masked(), nil
}

func (p *proxies) trust(addr netip.Addr) bool {
	return slices.ContainsFunc(p.trusted, func(prefix netip.Prefix) bool { return prefix.Contains(addr) })
}

// maxForwarded bounds how many entries of X-Forwarded-For are read. Each is a proxy on the way here.
const maxForwarded = 32

// client returns the address that asks, and whether a trusted proxy says so. The address is not valid if the server does
// not know its peer's, as on a Unix socket.
//
// Each proxy appends the address of its own peer to X-Forwarded-For. So the last entry is as true as the proxy that is
// connected here, the one before as true as the proxy in the last entry, and so on up to the first address that is no
// trusted proxy. An entry that is not an address ends the walk at the proxy that wrote it.
func (p *proxies) client(peer string, forwarded []string) (client netip.Addr, trusted bool) {
	client, _ = parseAddr(peer)
	if !p.trust(client) {
		if client.IsValid() && len(forwarded) > 0 {
			p.tell(client)
		}
		return client, false
	}
	read := 0
	for _, line := range slices.Backward(forwarded) {
		for more := true; more; read++ {
			comma := strings.LastIndexByte(line, ',')
			entry := line[comma+1:]
			line, more = line[:max(comma, 0)], comma >= 0
			addr, ok := parseAddr(entry)
			if !ok || read == maxForwarded {
				return client, true
			}
			if client = addr; !p.trust(client) {
				return client, true
			}
		}
	}
	return client, true
}

// tell warns, once, of a peer that speaks for others and is not believed: nothing else tells a proxy that was forgotten from an
// attack. Not more often, since anybody can send the header.
func (p *proxies) tell(peer netip.Addr) {
	if p.told.Load() || p.told.Swap(true) {
		return
	}
	p.logger.Warn("requests carry X-Forwarded-For from a peer that is not in http.trusted_proxies: if it is a proxy, all visitors behind it count as one",
		slog.String("peer", peer.String()))
}

// maxAddrLen bounds what is parsed as an address.
const maxAddrLen = 64

// parseAddr reads an address as servers and proxies write it: 192.0.2.1, 192.0.2.1:443, 2001:db8::1, [2001:db8::1],
// [2001:db8::1]:443.
func parseAddr(s string) (netip.Addr, bool) {
	s = strings.Trim(s, " \t")
	if len(s) > maxAddrLen {
		return netip.Addr{}, false
	}
	if withPort, err := netip.ParseAddrPort(s); err == nil {
		return plain(withPort.Addr()), true
	}
	if inner, bracket := strings.CutPrefix(s, "["); bracket {
		s, bracket = strings.CutSuffix(inner, "]")
		if !bracket {
			return netip.Addr{}, false
		}
	}
	addr, err := netip.ParseAddr(s)
	return plain(addr), err == nil
}

// plain returns the one form of an address in which it is compared.
func plain(addr netip.Addr) netip.Addr { return addr.Unmap().WithZone("") }
