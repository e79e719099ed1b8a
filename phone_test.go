package cattlegrid_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid"
)

// Masks are the same everywhere a number is shown: testdata/masks.json has them for any language.
func TestMasks(t *testing.T) {
	data, err := os.ReadFile("testdata/masks.json")
	if err != nil {
		t.Fatal(err)
	}
	var masks map[string]string
	if err := json.Unmarshal(data, &masks); err != nil {
		t.Fatal(err)
	}
	for number, want := range masks {
		phone, err := cattlegrid.ParseE164(number)
		if err != nil {
			t.Fatalf("ParseE164(%s): %v", number, err)
		}
		if got := phone.String(); got != want {
			t.Errorf("%s is masked as %s, want %s", number, got, want)
		}
	}
}

// However a number is printed, logged or encoded, it is masked.
func TestPhoneNeverShows(t *testing.T) {
	phone, err := cattlegrid.ParseE164(alice)
	if err != nil {
		t.Fatal(err)
	}
	message := cattlegrid.Message{To: phone, Code: "975310", Text: "Your code is 975310", Purpose: "login"}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", slog.Any("phone", phone), slog.Any("message", message), slog.Any("in", struct{ P cattlegrid.Phone }{phone}))
	encoded, err := json.Marshal(map[string]any{"phone": phone})
	if err != nil {
		t.Fatal(err)
	}
	hidden := fmt.Sprintf("%v %+v %#v", struct{ phone cattlegrid.Phone }{phone}, struct{ phone cattlegrid.Phone }{phone}, struct{ phone cattlegrid.Phone }{phone})
	if strings.Contains(hidden, "13800138000") {
		t.Errorf("in an unexported field it is shown as %s", hidden)
	}
	for _, shown := range []string{
		fmt.Sprint(phone), fmt.Sprintf("%v %+v %#v %s %q", phone, phone, phone, phone, phone),
		fmt.Sprintf("%v %+v %#v", &phone, []cattlegrid.Phone{phone}, struct{ P cattlegrid.Phone }{phone}),
		fmt.Sprintf("%v %+v %#v", message, &message, struct{ M cattlegrid.Message }{message}),
		log.String(), string(encoded),
	} {
		if strings.Contains(shown, "13800138000") || strings.Contains(shown, message.Code) || !strings.Contains(shown, "138****8000") {
			t.Errorf("shown as %s, want it masked", shown)
		}
	}
}

// FuzzParseE164 checks that what is taken has the form of exactly one number, and that at least four digits are hidden.
func FuzzParseE164(f *testing.F) {
	for _, s := range []string{alice, "+44712345", "+1", "+8613800138000,+8613900139000", "13800138000", "+０８６", "+0123456789", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		phone, err := cattlegrid.ParseE164(s)
		if err != nil {
			if strings.Contains(err.Error(), s) && len(s) > 4 {
				t.Errorf("the error %q shows the number", err)
			}
			return
		}
		if phone.E164() != s || len(s) < 9 || len(s) > 16 || strings.Trim(s[1:], "0123456789") != "" {
			t.Errorf("ParseE164 took %q", s)
		}
		if mask := phone.String(); strings.Count(mask, "*") < 4 || len(mask) > len(s) {
			t.Errorf("%s is masked as %s", s, mask)
		}
	})
}
