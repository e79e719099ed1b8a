package cattlegrid_test

import (
	"bytes"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/captcha"
)

// speak speaks a challenge in Chinese.
func (s *site) speak(t *testing.T, id string) (cattlegrid.Speech, error) {
	t.Helper()
	return s.Speak(t.Context(), cattlegrid.SpeechRequest{ID: id, Client: home})
}

// Who listens to a challenge can still answer it, once.
func TestCrossingByEar(t *testing.T) {
	for _, kind := range []captcha.Kind{captcha.Letters, captcha.Digits, captcha.Arithmetic} {
		t.Run(kind.String(), func(t *testing.T) {
			s := newSite(t, func(o *cattlegrid.Options) { o.Style.Kind = kind })
			r := s.request(t, alice, home)
			s.wait(time.Minute)
			for _, lang := range []string{"zh", "en"} {
				speech, err := s.Speak(t.Context(), cattlegrid.SpeechRequest{ID: r.ChallengeID, Lang: lang, Client: home})
				if err != nil || speech.MediaType != captcha.SpeechMediaType || speech.ExpiresIn != 4*time.Minute || len(speech.Audio) == 0 {
					t.Fatalf("Speak: %d bytes of %q for %v, %v", len(speech.Audio), speech.MediaType, speech.ExpiresIn, err)
				}
			}
			if _, err := s.SendCode(t.Context(), r); err != nil {
				t.Errorf("SendCode: %v", err)
			}
			if _, err := s.speak(t, r.ChallengeID); !errors.Is(err, cattlegrid.ErrChallengeExpired) {
				t.Errorf("Speak of a used challenge: %v, want ErrChallengeExpired", err)
			}
		})
	}
}

// A challenge is spoken three times, each time in another way. A new challenge, also under the same id, is spoken anew.
func TestSpeechLimit(t *testing.T) {
	s := newSite(t, nil)
	id, _ := s.challenge(t, home)
	var before []byte
	for range cattlegrid.MaxSpeeches {
		speech, err := s.speak(t, id)
		if err != nil {
			t.Fatalf("Speak: %v", err)
		}
		if bytes.Equal(speech.Audio, before) {
			t.Error("two renderings are the same")
		}
		before = speech.Audio
	}
	s.wait(5*time.Minute - 1)
	_, err := s.speak(t, id)
	if !errors.Is(err, cattlegrid.ErrSpeechLimit) {
		t.Errorf("Speak once more: %v, want ErrSpeechLimit", err)
	}
	if limit := (*cattlegrid.LimitError)(nil); errors.As(err, &limit) {
		t.Errorf("Speak once more: %v, which says to wait", err)
	}
	if _, err := s.Challenge(t.Context(), cattlegrid.ChallengeRequest{ID: id, Client: home}); err != nil {
		t.Fatalf("Challenge: %v", err)
	}
	if _, err := s.speak(t, id); err != nil {
		t.Errorf("Speak a new challenge under the same id: %v", err)
	}
}

// However many listen at once, there are three renderings.
func TestSpeechLimitIsExact(t *testing.T) {
	s := newSite(t, nil)
	id, _ := s.challenge(t, home)
	var all sync.WaitGroup
	var spoken atomic.Int64
	for range 64 {
		all.Go(func() {
			switch _, err := s.speak(t, id); {
			case err == nil:
				spoken.Add(1)
			case !errors.Is(err, cattlegrid.ErrSpeechLimit):
				t.Errorf("Speak: %v, want ErrSpeechLimit", err)
			}
		})
	}
	all.Wait()
	if n := spoken.Load(); n != cattlegrid.MaxSpeeches {
		t.Errorf("%d renderings, want %d", n, cattlegrid.MaxSpeeches)
	}
}

// What cannot be spoken is said so, and costs no rendering.
func TestSpeakRefuses(t *testing.T) {
	s := newSite(t, nil)
	id, _ := s.challenge(t, home)
	put := func(id, answer string) {
		err := s.store.Put(t.Context(), "ImageCode_"+id, cattlegrid.Secret{Value: answer, Attempts: 1, TTL: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
	}
	put("in-chinese", "山水人")
	put("far-too-long", "ABCDEFGHI")
	put("half-and-half", "A水9")
	for name, tt := range map[string]struct {
		request cattlegrid.SpeechRequest
		want    error
	}{
		"NoID":       {cattlegrid.SpeechRequest{Client: home}, cattlegrid.ErrChallengeID},
		"HugeID":     {cattlegrid.SpeechRequest{ID: strings.Repeat("a", 10_000), Client: home}, cattlegrid.ErrChallengeID},
		"Glob":       {cattlegrid.SpeechRequest{ID: "ImageCode_*", Client: home}, cattlegrid.ErrChallengeID},
		"NoClient":   {cattlegrid.SpeechRequest{ID: id}, cattlegrid.ErrClient},
		"Language":   {cattlegrid.SpeechRequest{ID: id, Lang: "tlh", Client: home}, cattlegrid.ErrLanguage},
		"Region":     {cattlegrid.SpeechRequest{ID: id, Lang: "en-GB", Client: home}, cattlegrid.ErrLanguage},
		"Unknown":    {cattlegrid.SpeechRequest{ID: "never-shown", Client: home}, cattlegrid.ErrChallengeExpired},
		"Chinese":    {cattlegrid.SpeechRequest{ID: "in-chinese", Client: home}, cattlegrid.ErrUnspeakable},
		"TooLong":    {cattlegrid.SpeechRequest{ID: "far-too-long", Client: home}, cattlegrid.ErrUnspeakable},
		"HalfInEach": {cattlegrid.SpeechRequest{ID: "half-and-half", Client: home}, cattlegrid.ErrUnspeakable},
	} {
		t.Run(name, func(t *testing.T) {
			for range cattlegrid.MaxSpeeches + 1 {
				if _, err := s.Speak(t.Context(), tt.request); !errors.Is(err, tt.want) {
					t.Fatalf("Speak: %v, want %v", err, tt.want)
				}
			}
		})
	}
	t.Run("Expired", func(t *testing.T) {
		s.wait(5 * time.Minute)
		if _, err := s.speak(t, id); !errors.Is(err, cattlegrid.ErrChallengeExpired) {
			t.Errorf("Speak: %v, want ErrChallengeExpired", err)
		}
	})
	t.Run("Costs", func(t *testing.T) {
		id, _ := s.challenge(t, home)
		for _, lang := range []string{"tlh", "zh", "tlh", "en", "tlh", ""} {
			_, err := s.Speak(t.Context(), cattlegrid.SpeechRequest{ID: id, Lang: lang, Client: netip.MustParseAddr("2001:db8::1")})
			if err != nil && !errors.Is(err, cattlegrid.ErrLanguage) {
				t.Errorf("Speak in %q: %v", lang, err)
			}
		}
	})
}

// No error of a challenge that is spoken or picked says what its answer is.
func TestSpeakTellsNothing(t *testing.T) {
	s := newSite(t, nil)
	id, answer := s.challenge(t, home)
	for _, verb := range []string{"peek", "spend"} {
		broken := &brokenStore{Store: s.store, verb: verb}
		other := newSite(t, func(o *cattlegrid.Options) { o.Store = broken })
		_, err := other.speak(t, id)
		if !errors.Is(err, cattlegrid.ErrStore) || strings.Contains(err.Error(), answer) || strings.Contains(err.Error(), id) {
			t.Errorf("Speak with a store that fails to %s: %v, want ErrStore and no more", verb, err)
		}
	}
	for range 4 {
		if _, err := s.speak(t, id); err != nil && (strings.Contains(err.Error(), answer) || strings.Contains(err.Error(), id)) {
			t.Errorf("Speak: %v", err)
		}
	}
}
