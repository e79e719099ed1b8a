package cattlegrid_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// stepped is a policy that asks for a hard challenge from the second message on, for work from the third, and has no
// fifth, whoever asks.
func stepped(o *cattlegrid.Options) {
	o.Work = cattlegrid.WorkOptions{Count: 2, Bits: 4, AloneBits: 4}
	o.Policy = &guard.Policy{
		Send:      []guard.Limit{{Name: "steps", Per: guard.InTotal, Max: 4, Hard: 1, Work: 2, Window: time.Hour}},
		WorkAlone: []guard.Limit{{Name: "alone", Per: guard.PerClient, Max: 1, Window: time.Hour}},
	}
}

// effort answers a challenge of the given effort rightly, and proves the work that goes with it.
func (s *site) effort(t *testing.T, effort guard.Effort) cattlegrid.SendRequest {
	t.Helper()
	s.ids++
	r := cattlegrid.SendRequest{ChallengeID: fmt.Sprintf("challenge-%08d", s.ids), Phone: alice, Purpose: "register", Client: home}
	c, err := s.Challenge(t.Context(), cattlegrid.ChallengeRequest{ID: r.ChallengeID, Client: home, Effort: effort})
	if err != nil || c.Effort < effort {
		t.Fatalf("Challenge: effort %v, %v, want at least %v", c.Effort, err, effort)
	}
	r.Answer = s.answer(t, r.ChallengeID)
	if effort == guard.Work {
		task, err := s.Task(t.Context(), cattlegrid.TaskRequest{ID: r.ChallengeID, Client: home})
		if err != nil {
			t.Fatalf("Task: %v", err)
		}
		r.Work = s.solve(t, task)
	}
	return r
}

func (s *site) solve(t *testing.T, task cattlegrid.Task) string {
	t.Helper()
	solution, err := task.Solve(t.Context())
	if err != nil {
		t.Fatalf("Solve: %v", err)
	}
	return solution
}

func wantMore(t *testing.T, err error, effort guard.Effort) {
	t.Helper()
	var more *cattlegrid.MoreError
	if !errors.As(err, &more) || !errors.Is(err, cattlegrid.ErrMore) || more.Effort != effort || errors.Is(err, cattlegrid.ErrLimit) {
		t.Errorf("got %v, want effort %v to be asked for", err, effort)
	}
}

// Where the policy asks for more, the visitor is told how much, and let through with it. Asking costs nothing but the
// challenge. Nothing helps against the limit itself.
func TestEffort(t *testing.T) {
	s := newSite(t, stepped)
	do := func(effort guard.Effort) error {
		_, err := s.SendCode(t.Context(), s.effort(t, effort))
		return err
	}
	want := func(err error) {
		t.Helper()
		if err != nil {
			t.Errorf("SendCode: %v", err)
		}
	}
	want(do(guard.Normal))
	r := s.request(t, alice, home)
	_, err := s.SendCode(t.Context(), r)
	wantMore(t, err, guard.Hard)
	if _, err := s.SendCode(t.Context(), r); !errors.Is(err, cattlegrid.ErrChallengeExpired) {
		t.Errorf("the same challenge again: %v, want ErrChallengeExpired", err)
	}
	want(do(guard.Hard))
	wantMore(t, do(guard.Normal), guard.Work)
	wantMore(t, do(guard.Hard), guard.Work)
	want(do(guard.Work))
	want(do(guard.Work))
	wantLimit(t, do(guard.Work), "steps", time.Hour)
	wantLimit(t, do(guard.Normal), "steps", time.Hour)
	if n := s.outbox.len(); n != 4 {
		t.Errorf("%d messages left, want 4", n)
	}
}

// Work is proved for one challenge, once, and not at all by something else. Left out, it is as if it had not been asked.
func TestWorkIsProved(t *testing.T) {
	s := newSite(t, stepped)
	other := s.effort(t, guard.Work)
	for name, change := range map[string]func(*cattlegrid.SendRequest){
		"OfAnother": func(r *cattlegrid.SendRequest) { r.Work = other.Work },
		"Junk":      func(r *cattlegrid.SendRequest) { r.Work = "junk" },
		"Half":      func(r *cattlegrid.SendRequest) { r.Work, _, _ = strings.Cut(r.Work, ".") },
		"Huge":      func(r *cattlegrid.SendRequest) { r.Work = strings.Repeat("1.", 1<<16) },
	} {
		t.Run(name, func(t *testing.T) {
			r := s.effort(t, guard.Work)
			change(&r)
			if _, err := s.SendCode(t.Context(), r); !errors.Is(err, cattlegrid.ErrWork) {
				t.Errorf("SendCode: %v, want ErrWork", err)
			}
		})
	}
	s.mustSend(t, alice)
	r := s.effort(t, guard.Work)
	r.Work = ""
	if _, err := s.SendCode(t.Context(), r); err != nil {
		t.Errorf("a hard challenge without its work: %v, want it to count as one", err)
	}
	if _, err := s.SendCode(t.Context(), other); err != nil {
		t.Errorf("the other challenge with its work: %v", err)
	}
	if _, err := s.SendCode(t.Context(), other); !errors.Is(err, cattlegrid.ErrChallengeExpired) {
		t.Errorf("the same work again: %v, want ErrChallengeExpired", err)
	}
	for name, r := range map[string]cattlegrid.TaskRequest{
		"NoID": {Client: home}, "NoClient": {ID: "challenge-1"}, "Unknown": {ID: "challenge-1", Client: home},
	} {
		want := map[string]error{"NoID": cattlegrid.ErrChallengeID, "NoClient": cattlegrid.ErrClient, "Unknown": cattlegrid.ErrChallengeExpired}[name]
		if _, err := s.Task(t.Context(), r); !errors.Is(err, want) {
			t.Errorf("Task %s: %v, want %v", name, err, want)
		}
	}
	id, _ := s.challenge(t, home)
	if _, err := s.Task(t.Context(), cattlegrid.TaskRequest{ID: id, Client: home}); !errors.Is(err, cattlegrid.ErrChallengeExpired) {
		t.Errorf("Task of a challenge without work: %v, want ErrChallengeExpired", err)
	}
}

// Who can neither see nor hear a challenge proves work instead, within a budget for that; and nobody gets around the work
// by knowing how its challenge is stored.
func TestWorkAlone(t *testing.T) {
	s := newSite(t, stepped)
	alone := func() cattlegrid.SendRequest {
		s.ids++
		r := cattlegrid.SendRequest{ChallengeID: fmt.Sprintf("challenge-%08d", s.ids), Phone: alice, Purpose: "register", Client: home}
		task, err := s.WorkAlone(t.Context(), cattlegrid.TaskRequest{ID: r.ChallengeID, Client: home})
		if err != nil || task.ExpiresIn != 5*time.Minute {
			t.Fatalf("WorkAlone: %+v, %v", task, err)
		}
		r.Work = s.solve(t, task)
		return r
	}
	forged := alone()
	forged.Answer, forged.Work = s.answer(t, forged.ChallengeID), ""
	if _, err := s.SendCode(t.Context(), forged); !errors.Is(err, cattlegrid.ErrWork) {
		t.Errorf("the stored answer without work: %v, want ErrWork", err)
	}
	picture := s.effort(t, guard.Work)
	picture.Answer = ""
	if _, err := s.SendCode(t.Context(), picture); !errors.Is(err, cattlegrid.ErrWrongAnswer) {
		t.Errorf("a picture's work without its answer: %v, want ErrWrongAnswer", err)
	}
	if _, err := s.SendCode(t.Context(), alone()); err != nil {
		t.Errorf("SendCode: %v", err)
	}
	_, err := s.SendCode(t.Context(), alone())
	wantLimit(t, err, "alone", time.Hour)
	if _, err := s.WorkAlone(t.Context(), cattlegrid.TaskRequest{ID: "x", Client: home}); !errors.Is(err, cattlegrid.ErrChallengeID) {
		t.Errorf("WorkAlone without an id: %v, want ErrChallengeID", err)
	}
	if _, err := s.WorkAlone(t.Context(), cattlegrid.TaskRequest{ID: "12345678"}); !errors.Is(err, cattlegrid.ErrClient) {
		t.Errorf("WorkAlone without a client: %v, want ErrClient", err)
	}
}

// A page that knows nothing of efforts is shown a hard challenge after its visitor was asked for one, for ten minutes.
func TestHint(t *testing.T) {
	s := newSite(t, stepped)
	shown := func(client string) guard.Effort {
		s.ids++
		c, err := s.Challenge(t.Context(), cattlegrid.ChallengeRequest{
			ID: fmt.Sprintf("challenge-%08d", s.ids), Client: netip.MustParseAddr(client),
		})
		if err != nil {
			t.Fatalf("Challenge: %v", err)
		}
		return c.Effort
	}
	s.mustSend(t, alice)
	if got := shown("192.0.2.1"); got != guard.Normal {
		t.Errorf("before: effort %v, want normal", got)
	}
	_, err := s.send(t, alice)
	wantMore(t, err, guard.Hard)
	if got := shown("192.0.2.1"); got != guard.Hard {
		t.Errorf("after: effort %v, want hard", got)
	}
	if got := shown("192.0.2.2"); got != guard.Normal {
		t.Errorf("another client: effort %v, want normal", got)
	}
	s.wait(10 * time.Minute)
	if got := shown("192.0.2.1"); got != guard.Normal {
		t.Errorf("ten minutes later: effort %v, want normal", got)
	}
}
