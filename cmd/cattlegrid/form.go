package main

import (
	"encoding/hex"
	"fmt"
	"image/color"
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

// style is how challenges look, or says which of the keys in [captcha] cannot be read.
func (c captchaConfig) style() (captcha.Style, error) {
	s := captcha.Style{Width: c.Width, Height: c.Height, Length: c.Length, Alphabet: c.Alphabet, Key: c.StyleKey}
	var err error
	if s.Ink, err = parseColour(c.Ink); err != nil {
		return s, fmt.Errorf("captcha.ink: %w", err)
	}
	if s.Paper, err = parseColour(c.Paper); err != nil {
		return s, fmt.Errorf("captcha.paper: %w", err)
	}
	if err := s.Kind.UnmarshalText([]byte(c.Kind)); err != nil {
		return s, fmt.Errorf("captcha.kind: %w", err)
	}
	if err := s.Level.UnmarshalText([]byte(c.Level)); err != nil {
		return s, fmt.Errorf("captcha.level: %w", err)
	}
	return s, nil
}

// parseColour reads a colour as style sheets spell it, "#1f2a3d"; "" is the zero value, which means the usual one.
func parseColour(text string) (color.RGBA, error) {
	if text == "" {
		return color.RGBA{}, nil
	}
	digits, ok := strings.CutPrefix(text, "#")
	rgb, err := hex.DecodeString(digits)
	if !ok || err != nil || len(rgb) != 3 {
		return color.RGBA{}, fmt.Errorf("%s is not # and six hexadecimal digits", quote(text))
	}
	return color.RGBA{R: rgb[0], G: rgb[1], B: rgb[2], A: 0xff}, nil
}
