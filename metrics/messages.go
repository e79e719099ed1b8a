package metrics

import (
	"errors"

	"github.com/cattlegrid/cattlegrid"
)

// send counts a message by who was asked to deliver it.
func (d *Decisions) send(country string, decision cattlegrid.Decision) {
	provider, result := decision.Delivery.Provider, "taken"
	failure, classed := errors.AsType[*cattlegrid.SendError](decision.Err)
	switch {
	case classed:
		provider, result = failure.Provider, failure.Class.String()
	case decision.Err != nil && provider == "": // else it was taken, and something else failed
		provider, result = "sender", cattlegrid.Unknown.String()
	}
	if provider != "" {
		d.sends.WithLabelValues(d.providers.bound(provider), country, result).Inc()
	}
}

// Receipt counts what a provider reported. It does not block.
func (d *Decisions) Receipt(r cattlegrid.Report) {
	country, state := other, other
	if d.labels.Load().countries[r.Country] {
		country = r.Country
	}
	switch r.State {
	case cattlegrid.Sent, cattlegrid.Delivered, cattlegrid.Lost, cattlegrid.Unsure:
		state = string(r.State)
	}
	d.receipts.WithLabelValues(d.providers.bound(r.Provider), country, state).Inc()
}
