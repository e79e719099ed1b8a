package captcha_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// BenchmarkDraw measures a five-character picture, encoding included. Its
// metric B/picture is the size of what is sent.
func BenchmarkDraw(b *testing.B) {
	for _, size := range []captcha.Style{{Width: 240, Height: 80}, {Width: 120, Height: 40}} {
		for _, format := range []captcha.Format{captcha.PNG, captcha.JPEG} {
			b.Run(fmt.Sprintf("%dx%d/%v", size.Width, size.Height, format), func(b *testing.B) {
				style := size
				style.Length = 5
				painter, err := captcha.New(style)
				if err != nil {
					b.Fatal(err)
				}
				src := rand.NewChaCha8([32]byte{})
				q, err := painter.Question(src)
				if err != nil {
					b.Fatal(err)
				}
				size, pictures := 0, 0
				b.ReportAllocs()
				for b.Loop() {
					picture, err := painter.Draw(q.Text, src, format)
					if err != nil {
						b.Fatal(err)
					}
					size += len(picture)
					pictures++
				}
				b.ReportMetric(float64(size)/float64(pictures), "B/picture")
			})
		}
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := captcha.New(captcha.Style{}); err != nil {
			b.Fatal(err)
		}
	}
}
