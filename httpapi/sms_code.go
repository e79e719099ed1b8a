package httpapi

import (
	"net/http"

	"github.com/cattlegrid/cattlegrid"
)

// passportPurpose is what the tutorial's page asks codes for.
const passportPurpose = "register"

// smsCode sends a code to whom a page built from the tutorial names. The Location header of the answer, which such a page
// does not know, lets it go on to the check.
func (a *api) smsCode(x *exchange) error {
	request := cattlegrid.SendRequest{Purpose: passportPurpose, Client: x.client, Lang: "zh"}
	err := x.decode(ignoreOthers,
		member{"mobile", &request.Phone},
		member{"image_code", &request.Answer},
		member{"image_code_id", &request.ChallengeID},
	)
	if err != nil {
		return err
	}
	verification, err := a.send(x, request)
	if err != nil {
		return err
	}
	x.Header().Set("Location", locationOf(verification))
	x.passport(http.StatusOK, errnoBody{"0", "发送成功"})
	return nil
}

// send is where both dialects meet.
func (a *api) send(x *exchange, request cattlegrid.SendRequest) (cattlegrid.Verification, error) {
	x.phone, _ = a.gate.ParsePhone(request.Phone) // for the log line; the gate says what is wrong with it
	return a.gate.SendCode(x.r.Context(), request)
}

func locationOf(v cattlegrid.Verification) string { return "/v1/verifications/" + v.ID }
