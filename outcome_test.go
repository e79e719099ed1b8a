package cattlegrid_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/captcha"
	"github.com/cattlegrid/cattlegrid/guard"
)

// told is what a gate told of challenges.
type told struct{ outcomes []string }

func (o *told) next() []string {
	next := o.outcomes
	o.outcomes = nil
	return next
}

func newTold(t *testing.T, change func(*cattlegrid.Options)) (*site, *told) {
	t.Helper()
	o := &told{}
	s := newSite(t, func(options *cattlegrid.Options) {
		options.OnChallenge = func(_ context.Context, kind cattlegrid.ChallengeKind, outcome cattlegrid.ChallengeOutcome) {
			o.outcomes = append(o.outcomes, string(kind)+" "+string(outcome))
		}
		if change != nil {
			change(options)
		}
	})
	return s, o
}

func wantTold(t *testing.T, o *told, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, o.next()); diff != "" {
		t.Errorf("what is told (-want +got):\n%s", diff)
	}
}

// What becomes of a challenge is told once: when it is shown, spoken, and used up.
func TestOnChallenge(t *testing.T) {
	t.Run("Solved", func(t *testing.T) {
		s, o := newTold(t, func(o *cattlegrid.Options) { o.Style.Kind = captcha.Digits })
		r := s.request(t, alice, home)
		if _, err := s.Speak(t.Context(), cattlegrid.SpeechRequest{ID: r.ChallengeID, Client: home}); err != nil {
			t.Fatal(err)
		}
		for range 2 { // what is used up has expired
			_, _ = s.SendCode(t.Context(), r)
		}
		wantTold(t, o, "digits made", "digits spoken", "digits solved", "digits expired")
	})
	t.Run("Wrong", func(t *testing.T) {
		s, o := newTold(t, nil)
		r := s.request(t, alice, home)
		r.Answer = "wrong"
		if _, err := s.SendCode(t.Context(), r); !errors.Is(err, cattlegrid.ErrWrongAnswer) {
			t.Fatal(err)
		}
		wantTold(t, o, "letters made", "letters wrong")
	})
	t.Run("Refused", func(t *testing.T) {
		s, o := newTold(t, func(o *cattlegrid.Options) {
			o.Policy = &guard.Policy{Challenge: []guard.Limit{{Name: "one", Per: guard.PerClient, Max: 1, Window: time.Hour}}}
		})
		for _, id := range []string{"challenge-1", "challenge-2"} {
			_, _ = s.Challenge(t.Context(), cattlegrid.ChallengeRequest{ID: id, Client: home})
		}
		_, _ = s.WorkAlone(t.Context(), cattlegrid.TaskRequest{ID: "challenge-3", Client: home})
		wantTold(t, o, "letters made", "letters refused", "work refused")
	})
	t.Run("Work", func(t *testing.T) {
		s, o := newTold(t, stepped)
		r := cattlegrid.SendRequest{ChallengeID: "challenge-1", Phone: alice, Purpose: "register", Client: home}
		for _, right := range []bool{false, true} {
			task, err := s.WorkAlone(t.Context(), cattlegrid.TaskRequest{ID: r.ChallengeID, Client: home})
			if err != nil {
				t.Fatal(err)
			}
			if r.Work = "wrong"; right {
				r.Work = s.solve(t, task)
			}
			_, _ = s.SendCode(t.Context(), r)
		}
		_, _ = s.SendCode(t.Context(), r)
		wantTold(t, o, "work made", "work wrong", "work made", "work solved", "work expired")
	})
	t.Run("RepeatUnderKey", func(t *testing.T) {
		s, o := newTold(t, nil)
		r := s.request(t, alice, home)
		r.Key = "request-1"
		for range 2 {
			if _, err := s.SendCode(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
		wantTold(t, o, "letters made", "letters solved")
	})
}

// Each kind and outcome is listed once, with the names of the kinds that are drawn.
func TestChallengeKinds(t *testing.T) {
	want := []cattlegrid.ChallengeKind{"work", "letters", "digits", "arithmetic", "chinese"}
	if diff := cmp.Diff(want, cattlegrid.ChallengeKinds()); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
}
