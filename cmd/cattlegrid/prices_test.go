package main

import (
	"strings"
	"testing"
)

// A provider's own price goes before the general one, and a country's before that of the rest.
func TestPrices(t *testing.T) {
	const document = "currency = \"CNY\"\nCN = 0.045\nHK = 0.35\n\"*\" = 0.8\n[webhook]\nCN = 0.04\n[console]\n\"*\" = 0\nHK = 1\n"
	p, err := parsePrices("prices.toml", "webhook", []byte(document))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		provider, country string
		want              amount
	}{
		{"webhook", "CN", 400},
		{"webhook", "HK", 3_500},
		{"webhook", "GB", 8_000},
		{"webhook", "", 8_000},
		{"console", "CN", 0},
		{"console", "HK", 10_000},
		{"", "CN", 450},
		{"", "GB", 8_000},
	} {
		if got := p.of(test.provider, test.country); got != test.want {
			t.Errorf("a message to %q with %q costs %v, want %v", test.country, test.provider, got, test.want)
		}
	}
	if p.Currency != "CNY" {
		t.Errorf("the currency is %q", p.Currency)
	}
}

// Whatever a file says: each error says where, and what is accepted has a price from 0 to the most for every country.
func FuzzPrices(f *testing.F) {
	f.Add([]byte("currency = \"CNY\"\n\"*\" = 1\n[webhook]\nCN = 0.04\n"))
	f.Add([]byte("currency = \"CNY\"\nwebhook = { \"*\" = 0.1, CN = 1 }\n"))
	f.Add([]byte("currency = 5\nXX = -1\n[[webhook]]\n"))
	f.Add([]byte("currency.CN = 'CNY'\n\"CN\" = 1e3\nCN.CN = 1"))
	f.Fuzz(func(t *testing.T, document []byte) {
		p, err := parsePrices("fuzz.toml", "webhook", document)
		if err != nil {
			for line := range strings.Lines(err.Error()) {
				if !strings.Contains(line, "fuzz.toml") {
					t.Errorf("the error does not say where: %q", line)
				}
			}
			return
		}
		for _, country := range []string{"CN", "GB", ""} {
			if got := p.of("webhook", country); got < 0 || got > maxPrice {
				t.Errorf("a message to %q costs %v", country, got)
			}
		}
		if len(p.Currency) != 3 {
			t.Errorf("the currency is %q", p.Currency)
		}
	})
}
