package guard_test

import (
	"testing"

	"github.com/cattlegrid/cattlegrid/guard"
)

// What a message costs before the store is asked.
func BenchmarkDebits(b *testing.B) {
	book := rulebook(b, guard.DefaultPolicy())
	b.ReportAllocs()
	for b.Loop() {
		book.Debits(guard.Send, somebody, guard.Normal, "id")
	}
}
