package bench_test

import (
	"fmt"
	"io"
	"testing"

	"github.com/cattlegrid/cattlegrid/bench/measure"
	"github.com/cattlegrid/cattlegrid/bench/ours"
	"github.com/cattlegrid/cattlegrid/bench/rivals"
	"github.com/cattlegrid/cattlegrid/captcha"
)

var sizes = []rivals.Size{{Width: 240, Height: 80, Length: 5}, {Width: 120, Height: 40, Length: 5}}

// BenchmarkDraw measures a picture of five characters, encoding included. The
// metric cpu-ns/op holds what the garbage collector does on other cores,
// B/picture is the size of what is sent.
func BenchmarkDraw(b *testing.B) {
	for _, size := range sizes {
		for _, format := range []captcha.Format{captcha.PNG, captcha.JPEG} {
			generator, err := ours.NewPicture(size, format)
			if err != nil {
				b.Fatal(err)
			}
			benchmark(b, generator, size)
		}
		for _, rival := range rivals.Pictures() {
			generator, err := rival.New(size)
			if err != nil {
				b.Fatal(err)
			}
			benchmark(b, generator, size)
		}
	}
}

// BenchmarkDrawParallel measures ours on as many cores as -cpu says.
func BenchmarkDrawParallel(b *testing.B) {
	generator, err := ours.NewPicture(sizes[0], captcha.PNG)
	if err != nil {
		b.Fatal(err)
	}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := generator.Draw(io.Discard); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func benchmark(b *testing.B, generator rivals.Generator, size rivals.Size) {
	b.Run(fmt.Sprintf("%s/%dx%d", generator.Name(), size.Width, size.Height), func(b *testing.B) {
		var written counter
		b.ReportAllocs()
		start := cpu(b)
		for b.Loop() {
			if _, err := generator.Draw(&written); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(cpu(b)-start)/float64(b.N), "cpu-ns/op")
		b.ReportMetric(float64(written)/float64(b.N), "B/picture")
	})
}

func cpu(b *testing.B) int64 {
	b.Helper()
	now, err := measure.CPU()
	if err != nil {
		b.Fatal(err)
	}
	return now.Nanoseconds()
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
