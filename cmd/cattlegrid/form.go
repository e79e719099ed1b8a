package main

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// isHostPort reports whether a server can be told to listen there.
func isHostPort(addr string) bool {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil && !strings.ContainsAny(host, " /")
}

// isLoopback reports whether only this machine can reach an address to listen on.
func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// parsePrefix reads a network, or an address as the network of it alone.
func parsePrefix(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return addr.WithZone("").Prefix(addr.BitLen())
	}
	return netip.ParsePrefix(text)
}

func isName(s string) bool { return s != "" && len(s) <= maxNameLen && utf8.ValidString(s) }

// proxies are the networks of the proxies in front, which check knows to be well-formed.
func (h httpConfig) proxies() []netip.Prefix {
	var all []netip.Prefix
	for _, text := range h.TrustedProxies {
		if prefix, err := parsePrefix(text); err == nil {
			all = append(all, prefix)
		}
	}
	return all
}

// style is how challenges look.
func (c captchaConfig) style() captcha.Style {
	return captcha.Style{Width: c.Width, Height: c.Height, Length: c.Length}
}
