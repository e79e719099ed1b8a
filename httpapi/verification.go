package httpapi

import (
	"net/http"

	"github.com/cattlegrid/cattlegrid"
)

// pendingBody is a verification that waits for its code.
type pendingBody struct {
	ID          string           `json:"id"`
	Status      string           `json:"status"`
	Phone       cattlegrid.Phone `json:"phone"` // masked, as its type does
	Purpose     string           `json:"purpose"`
	ExpiresIn   int              `json:"expires_in"`   // seconds
	ResendAfter int              `json:"resend_after"` // seconds
}

// createVerification sends a code.
func (a *api) createVerification(x *exchange) error {
	request := cattlegrid.SendRequest{Client: x.client, Lang: x.messageLang()}
	members := []member{
		{"challenge_id", &request.ChallengeID, 0},
		{"answer", &request.Answer, optional},
		{"work", &request.Work, optional | long},
		{"phone", &request.Phone, 0},
		{"purpose", &request.Purpose, 0},
	}
	if err := x.decode(refuseOthers, members...); err != nil {
		return err
	}
	v, err := a.send(x, request)
	if err != nil {
		return err
	}
	x.json(http.StatusCreated, "application/json", pendingBody{
		ID:          v.ID,
		Status:      "pending",
		Phone:       v.Phone,
		Purpose:     v.Purpose,
		ExpiresIn:   int(v.ExpiresIn.Seconds()),
		ResendAfter: seconds(v.ResendAfter),
	})
	return nil
}

// approvedBody is a verification with its proof.
type approvedBody struct {
	Status    string `json:"status"`
	Phone     string `json:"phone"` // clear: it was just proved to be the visitor's own
	Purpose   string `json:"purpose"`
	Proof     string `json:"proof"`
	ExpiresIn int    `json:"expires_in"` // seconds, of the proof
}

// checkVerification takes the code and gives the proof.
func (a *api) checkVerification(x *exchange) error {
	request := cattlegrid.CheckRequest{VerificationID: x.r.PathValue("id")}
	if err := x.decode(refuseOthers, member{"code", &request.Code, 0}); err != nil {
		return err
	}
	proof, err := a.gate.CheckCode(x.r.Context(), request)
	if err != nil {
		return err
	}
	x.phone = proof.Phone
	x.json(http.StatusOK, "application/json", approvedBody{
		Status:    "approved",
		Phone:     proof.Phone.E164(),
		Purpose:   proof.Purpose,
		Proof:     proof.Token,
		ExpiresIn: int(proof.ExpiresIn.Seconds()),
	})
	return nil
}
