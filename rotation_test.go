package cattlegrid_test

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// rotation is a site whose keys are exchanged, with a gate for each step: before it, the steps, after it. All share a store.
type rotation struct {
	*site
	gates [5]*cattlegrid.Gate
}

func newRotation(t *testing.T, change func(*cattlegrid.Options)) *rotation {
	t.Helper()
	r := &rotation{site: newSite(t, nil)}
	former, fresh := testKeys(), testKeys()
	fresh.Sign, fresh.Hash = ed25519.NewKeyFromSeed([]byte("the keys that take their place..")), []byte("the keys that take their place..")
	for i := range r.gates {
		keys := former
		if keys.Rotation = (cattlegrid.Rotation{Sign: fresh.Sign, Hash: fresh.Hash, Step: cattlegrid.Step(i)}); i == 0 {
			keys.Rotation = cattlegrid.Rotation{}
		}
		if i == len(r.gates)-1 {
			keys = fresh
		}
		r.gates[i] = r.onWith(t, r.store, r.outbox, func(o *cattlegrid.Options) {
			if change != nil {
				change(o)
			}
			o.Keys = keys
		})
	}
	return r
}

// at is the site as the gates of a step serve it.
func (r *rotation) at(step int) *site {
	r.Gate = r.gates[step]
	return r.site
}

// pairs runs a test of two gates, of which one may be a step ahead of the other, as they are while all are restarted.
func pairs(t *testing.T, change func(*cattlegrid.Options), test func(t *testing.T, r *rotation, one, other int)) {
	t.Helper()
	for _, steps := range [][2]int{{0, 1}, {1, 0}, {1, 1}, {1, 2}, {2, 1}, {2, 2}, {2, 3}, {3, 2}, {3, 3}, {3, 4}, {4, 3}} {
		t.Run(fmt.Sprintf("%dBeside%d", steps[0], steps[1]), func(t *testing.T) {
			test(t, newRotation(t, change), steps[0], steps[1])
		})
	}
}

// policy makes a change of options of limits on messages.
func policy(limits ...guard.Limit) func(*cattlegrid.Options) {
	return func(o *cattlegrid.Options) { o.Policy = &guard.Policy{Send: limits} }
}

// nth is a number with the prefix of all such numbers, or with one of its own.
func nth(i int) string      { return fmt.Sprintf("+8613811110%03d", i) }
func nthApart(i int) string { return fmt.Sprintf("+86138%04d0000", i) }

// neighbour is a client of one network.
func neighbour(i int) netip.Addr { return netip.MustParseAddr(fmt.Sprintf("192.0.2.%d", i)) }

// While two gates know different keys, no limit grants more than it should over both, whoever it is charged to, and a
// refusal names it once.
func TestRotationKeepsLimits(t *testing.T) {
	limit := func(per guard.Scope, of guard.Measure) guard.Limit {
		return guard.Limit{Name: "limit", Per: per, Of: of, Max: 5, Window: time.Hour}
	}
	for name, tt := range map[string]struct {
		limit guard.Limit
		phone func(i int) string
		guest func(i int) netip.Addr
	}{
		"Phone":             {limit(guard.PerPhone, guard.Acts), func(int) string { return alice }, neighbour},
		"Client":            {limit(guard.PerClient, guard.Acts), nth, func(int) netip.Addr { return home }},
		"ClientNumbers":     {limit(guard.PerClient, guard.Numbers), nth, func(int) netip.Addr { return home }},
		"NetworkUnverified": {limit(guard.PerNetwork, guard.Unverified), nth, neighbour},
		"PrefixUnverified":  {limit(guard.PerPrefix, guard.Unverified), nth, neighbour},
		"SegmentUnverified": {limit(guard.PerSegment, guard.Unverified), nthApart, neighbour},
		"TotalSends":        {limit(guard.InTotal, guard.UnverifiedSends), nthApart, neighbour},
	} {
		t.Run(name, func(t *testing.T) {
			var told []cattlegrid.Decision
			change := func(o *cattlegrid.Options) {
				policy(tt.limit)(o)
				decisions(o, &told)
			}
			pairs(t, change, func(t *testing.T, r *rotation, one, other int) {
				for i := range 12 {
					told = nil
					s := r.at([]int{one, other}[i%2])
					_, err := s.SendCode(t.Context(), s.request(t, tt.phone(i), tt.guest(i+1)))
					if refused := errors.Is(err, cattlegrid.ErrLimit); refused != (i >= 5) || err != nil && !refused {
						t.Fatalf("message %d: %v", i+1, err)
					}
					if i >= 5 {
						wantLimit(t, err, "limit", time.Hour)
						if diff := cmp.Diff([]string{"limit"}, told[0].Rules); diff != "" {
							t.Errorf("rules (-want +got):\n%s", diff)
						}
					}
				}
			})
		})
	}
}

// Challenges and wrong codes are counted over both gates, too.
func TestRotationKeepsOtherLimits(t *testing.T) {
	pairs(t, clients, func(t *testing.T, r *rotation, one, other int) {
		for i := range 40 {
			_, err := r.at([]int{one, other}[i%2]).Challenge(t.Context(), cattlegrid.ChallengeRequest{ID: fmt.Sprintf("picture-%d", i), Client: home})
			if refused := errors.Is(err, cattlegrid.ErrLimit); refused != (i >= 30) {
				t.Fatalf("challenge %d: %v", i+1, err)
			}
		}
	})
	wrong := func(o *cattlegrid.Options) {
		o.CodeAttempts = 10
		o.Policy = &guard.Policy{WrongCode: []guard.Limit{{Name: "wrong", Per: guard.PerPhone, Max: 7, Window: time.Hour}}}
	}
	pairs(t, wrong, func(t *testing.T, r *rotation, one, other int) {
		v := r.at(one).mustSend(t, alice)
		for i := range 9 {
			_, err := r.at([]int{one, other}[i%2]).check(t, v.ID, otherThan(r.outbox.last()))
			if refused := errors.Is(err, cattlegrid.ErrLimit); refused != (i >= 7) || !refused && !errors.Is(err, cattlegrid.ErrWrong) {
				t.Fatalf("wrong code %d: %v", i+1, err)
			}
		}
	})
}

// A limit that is used up before the rotation is used up after it, however quick the first two steps are, and until its window
// has passed. The third step may come when the longest window has passed since the first.
func TestRotationResetsNoLimit(t *testing.T) {
	for _, per := range []guard.Scope{guard.PerPhone, guard.PerClient} {
		t.Run(string(per), func(t *testing.T) {
			r := newRotation(t, policy(guard.Limit{Name: "limit", Per: per, Max: 2, Window: day}))
			r.at(0).mustSend(t, alice)
			r.wait(time.Hour)
			r.at(1).mustSend(t, alice)
			r.wait(time.Hour)
			for step := range 3 {
				_, err := r.at(step).send(t, alice)
				wantLimit(t, err, "limit", 22*time.Hour)
			}
			r.wait(22 * time.Hour)
			r.at(2).mustSend(t, alice)
			for _, step := range []int{2, 3, 4} {
				_, err := r.at(step).send(t, alice)
				wantLimit(t, err, "limit", time.Hour)
			}
		})
	}
}

// What is charged is given back at the other gate, and recorded there once: when a provider refuses a message, when a number
// is verified.
func TestRotationGivesBack(t *testing.T) {
	limits := policy(
		guard.Limit{Name: "phone", Per: guard.PerPhone, Max: 50, Window: time.Hour},
		guard.Limit{Name: "client", Per: guard.PerClient, Of: guard.Unverified, Max: 3, Window: time.Hour},
		guard.Limit{Name: "prefix", Per: guard.PerPrefix, Of: guard.Unverified, Max: 3, Window: time.Hour},
		guard.Limit{Name: "total", Per: guard.InTotal, Of: guard.UnverifiedSends, Max: 3, Window: time.Hour},
	)
	t.Run("Verified", func(t *testing.T) {
		pairs(t, limits, func(t *testing.T, r *rotation, one, other int) {
			for i := range 20 {
				v := r.at(one).mustSend(t, nth(i))
				if _, err := r.at(other).check(t, v.ID, r.outbox.last()); err != nil {
					t.Fatalf("CheckCode: %v", err)
				}
			}
		})
	})
	t.Run("Refused", func(t *testing.T) {
		pairs(t, limits, func(t *testing.T, r *rotation, one, other int) {
			r.outbox.fail = &cattlegrid.SendError{Class: cattlegrid.Permanent, Provider: "outbox"}
			for i := range 20 {
				if _, err := r.at([]int{one, other}[i%2]).send(t, nth(i)); !errors.Is(err, cattlegrid.ErrSend) {
					t.Fatalf("SendCode: %v, want the provider's refusal", err)
				}
			}
		})
	})
	t.Run("RecordedOnce", func(t *testing.T) {
		// One number is sent to by both gates and verified, again and again: the limit grows by one number.
		grows := policy(guard.Limit{Name: "country", Per: guard.PerCountry, Of: guard.Unverified, Max: 2, Grow: 300, Window: time.Hour})
		pairs(t, grows, func(t *testing.T, r *rotation, one, other int) {
			for range 4 {
				r.at(other).mustSend(t, alice)
				v := r.at(one).mustSend(t, alice)
				if _, err := r.check(t, v.ID, r.outbox.last()); err != nil {
					t.Fatalf("CheckCode: %v", err)
				}
				one, other = other, one
				r.wait(time.Minute)
			}
			sent := 0
			for i := range 8 {
				if _, err := r.at(one).send(t, nth(i)); err == nil {
					sent++
				}
			}
			if sent != 3 {
				t.Errorf("%d messages left, want 3 for one verified number", sent)
			}
		})
	})
}

// A limit that grew with what was verified does not shrink when the next key is made known.
func TestRotationKeepsRecords(t *testing.T) {
	r := newRotation(t, policy(guard.Limit{Name: "prefix", Per: guard.PerPrefix, Of: guard.Unverified, Max: 1, Grow: 100, Window: time.Hour}))
	for i := range 4 {
		v := r.at(0).mustSend(t, nth(i))
		if _, err := r.check(t, v.ID, r.outbox.last()); err != nil {
			t.Fatalf("CheckCode: %v", err)
		}
	}
	for i := range 4 {
		r.at(1).mustSend(t, nth(100+i))
	}
	if _, err := r.at(1).send(t, nth(200)); !errors.Is(err, cattlegrid.ErrLimit) {
		t.Errorf("a fifth number: %v, want ErrLimit", err)
	}
}

// Numbers that are vouched for at either gate are known at the other.
func TestRotationVouch(t *testing.T) {
	grows := policy(guard.Limit{Name: "prefix", Per: guard.PerPrefix, Of: guard.Unverified, Max: 1, Grow: 200, Window: time.Hour})
	pairs(t, grows, func(t *testing.T, r *rotation, one, other int) {
		if one == 0 || one == 4 {
			one, other = other, one // the one that knows both
		}
		if err := r.at(one).Vouch(t.Context(), mustParse(t, nth(0)), mustParse(t, nth(1))); err != nil {
			t.Fatalf("Vouch: %v", err)
		}
		for i := range 4 {
			r.at([]int{one, other}[i%2]).mustSend(t, nth(10+i))
		}
	})
}

// Of many who ask at once at two gates no more than the limit are let through.
func TestRotationAtOnce(t *testing.T) {
	pairs(t, policy(guard.Limit{Name: "limit", Per: guard.PerClient, Max: 5, Window: time.Hour}), func(t *testing.T, r *rotation, one, other int) {
		requests := make([]cattlegrid.SendRequest, 32)
		for i := range requests {
			requests[i] = r.at(one).request(t, nth(i), home)
		}
		var all sync.WaitGroup
		for i, request := range requests {
			all.Go(func() { _, _ = r.gates[[]int{one, other}[i%2]].SendCode(t.Context(), request) })
		}
		all.Wait()
		if r.outbox.len() != 5 {
			t.Errorf("%d messages left, want 5", r.outbox.len())
		}
	})
}

// Keys that cannot work are refused, by what is wrong with them.
func TestRotationKeys(t *testing.T) {
	keys := testKeys()
	for want, r := range map[string]cattlegrid.Rotation{
		"the rotation's hashing key is the former one": {Hash: keys.Hash, Step: cattlegrid.Announced},
		"the rotation's signing key is the former one": {Sign: keys.Sign, Step: cattlegrid.Retired},
		"the hashing key is 31 bytes long":             {Hash: keys.Hash[:31], Step: cattlegrid.Changed},
		"the signing key is 3 bytes long":              {Sign: keys.Sign[:3], Step: cattlegrid.Changed},
		"a step without keys":                          {Step: cattlegrid.Changed},
		"keys without a step":                          {Hash: keys.Sign},
		"step is 4, want 1 to 3":                       {Hash: keys.Sign, Step: 4},
	} {
		k := keys
		k.Rotation = r
		_, err := cattlegrid.New(cattlegrid.Options{Sender: &outbox{}, Keys: k})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New: %v, want that %s", err, want)
		}
	}
}

// One key can be exchanged by itself.
func TestRotationOfOneKey(t *testing.T) {
	k := testKeys()
	k.Rotation = cattlegrid.Rotation{Hash: []byte(strings.Repeat("k", cattlegrid.HashKeyLen)), Step: cattlegrid.Changed}
	s := newSite(t, func(o *cattlegrid.Options) { o.Keys = k })
	if got := strings.Count(string(s.JWKS()), `"kid"`); got != 1 {
		t.Errorf("%d keys are published, want one", got)
	}
	v := s.mustSend(t, alice)
	if _, err := s.check(t, v.ID, s.outbox.last()); err != nil {
		t.Errorf("CheckCode: %v", err)
	}
}
