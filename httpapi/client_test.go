package httpapi_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/httpapi"
)

var trusted = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("fd00::/8"),
	netip.MustParsePrefix("::ffff:172.16.0.0/108"),
}

// The client is the last address that no trusted proxy has.
func TestClientAddr(t *testing.T) {
	many := strings.Repeat("10.0.0.2,", httpapi.MaxForwarded)
	tests := []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"direct", "192.0.2.1:1", nil, "192.0.2.1"},
		{"direct, IPv6", "[2001:db8::1]:1", nil, "2001:db8::1"},
		{"direct, IPv6 with zone", "[fe80::1%eth0]:1", nil, "fe80::1"},
		{"direct, header ignored", "192.0.2.1:1", []string{"198.51.100.1"}, "192.0.2.1"},
		{"proxy without header", "10.0.0.1:1", nil, "10.0.0.1"},
		{"one proxy", "10.0.0.1:1", []string{"198.51.100.1"}, "198.51.100.1"},
		{"one proxy, seen through IPv6", "[::ffff:10.0.0.1]:1", []string{"198.51.100.1"}, "198.51.100.1"},
		{"proxy configured as mapped", "172.16.0.1:1", []string{"198.51.100.1"}, "198.51.100.1"},
		{"one proxy, forged", "10.0.0.1:1", []string{"203.0.113.1, 198.51.100.1"}, "198.51.100.1"},
		{"one proxy, forged in a line of its own", "10.0.0.1:1", []string{"203.0.113.1", "198.51.100.1"}, "198.51.100.1"},
		{"one proxy, forged as a proxy", "10.0.0.1:1", []string{"10.0.0.9, 198.51.100.1"}, "198.51.100.1"},
		{"two proxies", "10.0.0.1:1", []string{"198.51.100.1, 10.0.0.2"}, "198.51.100.1"},
		{"two proxies in two lines", "10.0.0.1:1", []string{"198.51.100.1", "10.0.0.2"}, "198.51.100.1"},
		{"IPv4 and IPv6 proxies", "[fd00::1]:1", []string{"198.51.100.1,10.0.0.2"}, "198.51.100.1"},
		{"proxies only", "10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"with port", "10.0.0.1:1", []string{"198.51.100.1:4711"}, "198.51.100.1"},
		{"IPv6", "10.0.0.1:1", []string{"2001:db8::1"}, "2001:db8::1"},
		{"IPv6 with brackets", "10.0.0.1:1", []string{"[2001:db8::1]"}, "2001:db8::1"},
		{"IPv6 with port", "10.0.0.1:1", []string{"[2001:db8::1]:123"}, "2001:db8::1"},
		{"IPv6 with zone", "10.0.0.1:1", []string{"fe80::1%eth0"}, "fe80::1"},
		{"mapped", "10.0.0.1:1", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"tabs and spaces", "10.0.0.1:1", []string{"203.0.113.1,\t 198.51.100.1 \t"}, "198.51.100.1"},
		{"garbage", "10.0.0.1:1", []string{"198.51.100.1, unknown"}, "10.0.0.1"},
		{"garbage behind a proxy", "10.0.0.1:1", []string{"198.51.100.1, _hidden, 10.0.0.2"}, "10.0.0.2"},
		{"half a bracket", "10.0.0.1:1", []string{"[2001:db8::1"}, "10.0.0.1"},
		{"impossible port", "10.0.0.1:1", []string{"198.51.100.1:99999"}, "10.0.0.1"},
		{"empty", "10.0.0.1:1", []string{""}, "10.0.0.1"},
		{"empty entry", "10.0.0.1:1", []string{"198.51.100.1,"}, "10.0.0.1"},
		{"long entry", "10.0.0.1:1", []string{"fe80::1%" + strings.Repeat("a", 100)}, "10.0.0.1"},
		{"as many proxies as are read", "10.0.0.1:1", []string{"198.51.100.1", strings.TrimSuffix(many, "10.0.0.2,") + "10.0.0.2"}, "10.0.0.2"},
		{"one proxy fewer", "10.0.0.1:1", []string{"198.51.100.1," + strings.TrimSuffix(strings.TrimSuffix(many, "10.0.0.2,"), ",")}, "198.51.100.1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, _ := httpapi.ClientAddr(trusted, test.peer, test.forwarded...)
			if got != netip.MustParseAddr(test.want) {
				t.Errorf("client of %s with %q: got %v, want %s", test.peer, test.forwarded, got, test.want)
			}
		})
	}
	t.Run("no address", func(t *testing.T) {
		for _, peer := range []string{"", "@", "pipe"} {
			if got, ok := httpapi.ClientAddr(trusted, peer, "198.51.100.1"); got.IsValid() || ok {
				t.Errorf("client of %q: got %v, %v, want none", peer, got, ok)
			}
		}
	})
}

// A configuration that would believe everybody, or nobody, is an error.
func TestTrustedProxies(t *testing.T) {
	gate, err := cattlegrid.New(cattlegrid.Options{Sender: &outbox{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, prefix := range []netip.Prefix{
		{},
		netip.MustParsePrefix("0.0.0.0/0"),
		netip.MustParsePrefix("::/0"),
		netip.MustParsePrefix("::ffff:0.0.0.0/96"),
	} {
		_, err := httpapi.New(gate, httpapi.Options{TrustedProxies: []netip.Prefix{prefix}})
		if err == nil || !strings.Contains(err.Error(), "TrustedProxies") {
			t.Errorf("%v: got %v, want an error that names TrustedProxies", prefix, err)
		}
	}
	t.Run("origins", func(t *testing.T) {
		_, err := httpapi.New(gate, httpapi.Options{TrustedOrigins: []string{"www.example.com"}})
		if err == nil || !strings.Contains(err.Error(), "https://www.example.com") {
			t.Errorf("got %v, want an error with an example", err)
		}
	})
	t.Run("gate", func(t *testing.T) {
		if _, err := httpapi.New(nil, httpapi.Options{}); err == nil {
			t.Error("got a handler without a gate, want an error")
		}
	})
}

// A proxy that was forgotten is told of once, however many requests carry the header, and one that is trusted never.
func TestForgottenProxy(t *testing.T) {
	s := open(t, func(o *setup) { o.http.TrustedProxies = trusted })
	ask := func(peer string, header map[string]string) {
		s.do(call{method: http.MethodGet, path: "/healthz", from: peer, header: header})
	}
	warnings := func() (peers []any) {
		for _, entry := range s.log.entries(t) {
			if text, _ := entry["msg"].(string); entry["level"] == "WARN" && strings.Contains(text, "http.trusted_proxies") {
				peers = append(peers, entry["peer"])
			}
		}
		return peers
	}
	forwarded := map[string]string{"X-Forwarded-For": "198.51.100.1"}
	ask("10.0.0.1:1", forwarded)
	ask("192.0.2.1:1", nil)
	if got := warnings(); len(got) != 0 {
		t.Errorf("a proxy that is trusted, or a visitor without the header, is warned of: %v", got)
	}
	for range 3 {
		ask("127.0.0.1:1", forwarded)
		ask("192.0.2.1:1", forwarded)
	}
	if got := warnings(); len(got) != 1 || got[0] != "127.0.0.1" {
		t.Errorf("warned of %v, want 127.0.0.1 once", got)
	}
}

// Whatever stands left of the first address that is no trusted proxy changes nothing, and from a peer that is none the
// header changes nothing at all.
func FuzzForwardedFor(f *testing.F) {
	for _, left := range []string{"", "203.0.113.1", "10.0.0.7, ", "unknown,,", "[::1]:123", "\n", ",", strings.Repeat("1,", 100)} {
		f.Add(left, []byte{192, 0, 2, 1}, uint8(0), uint8(0))
		f.Add(left, []byte{0x20, 1, 0xd, 0xb8, 15: 1}, uint8(3), uint8(1))
	}
	f.Fuzz(func(t *testing.T, left string, client []byte, hops, style uint8) {
		addr, ok := netip.AddrFromSlice(client)
		if !ok {
			return
		}
		addr = addr.Unmap()
		right := []string{written(addr, style)}
		for range hops % (httpapi.MaxForwarded - 1) {
			right = append(right, "10.1.2.3")
		}
		known := strings.Join(right, ", ")

		peer := netip.AddrPortFrom(addr, 1).String()
		if httpapi.IsTrusted(trusted, addr) {
			return // what stands left of a proxy counts
		}
		if got, byProxy := httpapi.ClientAddr(trusted, peer, left, known); got != addr || byProxy {
			t.Errorf("peer %s with %q: got %v, %v, want the peer", peer, left, got, byProxy)
		}
		for name, forwarded := range map[string][]string{
			"in one line":  {left + "," + known},
			"in two lines": {left, known},
			"alone":        {known},
		} {
			if got, byProxy := httpapi.ClientAddr(trusted, "10.0.0.1:1", forwarded...); got != addr || !byProxy {
				t.Errorf("%s, %q: got %v, %v, want %v", name, forwarded, got, byProxy, addr)
			}
		}
	})
}

// written is an address in one of the ways in which proxies write it.
func written(addr netip.Addr, style uint8) string {
	switch style % 3 {
	case 1:
		return netip.AddrPortFrom(addr, 443).String()
	case 2:
		return " [" + addr.String() + "]\t"
	default:
		return addr.String()
	}
}

// A request keeps the id that a trusted proxy gave it, if it is harmless, and has one of its own otherwise.
func TestRequestID(t *testing.T) {
	const proxy, id = "10.0.0.1:1", "0af7651916cd43dd8448eb211c80319c"
	tests := []struct {
		name, from, id string
		kept           bool
	}{
		{"trusted", proxy, id, true},
		{"not trusted", "192.0.2.1:1", id, false},
		{"none", proxy, "", false},
		{"short", proxy, "1234567", false},
		{"long", proxy, strings.Repeat("a", 65), false},
		{"with a quote", proxy, id + `"`, false},
		{"with a line feed", proxy, id + "\n", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, func(o *setup) { o.http.TrustedProxies = trusted })
			w := s.do(call{method: http.MethodGet, path: "/healthz", from: test.from, header: map[string]string{"X-Request-Id": test.id}})
			got := w.Header().Get("X-Request-ID")
			if (got == test.id) != test.kept || len(got) < 8 {
				t.Errorf("id: got %q for %q, kept should be %v", got, test.id, test.kept)
			}
			if logged := s.log.lastEntry(t)["request_id"]; logged != got {
				t.Errorf("log: id is %v, want %s", logged, got)
			}
		})
	}
}
