package yuntongxun_test

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/yuntongxun"
)

// Requests are signed by the formula of Yuntongxun's own modules. No example with its token is published: these were computed
// by another program.
func TestSignature(t *testing.T) {
	const account, token, at = "abcdefghijklmnopqrstuvwxyz012345", "0123456789abcdef0123456789abcdef", "20140416142030"
	if got, want := yuntongxun.Signature(account, token, at), "698CD6F76DB3CAE8E9875C1F8F298B2C"; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
	if got, want := yuntongxun.Authorization(account, at), "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU6MjAxNDA0MTYxNDIwMzA="; got != want {
		t.Errorf("authorization %s, want %s", got, want)
	}
}

// Wherever the machine is, the time is Beijing's.
func TestTimestamp(t *testing.T) {
	for _, zone := range []*time.Location{time.UTC, time.FixedZone("New York", -4*60*60), time.FixedZone("Beijing", 8*60*60)} {
		if got := yuntongxun.Timestamp(time.Date(2014, 4, 16, 18, 20, 30, 0, time.UTC).In(zone)); got != "20140417022030" {
			t.Errorf("in %v it is %s, want 20140417022030", zone, got)
		}
	}
}
