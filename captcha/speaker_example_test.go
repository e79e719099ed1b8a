package captcha_test

import (
	crand "crypto/rand"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// A handler speaks the answer of a challenge that was drawn before, in the
// language that the page asks for.
func ExampleSpeaker() {
	speaker, err := captcha.NewSpeaker()
	if err != nil {
		fmt.Println(err)
		return
	}
	handler := func(w http.ResponseWriter, r *http.Request) {
		answer := "7K2RA" // Look it up, and count how often you speak it.
		var seed [32]byte
		_, _ = crand.Read(seed[:]) // It never fails.
		clip, err := speaker.Speak(answer, r.FormValue("lang"), rand.NewChaCha8(seed))
		if errors.Is(err, captcha.ErrLanguage) {
			http.Error(w, "unknown language", http.StatusBadRequest)
			return
		}
		if err != nil {
			http.Error(w, "no captcha", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", captcha.SpeechMediaType)
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(clip)
	}

	visit := httptest.NewRecorder()
	handler(visit, httptest.NewRequest(http.MethodGet, "/audio?lang=zh-CN", nil))
	fmt.Println(visit.Code, visit.Header().Get("Content-Type"), visit.Body.Len() <= captcha.MaxSpeechBytes)
	// Output: 200 audio/wav true
}
