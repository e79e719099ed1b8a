package bench_test

import (
	"testing"

	"github.com/cattlegrid/cattlegrid/bench/ours"
	"github.com/cattlegrid/cattlegrid/bench/rivals"
)

// BenchmarkSpeak measures five spoken digits, with the metrics of BenchmarkDraw.
func BenchmarkSpeak(b *testing.B) {
	for _, language := range []string{"en", "zh"} {
		generator, err := ours.NewSound(sizes[0], language)
		if err != nil {
			b.Fatal(err)
		}
		benchmark(b, generator, sizes[0])
	}
	for _, rival := range rivals.Sounds() {
		generator, err := rival.New(sizes[0])
		if err != nil {
			b.Fatal(err)
		}
		benchmark(b, generator, sizes[0])
	}
}
