package cattlegrid_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

const day = 24 * time.Hour

// decisions has o tell its decisions to the slice.
func decisions(o *cattlegrid.Options, told *[]cattlegrid.Decision) {
	o.OnDecision = func(_ context.Context, d cattlegrid.Decision) { *told = append(*told, d) }
}

func wantDecisions(t *testing.T, told []cattlegrid.Decision, want ...cattlegrid.Decision) {
	t.Helper()
	phones := cmp.Comparer(func(a, b cattlegrid.Phone) bool { return a == b })
	if diff := cmp.Diff(want, told, phones, cmpopts.EquateErrors(), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("decisions (-want +got):\n%s", diff)
	}
}

func mustParse(t *testing.T, e164 string) cattlegrid.Phone {
	t.Helper()
	phone, err := cattlegrid.ParseE164(e164)
	if err != nil {
		t.Fatalf("ParseE164: %v", err)
	}
	return phone
}

// Whom the rules do not serve is refused at once, whatever the answer, and the operator learns by which rule.
func TestRules(t *testing.T) {
	var told []cattlegrid.Decision
	s := newSite(t, func(o *cattlegrid.Options) {
		decisions(o, &told)
		o.Policy = &guard.Policy{Rules: guard.Rules{
			Countries: []string{"CN"}, DenyPrefixes: []string{"+86199"}, DenyNetworks: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")},
		}}
	})
	for name, tt := range map[string]struct {
		phone, client string
		want          cattlegrid.DeniedError
	}{
		"Country": {"+4915112345678", "192.0.2.1", cattlegrid.DeniedError{Rule: "countries"}},
		"Prefix":  {"+8619912345678", "192.0.2.1", cattlegrid.DeniedError{Rule: "deny_prefixes"}},
		"Network": {alice, "198.51.100.7", cattlegrid.DeniedError{Rule: "deny_networks", Client: true}},
	} {
		t.Run(name, func(t *testing.T) {
			told = nil
			client := netip.MustParseAddr(tt.client)
			r := s.request(t, tt.phone, client)
			_, err := s.SendCode(t.Context(), r)
			var denied *cattlegrid.DeniedError
			if !errors.As(err, &denied) || !errors.Is(err, cattlegrid.ErrDenied) || *denied != tt.want {
				t.Fatalf("SendCode: %v, want %+v", err, tt.want)
			}
			if len(told) != 1 || told[0].Verdict != cattlegrid.Refused || told[0].Rules[0] != tt.want.Rule {
				t.Errorf("decisions %+v, want one that names %s", told, tt.want.Rule)
			}
			r.Phone, r.Client = alice, home
			if _, err := s.SendCode(t.Context(), r); err != nil {
				t.Errorf("the challenge was used up: %v", err)
			}
			s.wait(time.Hour)
		})
	}
}

// The operator learns of every decision: who, what, and which limits stood against it, but nothing secret.
func TestDecisions(t *testing.T) {
	var told []cattlegrid.Decision
	s := newSite(t, func(o *cattlegrid.Options) {
		decisions(o, &told)
		o.Price = func(guard.Number) int { return 450 }
		o.Policy = &guard.Policy{
			Challenge: []guard.Limit{{Name: "pictures", Per: guard.PerClient, Max: 4, Window: time.Minute}},
			Send: []guard.Limit{
				{Name: "minute", Per: guard.PerPhone, Max: 1, Window: time.Minute},
				{Name: "hour", Per: guard.PerClient, Max: 2, Hard: 1, Window: time.Hour},
			},
			WrongCode: []guard.Limit{{Name: "guesses", Per: guard.PerPhone, Max: 1, Window: time.Hour}},
		}
	})
	to := cattlegrid.Decision{
		Act: guard.Send, Verdict: cattlegrid.Allowed, Client: "192.0.2.1/32", Phone: mustParse(t, alice), Country: "CN", Purpose: "register", Price: 450,
	}
	v := s.mustSend(t, alice)
	sent := to
	sent.Delivery, sent.MessageID = cattlegrid.Delivery{Provider: "outbox"}, s.outbox.messages[0].ID
	wantDecisions(t, told, sent)

	told = nil
	_, err := s.send(t, alice)
	wantLimit(t, err, "minute", time.Minute) // against the other one a hard challenge would help
	refused := to
	refused.Verdict, refused.Rules, refused.Wait = cattlegrid.Refused, []string{"minute"}, time.Minute
	wantDecisions(t, told, refused)

	told = nil
	_, err = s.send(t, bob)
	wantMore(t, err, guard.Hard)
	more := to
	more.Phone, more.Verdict, more.Effort, more.Rules, more.Wait = mustParse(t, bob), cattlegrid.More, guard.Hard, []string{"hour"}, time.Hour
	wantDecisions(t, told, more)

	told = nil
	check := cattlegrid.Decision{
		Act: guard.WrongCode, Verdict: cattlegrid.Refused, Client: "192.0.2.1/32", Phone: to.Phone, Country: "CN", Purpose: "register",
		Rules: []string{"guesses"}, Wait: time.Hour,
	}
	code := s.outbox.last()
	if _, err := s.check(t, v.ID, otherThan(code)); !errors.Is(err, cattlegrid.ErrWrong) {
		t.Fatalf("CheckCode: %v", err)
	}
	_, err = s.check(t, v.ID, code)
	wantLimit(t, err, "guesses", time.Hour)
	wantDecisions(t, told, check)

	told = nil
	s.challenge(t, home)
	_, err = s.Challenge(t.Context(), cattlegrid.ChallengeRequest{ID: "one-too-many", Client: home})
	wantLimit(t, err, "pictures", time.Minute)
	wantDecisions(t, told, cattlegrid.Decision{
		Act: guard.Challenge, Verdict: cattlegrid.Refused, Client: "192.0.2.1/32", Rules: []string{"pictures"}, Wait: time.Minute,
	})
}

// A policy on trial refuses nothing, charges nothing that it would have refused, and tells what it would have done.
func TestObserve(t *testing.T) {
	var told []cattlegrid.Decision
	s := newSite(t, func(o *cattlegrid.Options) {
		decisions(o, &told)
		p := guard.DefaultPolicy()
		p.Observe = true
		p.Rules.DenyPrefixes = []string{"+86139"}
		o.Policy = &p
	})
	for range 40 {
		s.mustSend(t, alice)
	}
	s.mustSend(t, bob)
	counts := map[cattlegrid.Verdict]int{}
	for _, d := range told {
		if !d.Trial {
			t.Fatalf("decision %+v is not marked as one on trial", d)
		}
		counts[d.Verdict]++
	}
	if counts[cattlegrid.Allowed] != 41 || counts[cattlegrid.Refused] < 40 {
		t.Errorf("verdicts %v, want 41 let through, and 39 messages, a number and some challenges that would not have been", counts)
	}
	s.wait(time.Minute)
	told = nil
	s.mustSend(t, alice)
	if len(told) != 1 || told[0].Verdict != cattlegrid.Allowed {
		t.Errorf("a minute later: %+v, want no more than the one message to be charged", told)
	}
	for range 3 { // more than a number may have in a minute
		told = nil
		s.mustSend(t, bob)
		if len(told) != 2 || !slices.Equal(told[0].Rules, []string{guard.RulePrefixes}) || told[1].Verdict != cattlegrid.Allowed {
			t.Errorf("a number that is denied: %+v, want one refusal, by the rule alone, and the message", told)
		}
	}
}

// Test numbers take their fixed code, and nothing is sent to them, charged for them or decided about them.
func TestTestNumbers(t *testing.T) {
	var told []cattlegrid.Decision
	s := newSite(t, func(o *cattlegrid.Options) {
		decisions(o, &told)
		o.TestNumbers = map[cattlegrid.Phone]string{mustParse(t, "+8619900000000"): "424242"}
		p := guard.DefaultPolicy()
		p.Rules.DenyPrefixes = []string{"+86199"}
		o.Policy = &p
	})
	for range 3 {
		v := s.mustSend(t, "+8619900000000")
		if _, err := s.check(t, v.ID, "424241"); !errors.Is(err, cattlegrid.ErrWrong) {
			t.Errorf("another code: %v, want ErrWrong", err)
		}
		if proof, err := s.check(t, v.ID, "424242"); err != nil || proof.Phone.E164() != "+8619900000000" {
			t.Errorf("CheckCode: %v", err)
		}
	}
	if s.outbox.len() != 0 || len(told) != 0 {
		t.Errorf("%d messages left and %d decisions were made, want none", s.outbox.len(), len(told))
	}
	if _, err := cattlegrid.New(cattlegrid.Options{
		Sender: s.outbox, TestNumbers: map[cattlegrid.Phone]string{mustParse(t, alice): "4242"},
	}); err == nil {
		t.Error("a code of four digits was taken where six are sent")
	}
}

// Another policy is in force as soon as it is set, and finds what was charged before; one that cannot work changes nothing.
func TestSetPolicy(t *testing.T) {
	s := newSite(t, nil)
	s.mustSend(t, alice)
	if err := s.SetPolicy(guard.Policy{Send: []guard.Limit{{Name: "broken"}}}); err == nil {
		t.Fatal("a broken policy was set")
	}
	_, err := s.send(t, alice)
	wantLimit(t, err, "sends_per_phone_minute", time.Minute)
	p := guard.DefaultPolicy()
	for i := range p.Send {
		if p.Send[i].Name == "sends_per_phone_hour" {
			p.Send[i].Max = 1
		}
	}
	if err := s.SetPolicy(p); err != nil {
		t.Fatalf("SetPolicy: %v", err)
	}
	_, err = s.send(t, alice)
	wantLimit(t, err, "sends_per_phone_hour", time.Hour)
}

// A message that certainly did not leave costs nothing, however it was counted; one whose fate is unknown stays charged.
func TestRefundOfBudgets(t *testing.T) {
	budget := func(o *cattlegrid.Options) {
		o.Price = func(guard.Number) int { return 450 }
		o.Policy = &guard.Policy{Send: []guard.Limit{
			{Name: "money", Per: guard.InTotal, Of: guard.Money, Max: 900, Window: day, Coarse: true},
			{Name: "numbers", Per: guard.PerClient, Of: guard.Numbers, Max: 2, Window: time.Hour},
			{Name: "unverified", Per: guard.PerPrefix, Of: guard.Unverified, Max: 2, Window: time.Hour},
			{Name: "messages", Per: guard.InTotal, Of: guard.UnverifiedSends, Max: 2, Window: time.Hour},
		}}
	}
	fail := func(class cattlegrid.SendClass) error {
		return &cattlegrid.SendError{Class: class, Provider: "outbox", Err: errors.New("no")}
	}
	for class, left := range map[cattlegrid.SendClass]int{cattlegrid.Temporary: 1, cattlegrid.Permanent: 1, cattlegrid.Unknown: 0} {
		t.Run(class.String(), func(t *testing.T) {
			s := newSite(t, budget)
			s.mustSend(t, alice)
			s.outbox.fail = fail(class)
			if _, err := s.send(t, alice); !errors.Is(err, cattlegrid.ErrSend) {
				t.Fatalf("SendCode: %v, want ErrSend", err)
			}
			s.outbox.fail = nil
			sent := 0
			for range 3 {
				if _, err := s.send(t, alice); err == nil {
					sent++
				}
			}
			if sent != left {
				t.Errorf("%d more messages left, want %d", sent, left)
			}
		})
	}
}

// What was sent to a number stops to count when the number is verified, from the client that asked for it, too; and a
// number that was verified elsewhere counts for its prefix as one verified here.
func TestConversion(t *testing.T) {
	s := newSite(t, func(o *cattlegrid.Options) {
		o.Policy = &guard.Policy{Send: []guard.Limit{
			{Name: "client", Per: guard.PerClient, Of: guard.Unverified, Max: 2, Window: day},
			{Name: "prefix", Per: guard.PerPrefix, Of: guard.Unverified, Max: 1, Grow: 100, Window: day},
		}}
	})
	neighbour := func(i int) string { return fmt.Sprintf("+861380013%04d", i) }
	for i := range 9 {
		v := s.mustSend(t, neighbour(i))
		if _, err := s.check(t, v.ID, s.outbox.last()); err != nil {
			t.Fatalf("CheckCode: %v", err)
		}
	}
	s.mustSend(t, neighbour(20))
	s.mustSend(t, neighbour(21))
	_, err := s.send(t, neighbour(22))
	wantLimit(t, err, "client", day)
	s.mustSend(t, neighbour(20)) // one number, however often

	elsewhere := func(i int) cattlegrid.SendRequest {
		return s.request(t, fmt.Sprintf("+861390013%04d", i), netip.AddrFrom4([4]byte{192, 0, 2, byte(100 + i)}))
	}
	if _, err := s.SendCode(t.Context(), elsewhere(1)); err != nil {
		t.Fatalf("SendCode: %v", err)
	}
	_, err = s.SendCode(t.Context(), elsewhere(2))
	wantLimit(t, err, "prefix", day)
	if err := s.Vouch(t.Context(), mustParse(t, "+8613900138001"), mustParse(t, "+8613900138002"), mustParse(t, "+8613900138002")); err != nil {
		t.Fatalf("Vouch: %v", err)
	}
	if _, err := s.SendCode(t.Context(), elsewhere(2)); err != nil {
		t.Errorf("after two of the prefix were vouched for: %v", err)
	}
	_, err = s.SendCode(t.Context(), elsewhere(3))
	wantLimit(t, err, "prefix", day)
}
