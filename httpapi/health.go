package httpapi

import "net/http"

type healthBody struct {
	Status string `json:"status"`
}

// healthz says that the process is alive, whatever its store does: restarting it would not mend the store.
func (a *api) healthz(x *exchange) error {
	x.quiet = true
	x.json(http.StatusOK, "application/json", healthBody{"alive"})
	return nil
}

// readyz says whether visitors should be sent here: the gate can serve now, and will.
func (a *api) readyz(x *exchange) error {
	x.quiet = true
	select {
	case <-a.stopping:
		return errStopping
	default:
	}
	if err := a.gate.Ping(x.r.Context()); err != nil {
		return err
	}
	x.json(http.StatusOK, "application/json", healthBody{"ready"})
	return nil
}
