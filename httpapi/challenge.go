package httpapi

import (
	"net/http"

	"github.com/cattlegrid/cattlegrid"
)

// speak serves a challenge to listen to, at most a few times.
func (a *api) speak(x *exchange) error {
	if a.fromElsewhere(x) {
		return errCrossOrigin
	}
	lang := x.r.URL.Query().Get("lang")
	if lang == "" {
		lang = x.lang()
	}
	speech, err := a.gate.Speak(x.r.Context(), cattlegrid.SpeechRequest{ID: x.r.PathValue("id"), Lang: lang, Client: x.client})
	if err != nil {
		return err
	}
	x.Header().Set("Cross-Origin-Resource-Policy", a.imagePolicy)
	x.body(http.StatusOK, speech.MediaType, speech.Audio)
	return nil
}

type candidatesBody struct {
	Candidates []string `json:"candidates"` // empty for answers that are typed
}

// candidates serves the characters that an answer in Chinese is picked from.
func (a *api) candidates(x *exchange) error {
	candidates, err := a.gate.Candidates(x.r.Context(), cattlegrid.CandidatesRequest{ID: x.r.PathValue("id"), Client: x.client})
	if err != nil {
		return err
	}
	x.json(http.StatusOK, "application/json", candidatesBody{append([]string{}, candidates...)}) // [] rather than null
	return nil
}

// fromElsewhere reports whether a page of another site, which is not trusted, had its visitor's browser ask. It must not
// spend what its visitors may ask for, by pictures and sounds that their browsers would not give it.
func (a *api) fromElsewhere(x *exchange) bool {
	return x.r.Header.Get("Sec-Fetch-Site") == "cross-site" && a.imagePolicy != "cross-origin"
}
