package cattlegrid_test

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// wantLimit checks that err is the refusal by the named rule with the given wait.
func wantLimit(t *testing.T, err error, rule string, wait time.Duration) {
	t.Helper()
	var limit *cattlegrid.LimitError
	if !errors.As(err, &limit) || limit.Limit.Name != rule || limit.RetryAfter != wait {
		t.Errorf("got %v, want limit %s with a wait of %v", err, rule, wait)
	}
}

// A phone gets its second message after 60 seconds, the third 120 seconds later, the next ones after 300 and 600, five an
// hour and ten a day; and each answer says how long the next one has to wait.
func TestSendsPerPhone(t *testing.T) {
	s := newSite(t, phones)
	start := s.now
	for _, wait := range []time.Duration{60 * time.Second, 120 * time.Second, 300 * time.Second, 600 * time.Second} {
		if v := s.mustSend(t, alice); v.ResendAfter != wait {
			t.Errorf("after %v: ResendAfter is %v, want %v", s.now.Sub(start), v.ResendAfter, wait)
		}
		s.wait(wait - time.Second)
		var limit *cattlegrid.LimitError
		if _, err := s.send(t, alice); !errors.As(err, &limit) || limit.RetryAfter != time.Second {
			t.Errorf("after %v: %v, want a wait of one second", s.now.Sub(start), err)
		}
		s.wait(time.Second)
	}
	s.mustSend(t, alice)
	s.mustSend(t, bob) // another phone has limits of its own
	s.wait(20 * time.Minute)
	_, err := s.send(t, alice)
	wantLimit(t, err, "sends_per_phone_hour", time.Hour-s.now.Sub(start))

	s.now = start.Add(2 * time.Hour)
	for range 5 {
		s.mustSend(t, alice)
		s.wait(12 * time.Minute)
	}
	s.now = start.Add(20 * time.Hour)
	_, err = s.send(t, alice)
	wantLimit(t, err, "sends_per_phone_day", 4*time.Hour)
}

// phones is the default policy without what is not about a phone.
func phones(o *cattlegrid.Options) {
	p := guard.DefaultPolicy()
	p.Send = slices.DeleteFunc(p.Send, func(l guard.Limit) bool { return l.Per != guard.PerPhone })
	o.Policy = &p
}

// clients is a policy of limits on clients alone.
func clients(o *cattlegrid.Options) {
	o.Policy = &guard.Policy{
		Challenge: []guard.Limit{{Name: "challenges_per_client_minute", Per: guard.PerClient, Max: 30, Window: time.Minute}},
		Send:      []guard.Limit{{Name: "sends_per_client_hour", Per: guard.PerClient, Max: 30, Window: time.Hour}},
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
			s := newSite(t, clients)
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
	s := newSite(t, func(o *cattlegrid.Options) {
		o.Policy = &guard.Policy{Send: []guard.Limit{
			{Name: "sends_per_phone_minute", Per: guard.PerPhone, Max: 1, Window: time.Minute},
			{Name: "sends_per_client_hour", Per: guard.PerClient, Max: 30, Window: time.Hour},
			{Name: "numbers_per_prefix_hour", Per: guard.PerPrefix, Of: guard.Unverified, Max: 30, Window: time.Hour},
		}}
	})
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
