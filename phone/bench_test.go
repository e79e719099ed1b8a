package phone_test

import (
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/phone"
)

func BenchmarkParse(b *testing.B) {
	p := newParser(b, phone.Options{Countries: []string{"CN", "DE"}})
	for name, raw := range map[string]string{
		"Mainland":  "+86 138 0013 8000",
		"Elsewhere": "+49 1511 2345678",
		"Refused":   "13800138000,13900139000",
		"Oversized": strings.Repeat("1", 8<<10),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = p.Parse(raw)
			}
		})
	}
}
