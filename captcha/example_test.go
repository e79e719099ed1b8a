package captcha_test

import (
	"bytes"
	crand "crypto/rand"
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// A handler makes an answer and its picture. Remember the answer on the server,
// and let it be used once.
func Example() {
	painter, err := captcha.New(captcha.Style{})
	if err != nil {
		fmt.Println(err)
		return
	}
	handler := func(w http.ResponseWriter, _ *http.Request) {
		q, err := painter.Question(crand.Reader)
		if err != nil {
			http.Error(w, "no captcha", http.StatusInternalServerError)
			return
		}
		// Here, store q.Answer for this visitor.
		var seed [32]byte
		_, _ = crand.Read(seed[:]) // It never fails.
		picture, err := painter.Draw(q.Text, rand.NewChaCha8(seed), captcha.PNG)
		if err != nil {
			http.Error(w, "no captcha", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", captcha.PNG.MediaType())
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(picture)
	}

	visit := httptest.NewRecorder()
	handler(visit, httptest.NewRequest(http.MethodGet, "/captcha", nil))
	fmt.Println(visit.Code, visit.Header().Get("Content-Type"))
	// Output: 200 image/png
}

// A seeded source gives the same picture every time, for tests.
func ExamplePainter_Draw() {
	painter, err := captcha.New(captcha.Style{Width: 120, Height: 40})
	if err != nil {
		fmt.Println(err)
		return
	}
	picture, err := painter.Draw("CATTLE", rand.NewChaCha8([32]byte{1}), captcha.PNG)
	if err != nil {
		fmt.Println(err)
		return
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(picture))
	fmt.Println(format, config.Width, config.Height, err)
	// Output: png 120 40 <nil>
}

// A sum to work out; seeded here, crypto/rand in earnest.
func ExamplePainter_Question() {
	painter, err := captcha.New(captcha.Style{Kind: captcha.Arithmetic})
	if err != nil {
		fmt.Println(err)
		return
	}
	q, err := painter.Question(rand.NewChaCha8([32]byte{1}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(q.Text, q.Answer)
	// Output: 41-4=? 37
}

// Light ink on dark paper suits a dark page.
func ExampleStyle() {
	_, err := captcha.New(captcha.Style{
		Ink:   color.RGBA{R: 0xe8, G: 0xea, B: 0xf0, A: 0xff},
		Paper: color.RGBA{R: 0x16, G: 0x1b, B: 0x26, A: 0xff},
	})
	fmt.Println(err)
	// Output: <nil>
}

// A style that people could not read is refused.
func ExampleNew() {
	_, err := captcha.New(captcha.Style{
		Ink:   color.RGBA{R: 0x99, G: 0x99, B: 0x99, A: 0xff},
		Paper: color.RGBA{R: 0xff, G: 0xff, B: 0xff, A: 0xff},
	})
	fmt.Println(err)
	// Output: captcha style: contrast of ink and paper is 2.85:1, at least 4.5:1 is needed: make one darker or the other lighter
}
