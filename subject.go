package cattlegrid

import (
	"crypto/rand"
	"net/netip"

	"github.com/cattlegrid/cattlegrid/guard"
)

// clientSubject names who asks, where no phone is known.
func (g *Gate) clientSubject(client netip.Addr) (guard.Subject, error) {
	if !client.IsValid() {
		return guard.Subject{}, ErrClient
	}
	subject := guard.Subject{}
	subject.Client, subject.Network = g.keys.client(client)
	for _, ring := range g.keys.others() {
		alias := guard.Alias{Holds: ring.holds}
		alias.Client, alias.Network = ring.client(client)
		subject.Also = append(subject.Also, alias)
	}
	return subject, nil
}

// subject names whom an act about a number is charged to. A client that is not known is charged nothing.
func (g *Gate) subject(phone Phone, purpose string, client netip.Addr) (guard.Subject, guard.Number) {
	number := g.options.Describe(phone)
	subject, _ := g.clientSubject(client)
	subject.Phone, subject.Prefix = g.keys.phone(phone), g.keys.prefix(number)
	for i, ring := range g.keys.others() {
		if i == len(subject.Also) {
			subject.Also = append(subject.Also, guard.Alias{Holds: ring.holds})
		}
		subject.Also[i].Phone, subject.Also[i].Prefix = ring.phone(phone), ring.prefix(number)
	}
	subject.Segment = number.Segment()
	subject.Country = number.Country
	subject.Purpose = purpose
	return subject, number
}

func (k *keyring) client(addr netip.Addr) (client, network string) {
	return k.hash("client", ClientPrefix(addr).String()), k.hash("network", NetworkPrefix(addr).String())
}

func (k *keyring) phone(phone Phone) string { return k.hash("phone", phone.E164()) }

func (k *keyring) prefix(number guard.Number) string { return k.hash("prefix", number.Prefix()) }

// describe knows the mainland. Package phone knows the world.
func describe(phone Phone) guard.Number {
	n := guard.Number{E164: phone.E164(), Type: guard.Mobile}
	if len(n.E164) == len("+8613800138000") && n.E164[:3] == "+86" {
		n.Country = "CN"
	}
	return n
}

// ClientPrefix is what counts as one client: an IPv4 address (also one mapped into IPv6), or the /64 of an IPv6 address,
// which is what a single subscriber is given at least.
func ClientPrefix(addr netip.Addr) netip.Prefix { return addressPrefix(addr, 32, 64) }

// NetworkPrefix is the neighbourhood of a client: the /24 of an IPv4 address, or the /48 of an IPv6 address, which is
// what a single site is given at most.
func NetworkPrefix(addr netip.Addr) netip.Prefix { return addressPrefix(addr, 24, 48) }

func addressPrefix(addr netip.Addr, v4, v6 int) netip.Prefix {
	addr = addr.Unmap().WithZone("")
	length := v4
	if addr.Is6() {
		length = v6
	}
	return netip.PrefixFrom(addr, length).Masked()
}

// newDebitID names the charges of one request.
func newDebitID() string { return rand.Text() }
