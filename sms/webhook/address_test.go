package webhook_test

import (
	"net/netip"
	"testing"

	"github.com/cattlegrid/cattlegrid/sms/webhook"
)

// Only unicast addresses of the Internet are public, in whichever form they are written.
func TestIsPublic(t *testing.T) {
	t.Parallel()
	for want, addresses := range map[bool][]string{
		true: {
			"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0",
			"192.167.255.255", "192.169.0.0", "223.255.255.255", "::ffff:8.8.8.8", "2606:4700:4700::1111", "2400:3200::1",
			"64:ff9b::8.8.8.8", "2606:4700::1%eth0",
		},
		false: {
			"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1",
			"169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1",
			"198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
			"255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
			"64:ff9b::10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b:1::8.8.8.8", "100::1", "2001::1", "2001:db8::1",
			"2002:a00:1::", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
		},
	} {
		for _, s := range addresses {
			a := netip.MustParseAddr(s)
			if got := webhook.IsPublic(a); got != want {
				t.Errorf("IsPublic(%v) = %v, want %v", a, got, want)
			}
		}
	}
	if webhook.IsPublic(netip.Addr{}) {
		t.Error("no address is public")
	}
}
