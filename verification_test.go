package cattlegrid_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// A code is accepted once.
func TestCodeIsAcceptedOnce(t *testing.T) {
	s := newSite(t, nil)
	v := s.mustSend(t, alice)
	if _, err := s.check(t, v.ID, s.outbox.last()); err != nil {
		t.Fatalf("CheckCode: %v", err)
	}
	if _, err := s.check(t, v.ID, s.outbox.last()); !errors.Is(err, cattlegrid.ErrVerificationExpired) {
		t.Errorf("CheckCode again: %v, want ErrVerificationExpired", err)
	}
}

// A code is typed with spaces and in full-width digits, too.
func TestCodesAreFolded(t *testing.T) {
	s := newSite(t, nil)
	v := s.mustSend(t, alice)
	typed := " " + strings.Map(func(r rune) rune { return r - '0' + '０' }, s.outbox.last()) + "\n"
	if _, err := s.check(t, v.ID, typed); err != nil {
		t.Errorf("CheckCode: %v", err)
	}
}

// Five wrong codes burn a code; a right one after four is accepted.
func TestWrongCodesBurn(t *testing.T) {
	for _, wrong := range []int{4, 5} {
		s := newSite(t, nil)
		v := s.mustSend(t, alice)
		for left := 4; left > 4-wrong; left-- {
			_, err := s.check(t, v.ID, otherThan(s.outbox.last()))
			var w *cattlegrid.WrongError
			if !errors.As(err, &w) || w.AttemptsLeft != left {
				t.Errorf("CheckCode: %v, want a wrong code with %d attempts left", err, left)
			}
		}
		_, err := s.check(t, v.ID, s.outbox.last())
		if burned := errors.Is(err, cattlegrid.ErrVerificationExpired); burned != (wrong == 5) || err != nil && !burned {
			t.Errorf("the right code after %d wrong ones: %v", wrong, err)
		}
	}
}

// What does not look like a code costs no attempt.
func TestMalformedCodesCostNothing(t *testing.T) {
	s := newSite(t, nil)
	v := s.mustSend(t, alice)
	for _, code := range []string{"12345", "1234567", "12345a", "-12345", "١٢٣٤٥٦", strings.Repeat("1", 10_000)} {
		if _, err := s.check(t, v.ID, code); !errors.Is(err, cattlegrid.ErrCode) {
			t.Errorf("CheckCode %.10q: %v, want ErrCode", code, err)
		}
	}
	if _, err := s.check(t, v.ID, ""); !errors.Is(err, cattlegrid.ErrMissing) {
		t.Errorf("CheckCode without a code: %v, want ErrMissing", err)
	}
	_, err := s.check(t, v.ID, otherThan(s.outbox.last()))
	var w *cattlegrid.WrongError
	if !errors.As(err, &w) || w.AttemptsLeft != 4 {
		t.Errorf("CheckCode: %v, want 4 attempts left", err)
	}
}

// Messages arrive out of order: a resend repeats the code and renews its lifetime, but not its attempts.
func TestResend(t *testing.T) {
	s := newSite(t, nil)
	first := s.mustSend(t, alice)
	code := s.outbox.last()
	for range 3 {
		_, _ = s.check(t, first.ID, otherThan(code))
	}
	s.wait(4 * time.Minute)
	second := s.mustSend(t, alice)
	if got := s.outbox.last(); got != code {
		t.Fatalf("the resend has another code")
	}
	s.wait(4 * time.Minute)
	_, err := s.check(t, second.ID, otherThan(code))
	var w *cattlegrid.WrongError
	if !errors.As(err, &w) || w.AttemptsLeft != 1 {
		t.Errorf("CheckCode: %v, want 1 attempt left: a resend must not refill them", err)
	}
	if _, err := s.check(t, second.ID, code); err != nil {
		t.Errorf("CheckCode 4 minutes after the resend: %v", err)
	}
}

// After its lifetime a code is worth nothing, and the next message has another.
func TestCodeExpires(t *testing.T) {
	s := newSite(t, phones)
	v := s.mustSend(t, alice)
	code := s.outbox.last()
	s.wait(5 * time.Minute)
	if _, err := s.check(t, v.ID, code); !errors.Is(err, cattlegrid.ErrVerificationExpired) {
		t.Errorf("CheckCode: %v, want ErrVerificationExpired", err)
	}
	codes := map[string]bool{code: true}
	for range 4 {
		s.mustSend(t, alice)
		codes[s.outbox.last()] = true
		s.wait(10 * time.Minute)
	}
	if len(codes) < 4 {
		t.Errorf("5 codes, %d of them different", len(codes))
	}
}

// A fresh code does not refill the guesses at a phone: 15 wrong ones an hour, 25 a day, across codes and purposes. At
// the limit even the right code is refused, or a guess would be free.
func TestWrongCodesPerPhone(t *testing.T) {
	s := newSite(t, func(o *cattlegrid.Options) {
		phones(o)
		o.Policy.Send = nil
	})
	start := s.now
	burn := func() {
		t.Helper()
		v := s.mustSend(t, alice)
		for range 5 {
			if _, err := s.check(t, v.ID, otherThan(s.outbox.last())); !errors.Is(err, cattlegrid.ErrWrong) {
				t.Fatalf("CheckCode: %v, want a wrong code", err)
			}
		}
		s.wait(time.Minute)
	}
	burn()
	burn()
	burn()
	v := s.mustSend(t, alice)
	_, err := s.check(t, v.ID, s.outbox.last())
	wantLimit(t, err, "wrong_codes_per_phone_hour", time.Hour-s.now.Sub(start))

	s.now = start.Add(2 * time.Hour)
	burn()
	burn()
	v = s.mustSend(t, alice)
	_, err = s.check(t, v.ID, s.outbox.last())
	wantLimit(t, err, "wrong_codes_per_phone_day", 24*time.Hour-s.now.Sub(start))

	other := s.mustSend(t, bob)
	if _, err := s.check(t, other.ID, s.outbox.last()); err != nil {
		t.Errorf("another phone: %v", err)
	}
}

// A code is worth nothing for another purpose or another phone.
func TestCodeIsBound(t *testing.T) {
	s := newSite(t, func(o *cattlegrid.Options) { o.Random = rand.NewChaCha8([32]byte{}) }) // no two codes alike
	s.mustSend(t, alice)
	code := s.outbox.last()

	login := s.request(t, alice, home)
	login.Purpose = "login"
	s.wait(time.Minute)
	v, err := s.SendCode(t.Context(), login)
	if err != nil {
		t.Fatalf("SendCode: %v", err)
	}
	if _, err := s.check(t, v.ID, code); !errors.Is(err, cattlegrid.ErrWrong) {
		t.Errorf("the code for register, tried for login: %v, want ErrWrong", err)
	}
	if _, err := s.check(t, s.mustSend(t, bob).ID, code); !errors.Is(err, cattlegrid.ErrWrong) {
		t.Errorf("the code of one phone, tried for another: %v, want ErrWrong", err)
	}
}

// The id of a verification is a capability: it cannot be made up, and it does not outlive its code, or whoever once had
// a message sent to somebody could burn all codes that this person gets later.
func TestVerificationID(t *testing.T) {
	s := newSite(t, nil)
	v := s.mustSend(t, alice)
	code := s.outbox.last()
	for name, id := range map[string]string{
		"Empty": "", "Junk": "junk", "Cut": v.ID[:len(v.ID)-4], "Changed": "AAAA" + v.ID[4:], "Huge": strings.Repeat("A", 10_000),
		"NotBase64": strings.Repeat("!", 100),
	} {
		t.Run(name, func(t *testing.T) {
			want := cattlegrid.ErrVerificationExpired
			if id == "" {
				want = cattlegrid.ErrMissing
			}
			if _, err := s.check(t, id, code); !errors.Is(err, want) {
				t.Errorf("CheckCode: %v, want %v", err, want)
			}
		})
	}
	t.Run("OfAnotherGate", func(t *testing.T) {
		if _, err := newSite(t, nil).check(t, v.ID, code); !errors.Is(err, cattlegrid.ErrVerificationExpired) {
			t.Errorf("CheckCode: %v, want ErrVerificationExpired", err)
		}
	})
	t.Run("Old", func(t *testing.T) {
		s.wait(4 * time.Minute)
		s.mustSend(t, alice)
		s.wait(2 * time.Minute)
		if _, err := s.check(t, v.ID, code); !errors.Is(err, cattlegrid.ErrVerificationExpired) {
			t.Errorf("CheckCode with the first id: %v, want ErrVerificationExpired", err)
		}
	})
	t.Run("SaysNothing", func(t *testing.T) {
		if strings.Contains(v.ID, "138") && strings.Contains(v.ID, "8000") {
			t.Errorf("the id %s shows the number", v.ID)
		}
	})
}
