package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/captcha"
	"github.com/cattlegrid/cattlegrid/guard"
)

// The names under which pages built from the tutorial send the id of the challenge to draw and, if they do, of the one
// that it replaces.
var (
	challengeNames = []string{"code_id", "imageCodeId", "image_code_id", "img_code_id", "cur_id"}
	previousNames  = []string{"pre_id", "pre"}
)

// imageCode draws a challenge under an id that the page chose.
func (a *api) imageCode(x *exchange) error {
	if a.fromElsewhere(x) {
		return errCrossOrigin
	}
	query := x.r.URL.Query()
	format, err := formatNamed(query.Get("format"))
	if err != nil {
		return err
	}
	effort, err := effortNamed(query.Get("effort"))
	if err != nil {
		return err
	}
	request := cattlegrid.ChallengeRequest{
		ID:       first(query, challengeNames),
		Previous: first(query, previousNames),
		Client:   x.client,
		Format:   format,
		Effort:   effort,
	}
	challenge, err := a.gate.Challenge(x.r.Context(), request)
	if errors.Is(err, cattlegrid.ErrChallengeID) && request.Previous != "" {
		// Nothing was done yet. If it was for the previous id, which the page may have spoiled long ago, a new
		// challenge must not fail for it: there cannot be one to replace.
		request.Previous = ""
		challenge, err = a.gate.Challenge(x.r.Context(), request)
	}
	if errors.Is(err, cattlegrid.ErrStore) {
		return fmt.Errorf("%w: %w", errSaveChallenge, err)
	}
	if err != nil {
		return err
	}
	x.Header().Set("Cross-Origin-Resource-Policy", a.imagePolicy)
	x.Header().Set("X-Challenge-Effort", challenge.Effort.String())
	x.body(http.StatusOK, challenge.MediaType, challenge.Image)
	return nil
}

// first returns the first value that is not empty under one of names.
func first(query url.Values, names []string) string {
	for _, name := range names {
		if value := query.Get(name); value != "" {
			return value
		}
	}
	return ""
}

func formatNamed(name string) (captcha.Format, error) {
	switch name {
	case "", "png":
		return captcha.PNG, nil
	case "jpeg", "jpg":
		return captcha.JPEG, nil
	default:
		return 0, malformed("format must be png or jpeg", "参数 format 应为 png 或 jpeg")
	}
}

// effortNamed is how much of an effort a page asks its visitor for. It may ask for more than it must, never for less.
func effortNamed(name string) (guard.Effort, error) {
	switch name {
	case "", "normal":
		return guard.Normal, nil
	case "hard":
		return guard.Hard, nil
	case "work":
		return guard.Work, nil
	default:
		return 0, malformed("effort must be normal, hard or work", "参数 effort 应为 normal、hard 或 work")
	}
}
