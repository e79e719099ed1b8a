package cattlegrid_test

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// wantLimit checks that err is the refusal by the named rule with the given wait.
func wantLimit(t *testing.T, err error, rule string, wait time.Duration) {
	t.Helper()
	var limit *cattlegrid.LimitError
	if !errors.As(err, &limit) || limit.Debit.Limit.Name != rule || limit.RetryAfter != wait {
		t.Errorf("got %v, want limit %s with a wait of %v", err, rule, wait)
	}
}

// A phone gets a message a minute, five an hour, ten a day.
func TestSendsPerPhone(t *testing.T) {
	s := newSite(t, nil)
	start := s.now
	s.mustSend(t, alice)
	s.wait(59 * time.Second)
	_, err := s.send(t, alice)
	wantLimit(t, err, "sends_per_phone_minute", time.Second)
	s.mustSend(t, bob) // another phone has limits of its own

	s.wait(time.Second)
	for range 4 {
		s.mustSend(t, alice)
		s.wait(time.Minute)
	}
	_, err = s.send(t, alice)
	wantLimit(t, err, "sends_per_phone_hour", time.Hour-s.now.Sub(start))

	s.now = start.Add(2 * time.Hour)
	for range 5 {
		s.mustSend(t, alice)
		s.wait(time.Minute)
	}
	s.now = start.Add(20 * time.Hour)
	_, err = s.send(t, alice)
	wantLimit(t, err, "sends_per_phone_day", 4*time.Hour)
	if n := s.outbox.len(); n != 11 {
		t.Errorf("%d messages left, want 10 to one phone and 1 to the other", n)
	}
}

// A client gets 30 messages an hour and 30 challenges a minute, whatever addresses of its network it asks from.
func TestLimitsPerClient(t *testing.T) {
	addresses := map[string]func(i int) netip.Addr{
		"IPv4": func(int) netip.Addr { return home },
		"IPv4MappedIntoIPv6": func(i int) netip.Addr {
			return []netip.Addr{home, netip.AddrFrom16(home.As16())}[i%2]
		},
		"IPv6NeighboursInOne64": func(i int) netip.Addr {
			return netip.MustParseAddr(fmt.Sprintf("2001:db8:1:2:%x::%x", i, i))
		},
	}
	for name, address := range addresses {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, nil)
			for i := range 30 {
				if _, err := s.SendCode(t.Context(), s.request(t, fmt.Sprintf("+86138001380%02d", i), address(i))); err != nil {
					t.Fatalf("SendCode %d: %v", i, err)
				}
			}
			_, err := s.Challenge(t.Context(), cattlegrid.ChallengeRequest{ID: "one-too-many", Client: address(31)})
			wantLimit(t, err, "challenges_per_client_minute", time.Minute)
			s.wait(time.Minute)
			_, err = s.SendCode(t.Context(), s.request(t, "+8613800138099", address(31)))
			wantLimit(t, err, "sends_per_client_hour", 59*time.Minute)
			if _, err := s.SendCode(t.Context(), s.request(t, "+8613800138099", netip.MustParseAddr("2001:db8:1:3::1"))); err != nil {
				t.Errorf("SendCode from elsewhere: %v", err)
			}
		})
	}
}

// A request that one limit refuses is not charged to the others.
func TestRefusalCostsNothing(t *testing.T) {
	s := newSite(t, nil)
	s.mustSend(t, alice)
	for range 29 {
		_, err := s.send(t, alice)
		wantLimit(t, err, "sends_per_phone_minute", time.Minute)
	}
	s.wait(time.Minute)
	for i := range 29 {
		s.mustSend(t, fmt.Sprintf("+86138001380%02d", i+10))
	}
}

// A site may have limits of its own.
func TestPolicy(t *testing.T) {
	s := newSite(t, func(o *cattlegrid.Options) {
		o.Policy = &guard.Policy{Send: []guard.Limit{{Name: "one_a_day", Per: guard.PerPhone, Max: 1, Window: 24 * time.Hour}}}
	})
	if v := s.mustSend(t, alice); v.ResendAfter != 24*time.Hour {
		t.Errorf("ResendAfter is %v, want a day", v.ResendAfter)
	}
	s.wait(time.Hour)
	_, err := s.send(t, alice)
	wantLimit(t, err, "one_a_day", 23*time.Hour)
}
