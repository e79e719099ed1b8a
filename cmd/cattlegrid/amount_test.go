package main

import "testing"

// Amounts are read exactly, and printed as they are read.
func TestAmount(t *testing.T) {
	for text, want := range map[string]struct {
		amount amount
		shown  string
	}{
		"0":                          {0, "0.00"},
		"200":                        {2_000_000, "200.00"},
		"200.5":                      {2_005_000, "200.50"},
		"0.045":                      {450, "0.045"},
		"0.0001":                     {1, "0.0001"},
		"100000":                     {maxAmount, "100000.00"},
		"100000.0001":                {},
		"0.00001":                    {},
		"-1":                         {},
		"+1":                         {},
		"1e3":                        {},
		"1_000":                      {},
		"1.":                         {},
		".5":                         {},
		"1.2.3":                      {},
		"":                           {},
		"nan":                        {},
		"99999999999999999999999999": {},
	} {
		var got amount
		err := got.UnmarshalText([]byte(text))
		if want.shown == "" {
			if err == nil {
				t.Errorf("%q is read as %v, want an error", text, got)
			}
			continue
		}
		if err != nil || got != want.amount || got.String() != want.shown {
			t.Errorf("%q is read as %d, %v, and shown as %s, want %d and %s", text, got, err, got, want.amount, want.shown)
		}
	}
}
