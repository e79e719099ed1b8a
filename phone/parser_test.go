package phone_test

import (
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/phone"
)

// vector is one line of testdata/vectors.json: a parser and an input, and either the number or the reason against it.
type vector struct {
	Says      string
	Input     string
	Region    string
	Countries []string
	E164      string
	Refused   string
}

func vectors(t testing.TB) []vector {
	t.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vs []vector
	if err := json.Unmarshal(data, &vs); err != nil {
		t.Fatal(err)
	}
	if len(vs) == 0 {
		t.Fatal("no vectors")
	}
	return vs
}

func newParser(t testing.TB, o phone.Options) *phone.Parser {
	t.Helper()
	p, err := phone.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Each spelling gives the one number it means, or a refusal with its reason.
func TestVectors(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		t.Run(v.Says, func(t *testing.T) {
			t.Parallel()
			p := newParser(t, phone.Options{Region: v.Region, Countries: v.Countries})
			got, err := p.Parse(v.Input)
			if v.Refused == "" {
				if err != nil || got.E164() != v.E164 {
					t.Fatalf("Parse(%q) = %q, %v, want %q", v.Input, got.E164(), err, v.E164)
				}
				return
			}
			want := cattlegrid.ErrPhone.Error() + ": " + v.Refused
			if !errors.Is(err, cattlegrid.ErrPhone) || err.Error() != want {
				t.Errorf("Parse(%q) = %q, %v, want error %q", v.Input, got.E164(), err, want)
			}
			if got != (cattlegrid.Phone{}) {
				t.Errorf("Parse(%q) refused and still returned %q", v.Input, got.E164())
			}
		})
	}
}

// Bytes that are no UTF-8 are no number. (JSON cannot carry them, so they are no vector.)
func TestParseInvalidUTF8(t *testing.T) {
	t.Parallel()
	p := newParser(t, phone.Options{})
	for _, raw := range []string{"13800138000\xff", "\xc0\xb113800138000", "1380013800\xef\xbc"} {
		if got, err := p.Parse(raw); !errors.Is(err, cattlegrid.ErrPhone) {
			t.Errorf("Parse(%q) = %q, %v, want ErrPhone", raw, got.E164(), err)
		}
	}
}

// Every mainland number of the shape 1[3-9] and nine digits is taken, and no other first digits are.
func TestParseMainlandRanges(t *testing.T) {
	t.Parallel()
	p := newParser(t, phone.Options{})
	shape := regexp.MustCompile(`^1[3-9]\d{9}$`)
	for prefix := range 1000 {
		raw := string([]byte{byte('0' + prefix/100), byte('0' + prefix/10%10), byte('0' + prefix%10)}) + "00138000"
		got, err := p.Parse(raw)
		if shape.MatchString(raw) != (err == nil) {
			t.Errorf("Parse(%q) = %q, %v", raw, got.E164(), err)
		}
	}
}

// A refusal never repeats what was typed.
func TestRefusalsAreSilent(t *testing.T) {
	t.Parallel()
	p := newParser(t, phone.Options{})
	for _, raw := range []string{"23800138000", "13800138000;secret", "+44 20 7946 0018", strings.Repeat("7", 100)} {
		_, err := p.Parse(raw)
		if err == nil {
			t.Fatalf("Parse(%q) took it", raw)
		}
		for i := range len(raw) - 4 {
			if strings.Contains(err.Error(), raw[i:i+4]) {
				t.Errorf("Parse(%q): %v: contains %q", raw, err, raw[i:i+4])
			}
		}
	}
}

// A parser is safe for concurrent use, also while the tables compile their patterns.
func TestParseConcurrently(t *testing.T) {
	t.Parallel()
	p := newParser(t, phone.Options{Countries: []string{"CN", "SE", "CZ"}})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, raw := range []string{"+46701234567", "+420601123456", "+8613800138000"} {
				if got, err := p.Parse(raw); err != nil || got.E164() != raw {
					t.Errorf("Parse(%q) = %q, %v", raw, got.E164(), err)
				}
			}
		})
	}
	wg.Wait()
}

// A mistake in the configuration is an error that names the value.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		options phone.Options
		want    string
	}{
		"UnknownRegion":          {phone.Options{Region: "UK"}, `"UK"`},
		"CallingCodeForRegion":   {phone.Options{Region: "86"}, `"86"`},
		"UnknownCountry":         {phone.Options{Countries: []string{"CN", "Narnia"}}, `"Narnia"`},
		"EmptyCountry":           {phone.Options{Countries: []string{"CN", ""}}, `""`},
		"NoCountryAtAll":         {phone.Options{Countries: []string{"001"}}, `"001"`},
		"RegionNotAmongThem":     {phone.Options{Region: "HK", Countries: []string{"CN", "MO"}}, `"HK"`},
		"DefaultRegionForgotten": {phone.Options{Countries: []string{"GB"}}, `"CN"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := phone.New(tc.options)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("New(%+v) = %v, %v, want an error that names %s", tc.options, p, err, tc.want)
			}
		})
	}
}

// A parser that New did not make takes nobody's numbers.
func TestZeroParserFailsClosed(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"13800138000", "+8613800138000", "+447400123456"} {
		if got, err := new(phone.Parser).Parse(raw); !errors.Is(err, cattlegrid.ErrPhone) {
			t.Errorf("Parse(%q) = %q, %v, want ErrPhone", raw, got.E164(), err)
		}
	}
}
