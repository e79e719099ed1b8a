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
	members := []member{
		{"mobile", &request.Phone, 0},
		{"image_code", &request.Answer, optional},
		{"image_code_id", &request.ChallengeID, 0},
		{"image_work", &request.Work, optional | long},
	}
	if err := x.decode(ignoreOthers, members...); err != nil {
		return err
	}
	if _, err := a.send(x, request); err != nil {
		return err
	}
	x.passport(http.StatusOK, errnoBody{Errno: "0", Errmsg: "发送成功"})
	return nil
}

// send is where both dialects meet. What the challenge asks for, an answer or work, is for the gate to say; nothing at all is
// never enough.
func (a *api) send(x *exchange, request cattlegrid.SendRequest) (v cattlegrid.Verification, err error) {
	x.phone, _ = a.gate.ParsePhone(request.Phone) // for the log line; the gate says what is wrong with it
	if request.Key, err = idempotencyKey(x.r.Header); err != nil {
		return v, err
	}
	v, err = a.gate.SendCode(x.r.Context(), request)
	if v.ID != "" { // also if nobody knows whether the message left
		x.Header().Set("Location", "/v1/verifications/"+v.ID)
		x.verification, x.resendAfter = v.ID, v.ResendAfter
	}
	if v.Repeated {
		x.Header().Set("Idempotency-Replayed", "true")
	}
	return v, err
}
