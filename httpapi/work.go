package httpapi

import (
	"context"
	"net/http"

	"github.com/cattlegrid/cattlegrid"
)

// taskBody is work to prove.
type taskBody struct {
	Salt      string `json:"salt"`
	Bits      int    `json:"bits"`
	Count     int    `json:"count"`
	ExpiresIn int    `json:"expires_in"` // seconds
}

// task serves the work that goes with a challenge.
func (a *api) task(x *exchange) error { return x.answerTask(a.gate.Task) }

// workAlone makes a challenge that is work alone.
func (a *api) workAlone(x *exchange) error {
	if err := x.decodeNothing(); err != nil {
		return err
	}
	return x.answerTask(a.gate.WorkAlone)
}

func (x *exchange) answerTask(get func(context.Context, cattlegrid.TaskRequest) (cattlegrid.Task, error)) error {
	task, err := get(x.r.Context(), cattlegrid.TaskRequest{ID: x.r.PathValue("id"), Client: x.client})
	if err != nil {
		return err
	}
	x.json(http.StatusOK, "application/json", taskBody{
		Salt: task.Salt, Bits: task.Bits, Count: task.Count, ExpiresIn: int(task.ExpiresIn.Seconds()),
	})
	return nil
}
