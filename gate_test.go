package cattlegrid_test

import (
	"bytes"
	"errors"
	"fmt"
	"image/jpeg"
	"image/png"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/captcha"
)

// A visitor who reads the picture and the message gets a proof that the site's verifier accepts, once.
func TestCrossing(t *testing.T) {
	s := newSite(t, nil)
	v := s.mustSend(t, alice)
	if v.Phone.E164() != alice || v.Purpose != "register" || v.ExpiresIn != 5*time.Minute || v.ResendAfter != time.Minute {
		t.Errorf("verification %+v", v)
	}
	m := s.outbox.messages[0]
	if m.To.E164() != alice || len(m.Code) != 6 || !strings.Contains(m.Text, m.Code) || !strings.Contains(m.Text, "5分钟") || m.Lifetime != 5*time.Minute {
		t.Errorf("message %+v", m)
	}
	proof, err := s.check(t, v.ID, m.Code)
	if err != nil {
		t.Fatalf("CheckCode: %v", err)
	}
	verifier, err := cattlegrid.NewVerifier(cattlegrid.VerifierOptions{
		JWKS: s.JWKS(), Store: s.store, Clock: func() time.Time { return s.now },
	})
	if err != nil {
		t.Fatalf("NewVerifier: %v", err)
	}
	claims, err := verifier.Verify(t.Context(), proof.Token, "register")
	if err != nil || claims.PhoneNumber != alice || claims.Purpose != "register" {
		t.Errorf("Verify: %+v, %v", claims, err)
	}
	if _, err := verifier.Verify(t.Context(), proof.Token, "register"); !errors.Is(err, cattlegrid.ErrProof) {
		t.Errorf("Verify again: %v, want ErrProof", err)
	}
}

// A challenge is a picture in the format that was asked for, under an id that can name it.
func TestChallenge(t *testing.T) {
	s := newSite(t, nil)
	ask := func(r cattlegrid.ChallengeRequest) (cattlegrid.Challenge, error) {
		if !r.Client.IsValid() {
			r.Client = home
		}
		return s.Challenge(t.Context(), r)
	}

	t.Run("PNG", func(t *testing.T) {
		c, err := ask(cattlegrid.ChallengeRequest{ID: "12345678"})
		if err != nil || c.MediaType != "image/png" || c.ExpiresIn != 5*time.Minute {
			t.Fatalf("Challenge: %q, %v, %v", c.MediaType, c.ExpiresIn, err)
		}
		if _, err := png.Decode(bytes.NewReader(c.Image)); err != nil {
			t.Errorf("the picture is no PNG: %v", err)
		}
	})
	t.Run("JPEG", func(t *testing.T) {
		c, err := ask(cattlegrid.ChallengeRequest{ID: "12345678", Format: captcha.JPEG})
		if err != nil || c.MediaType != "image/jpeg" {
			t.Fatalf("Challenge: %q, %v", c.MediaType, err)
		}
		if _, err := jpeg.Decode(bytes.NewReader(c.Image)); err != nil {
			t.Errorf("the picture is no JPEG: %v", err)
		}
	})
	t.Run("AgainIsAnotherAnswer", func(t *testing.T) {
		answers := map[string]bool{}
		for range 8 {
			if _, err := ask(cattlegrid.ChallengeRequest{ID: "the-same-id"}); err != nil {
				t.Fatalf("Challenge: %v", err)
			}
			answers[s.answer(t, "the-same-id")] = true
		}
		if len(answers) < 7 {
			t.Errorf("8 challenges under one id had %d answers", len(answers))
		}
	})
	t.Run("PreviousIsDestroyed", func(t *testing.T) {
		old, _ := s.challenge(t, home)
		if _, err := ask(cattlegrid.ChallengeRequest{ID: "the-next-one", Previous: old}); err != nil {
			t.Fatalf("Challenge: %v", err)
		}
		if _, err := s.store.Peek(t.Context(), "ImageCode_"+old); !errors.Is(err, cattlegrid.ErrNotFound) {
			t.Errorf("the previous challenge is still there: %v", err)
		}
	})
	for name, id := range map[string]string{
		"Empty": "", "Short": "1234567", "Long": strings.Repeat("a", 65), "Huge": strings.Repeat("a", 10_000),
		"Space": "1234 5678", "NUL": "12345678\x00", "NotASCII": "验证码编号一二三", "Glob": "ImageCode_*",
	} {
		t.Run("MalformedID"+name, func(t *testing.T) {
			if _, err := ask(cattlegrid.ChallengeRequest{ID: id}); !errors.Is(err, cattlegrid.ErrChallengeID) {
				t.Errorf("Challenge: %v, want ErrChallengeID", err)
			}
		})
	}
	t.Run("NoClient", func(t *testing.T) {
		_, err := s.Challenge(t.Context(), cattlegrid.ChallengeRequest{ID: "12345678"})
		if !errors.Is(err, cattlegrid.ErrClient) {
			t.Errorf("Challenge: %v, want ErrClient", err)
		}
	})
}

// What is wrong with a request is said in a fixed order, and nothing is sent.
func TestSendCodeRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		change   func(*cattlegrid.SendRequest)
		want     error
		consumed bool
	}{
		"NoChallenge":          {func(r *cattlegrid.SendRequest) { r.ChallengeID, r.Phone = "", "junk" }, cattlegrid.ErrMissing, false},
		"NoAnswer":             {func(r *cattlegrid.SendRequest) { r.Answer = "" }, cattlegrid.ErrMissing, false},
		"NoPhone":              {func(r *cattlegrid.SendRequest) { r.Phone = "" }, cattlegrid.ErrMissing, false},
		"NoPurpose":            {func(r *cattlegrid.SendRequest) { r.Purpose = "" }, cattlegrid.ErrMissing, false},
		"BadPhone":             {func(r *cattlegrid.SendRequest) { r.Phone, r.Purpose = "junk", "junk" }, cattlegrid.ErrPhone, false},
		"TwoPhones":            {func(r *cattlegrid.SendRequest) { r.Phone = alice + "," + bob }, cattlegrid.ErrPhone, false},
		"UnknownPurpose":       {func(r *cattlegrid.SendRequest) { r.Purpose, r.ChallengeID = "junk", "x" }, cattlegrid.ErrPurpose, false},
		"MalformedChallenge":   {func(r *cattlegrid.SendRequest) { r.ChallengeID = "x" }, cattlegrid.ErrChallengeID, false},
		"NoClient":             {func(r *cattlegrid.SendRequest) { r.Client = netip.Addr{} }, cattlegrid.ErrClient, false},
		"UnknownChallenge":     {func(r *cattlegrid.SendRequest) { r.ChallengeID = "12345678" }, cattlegrid.ErrChallengeExpired, false},
		"WrongAnswer":          {func(r *cattlegrid.SendRequest) { r.Answer = "!" }, cattlegrid.ErrWrongAnswer, true},
		"BlankAnswer":          {func(r *cattlegrid.SendRequest) { r.Answer = " " }, cattlegrid.ErrWrongAnswer, true},
		"UnknownBlankAnswer":   {func(r *cattlegrid.SendRequest) { r.ChallengeID, r.Answer = "12345678", " " }, cattlegrid.ErrChallengeExpired, false},
		"HugeAnswer":           {func(r *cattlegrid.SendRequest) { r.Answer = strings.Repeat(r.Answer, 1000) }, cattlegrid.ErrWrongAnswer, true},
		"AnswerWithAnExtraNUL": {func(r *cattlegrid.SendRequest) { r.Answer += "\x00" }, cattlegrid.ErrWrongAnswer, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, nil)
			r := s.request(t, alice, home)
			shown := "ImageCode_" + r.ChallengeID
			tt.change(&r)
			if _, err := s.SendCode(t.Context(), r); !errors.Is(err, tt.want) {
				t.Errorf("SendCode: %v, want %v", err, tt.want)
			}
			if _, err := s.store.Peek(t.Context(), shown); errors.Is(err, cattlegrid.ErrNotFound) != tt.consumed {
				t.Errorf("the challenge: %v, want it consumed: %t", err, tt.consumed)
			}
			if n := s.outbox.len(); n != 0 {
				t.Errorf("%d messages left", n)
			}
		})
	}
}

// People type answers in lower case, with spaces, and in full-width characters.
func TestAnswersAreFolded(t *testing.T) {
	for name, typed := range map[string]func(string) string{
		"LowerCase": strings.ToLower,
		"Spaces":    func(s string) string { return " " + s[:2] + " " + s[2:] + "\u3000" },
		"FullWidth": func(s string) string {
			return strings.Map(func(r rune) rune { return r - '!' + '！' }, strings.ToLower(s))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, nil)
			r := s.request(t, alice, home)
			r.Answer = typed(r.Answer)
			if _, err := s.SendCode(t.Context(), r); err != nil {
				t.Errorf("SendCode with %q: %v", r.Answer, err)
			}
		})
	}
}

// A challenge is gone after its lifetime and after any answer.
func TestChallengeIsSpent(t *testing.T) {
	t.Run("Expired", func(t *testing.T) {
		s := newSite(t, nil)
		r := s.request(t, alice, home)
		s.wait(5 * time.Minute)
		if _, err := s.SendCode(t.Context(), r); !errors.Is(err, cattlegrid.ErrChallengeExpired) {
			t.Errorf("SendCode: %v, want ErrChallengeExpired", err)
		}
	})
	t.Run("RightAfterWrong", func(t *testing.T) {
		s := newSite(t, nil)
		r := s.request(t, alice, home)
		wrong := r
		wrong.Answer = "wrong"
		if _, err := s.SendCode(t.Context(), wrong); !errors.Is(err, cattlegrid.ErrWrongAnswer) {
			t.Errorf("SendCode: %v, want ErrWrongAnswer", err)
		}
		if _, err := s.SendCode(t.Context(), r); !errors.Is(err, cattlegrid.ErrChallengeExpired) {
			t.Errorf("SendCode: %v, want ErrChallengeExpired", err)
		}
	})
	t.Run("AnsweredByMany", func(t *testing.T) {
		s := newSite(t, nil)
		r := s.request(t, alice, home)
		var all sync.WaitGroup
		for i := range 64 {
			all.Go(func() {
				r := r
				r.Phone = fmt.Sprintf("+86138001380%02d", i)
				_, err := s.SendCode(t.Context(), r)
				if err != nil && !errors.Is(err, cattlegrid.ErrChallengeExpired) {
					t.Errorf("SendCode: %v", err)
				}
			})
		}
		all.Wait()
		if n := s.outbox.len(); n != 1 {
			t.Errorf("one challenge let %d messages through", n)
		}
	})
}

// A failed sending is told, and charged only if the message may have left.
func TestSendingFails(t *testing.T) {
	for class, charged := range map[cattlegrid.SendClass]bool{
		cattlegrid.Temporary: false, cattlegrid.Permanent: false, cattlegrid.Unknown: true,
	} {
		t.Run(class.String(), func(t *testing.T) {
			s := newSite(t, nil)
			s.outbox.fail = &cattlegrid.SendError{Class: class, Provider: "outbox", Err: errors.New("no credit")}
			if _, err := s.send(t, alice); !errors.Is(err, cattlegrid.ErrSend) || !strings.Contains(err.Error(), "no credit") {
				t.Errorf("SendCode: %v, want ErrSend with its cause", err)
			}
			s.outbox.fail = nil
			if _, err := s.send(t, alice); errors.Is(err, cattlegrid.ErrLimit) != charged {
				t.Errorf("SendCode at once: %v, want it charged: %t", err, charged)
			}
		})
	}
}
