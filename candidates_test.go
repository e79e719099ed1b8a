package cattlegrid_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/captcha"
)

// inChinese asks in Chinese, in families that last an hour.
func inChinese(o *cattlegrid.Options) {
	o.Style.Kind = captcha.Chinese
	o.StyleRotation = time.Hour
	o.ChallengeLifetime = time.Hour
}

// candidates are what the answer to a challenge is picked from.
func (s *site) candidates(t *testing.T, id string) []string {
	t.Helper()
	candidates, err := s.Candidates(t.Context(), cattlegrid.CandidatesRequest{ID: id, Client: home})
	if err != nil {
		t.Fatalf("Candidates: %v", err)
	}
	return candidates
}

// An answer in Chinese can be typed, or picked from candidates, which are there until it is answered.
func TestCrossingInChinese(t *testing.T) {
	s := newSite(t, inChinese)
	r := s.request(t, alice, home)
	if n := utf8.RuneCountInString(r.Answer); n < 3 || n > 4 {
		t.Errorf("the answer has %d characters", n)
	}
	candidates := s.candidates(t, r.ChallengeID)
	for _, character := range r.Answer {
		if !slices.Contains(candidates, string(character)) {
			t.Errorf("%c is not among the candidates %v", character, candidates)
		}
	}
	if len(candidates) < 10 {
		t.Errorf("%d candidates, want more to choose from", len(candidates))
	}
	r.Answer = " " + r.Answer + "\u3000"
	v, err := s.SendCode(t.Context(), r)
	if err != nil {
		t.Fatalf("SendCode: %v", err)
	}
	if _, err := s.check(t, v.ID, s.outbox.last()); err != nil {
		t.Errorf("CheckCode: %v", err)
	}
	_, err = s.Candidates(t.Context(), cattlegrid.CandidatesRequest{ID: r.ChallengeID, Client: home})
	if !errors.Is(err, cattlegrid.ErrChallengeExpired) {
		t.Errorf("Candidates of a used challenge: %v, want ErrChallengeExpired", err)
	}
}

// A challenge has one set of candidates, whoever is asked, how often and when: two sets would have the answer in common.
func TestCandidatesStay(t *testing.T) {
	keyed := func(o *cattlegrid.Options) { inChinese(o); o.Keys = testKeys() }
	s := newSite(t, keyed)
	id, _ := s.challenge(t, home)
	first := s.candidates(t, id)
	if again := s.candidates(t, id); !slices.Equal(first, again) {
		t.Errorf("asked again: %v, want %v", again, first)
	}
	s.wait(59 * time.Minute) // into the next family
	if later := s.candidates(t, id); !slices.Equal(first, later) {
		t.Errorf("after the style was rotated: %v, want %v", later, first)
	}
	replica := newSite(t, func(o *cattlegrid.Options) { keyed(o); o.Store = s.store; o.Clock = func() time.Time { return s.now } })
	if elsewhere := replica.candidates(t, id); !slices.Equal(first, elsewhere) {
		t.Errorf("another replica: %v, want %v", elsewhere, first)
	}
}

// The candidates of one challenge say nothing of another's, also if the answer is the same, and without the keys nobody
// can tell which they are.
func TestCandidatesDiffer(t *testing.T) {
	sets := map[string]bool{}
	count := func(o func(*cattlegrid.Options), id, answer string) {
		s := newSite(t, o)
		err := s.store.Put(t.Context(), "ImageCode_"+id, cattlegrid.Secret{Value: answer, Attempts: 1, TTL: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		sets[strings.Join(s.candidates(t, id), "")] = true
	}
	answer := string([]rune(captcha.ChineseAlphabet)[:3])
	keyed := func(o *cattlegrid.Options) { inChinese(o); o.Keys = testKeys() }
	count(keyed, "challenge-1", answer)
	count(keyed, "challenge-2", answer)
	count(keyed, "challenge-1", string([]rune(captcha.ChineseAlphabet)[1:4]))
	count(inChinese, "challenge-1", answer)
	if len(sets) != 4 {
		t.Errorf("%d different sets, want 4", len(sets))
	}
}

// Other kinds are typed: there are no candidates, and no error.
func TestCandidatesOfOtherKinds(t *testing.T) {
	for _, kind := range []captcha.Kind{captcha.Letters, captcha.Digits, captcha.Arithmetic} {
		s := newSite(t, func(o *cattlegrid.Options) { o.Style.Kind = kind })
		id, _ := s.challenge(t, home)
		if diff := cmp.Diff([]string(nil), s.candidates(t, id)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", kind, diff)
		}
	}
}

// A request that makes no sense is refused; so is a challenge of another style than there is now.
func TestCandidatesRefuses(t *testing.T) {
	s := newSite(t, inChinese)
	err := s.store.Put(t.Context(), "ImageCode_in-letters", cattlegrid.Secret{Value: "K7MX", Attempts: 1, TTL: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		request cattlegrid.CandidatesRequest
		want    error
	}{
		"MalformedID": {cattlegrid.CandidatesRequest{ID: "x", Client: home}, cattlegrid.ErrChallengeID},
		"NoClient":    {cattlegrid.CandidatesRequest{ID: "12345678"}, cattlegrid.ErrClient},
		"Unknown":     {cattlegrid.CandidatesRequest{ID: "12345678", Client: home}, cattlegrid.ErrChallengeExpired},
		"OtherStyle":  {cattlegrid.CandidatesRequest{ID: "in-letters", Client: home}, cattlegrid.ErrChallengeExpired},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Candidates(t.Context(), tt.request)
			if !errors.Is(err, tt.want) || strings.Contains(err.Error(), "K7MX") {
				t.Errorf("Candidates: %v, want %v and no answer", err, tt.want)
			}
		})
	}
	t.Run("StoreFails", func(t *testing.T) {
		other := newSite(t, func(o *cattlegrid.Options) { o.Store = &brokenStore{Store: o.Store, verb: "peek"} })
		_, err := other.Candidates(t.Context(), cattlegrid.CandidatesRequest{ID: "12345678", Client: home})
		if !errors.Is(err, cattlegrid.ErrStore) {
			t.Errorf("Candidates: %v, want ErrStore", err)
		}
	})
}

// Every character that is asked for is compared as it is typed: folding leaves Chinese alone.
func TestChineseIsNotFolded(t *testing.T) {
	s := newSite(t, nil)
	for chunk := range slices.Chunk([]rune(captcha.ChineseAlphabet), 64) {
		all := string(chunk)
		err := s.store.Put(t.Context(), "ImageCode_12345678", cattlegrid.Secret{Value: all, Attempts: 1, TTL: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		phone := "+86138001380" + string(rune('0'+rand.IntN(10))) + string(rune('0'+rand.IntN(10)))
		_, err = s.SendCode(t.Context(), cattlegrid.SendRequest{ChallengeID: "12345678", Answer: all, Phone: phone, Purpose: "login", Client: home})
		if errors.Is(err, cattlegrid.ErrWrongAnswer) {
			t.Errorf("an answer of %q was wrong", all)
		}
	}
}
