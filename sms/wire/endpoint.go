package wire

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
)

// Endpoint reads where a provider is asked: a URL with https, or with http if the host is this machine, as that of a fake
// provider. Empty means otherwise. Its errors do not repeat what was configured.
func Endpoint(configured, otherwise string) (*url.URL, error) {
	if configured == "" {
		configured = otherwise
	}
	u, err := url.Parse(configured)
	switch {
	case err != nil || u.Opaque != "" || u.Hostname() == "":
		return nil, errors.New("Endpoint cannot be read; want for example " + otherwise)
	case u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()):
		u.Path, u.RawPath = strings.TrimSuffix(u.Path, "/"), strings.TrimSuffix(u.RawPath, "/")
		return u, nil
	default:
		return nil, errors.New("Endpoint must be https, or http on this machine; want for example " + otherwise)
	}
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}
