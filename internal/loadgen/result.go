package loadgen

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Result is what a load measured.
type Result struct {
	Rate        float64 `json:"rate"`        // visitors a second that were to come; 0 means as many as could be carried
	Connections int     `json:"connections"` // at most
	Seconds     float64 `json:"seconds"`     // that were counted, until the last visitor had gone
	Lost        int64   `json:"lost"`        // visitors that came while too many waited for a connection, and were not carried

	Sent     int64 `json:"sent"`     // bytes, of the warm-up too, without those that TCP and TLS add
	Received int64 `json:"received"` // bytes that came back

	// Steps of visits, in order: image, send, check, and the whole crossing. Those that no visitor came to are absent.
	Steps []Step `json:"steps"`
	// Course is second by second, as far as seconds were whole: who left in the rest is in Steps alone.
	Course []Second `json:"course"`
}

// Step is what came of a step.
type Step struct {
	Name     string           `json:"name"`
	Outcomes map[string]int64 `json:"outcomes"`      // how many ended how: "ok", "shed", "connection", or what the gate said
	PerSec   float64          `json:"ok_per_second"` // that succeeded
	Times    Times            `json:"times"`         // of those that succeeded
	Shed     Times            `json:"shed_times"`    // of those that were turned away
}

// Times are quantiles, exact to a thousandth.
type Times struct {
	Mean Duration `json:"mean"`
	P50  Duration `json:"p50"`
	P90  Duration `json:"p90"`
	P99  Duration `json:"p99"`
	P999 Duration `json:"p999"`
	Max  Duration `json:"max"`

	// Curve has the times within which 50, 75, 90 %, and so on are done, as far as there are enough, for the picture.
	Curve []Duration `json:"curve,omitempty"`
}

// Second is one second of the course.
type Second struct {
	OK     int           `json:"ok"`
	Shed   int           `json:"shed"`
	Failed int           `json:"failed"`
	P50    time.Duration `json:"p50_ns"` // of visits that succeeded
	P99    time.Duration `json:"p99_ns"`
}

// Duration is written in milliseconds.
type Duration time.Duration

// MarshalJSON implements json.Marshaler.
func (d Duration) MarshalJSON() ([]byte, error) {
	return json.Marshal(float64(time.Duration(d).Microseconds()) / 1000)
}

// UnmarshalJSON implements json.Unmarshaler.
func (d *Duration) UnmarshalJSON(text []byte) error {
	var millis float64
	if err := json.Unmarshal(text, &millis); err != nil {
		return err
	}
	*d = Duration(millis * float64(time.Millisecond))
	return nil
}

func (r *run) result() *Result {
	r.record.mu.Lock()
	defer r.record.mu.Unlock()
	r.record.closeSecond()
	took := max(time.Since(r.counted), time.Millisecond)
	lasted := took
	if !r.cut {
		lasted = max(took, r.plan.For) // the last visitor may have gone before
	}
	result := &Result{
		Rate: r.plan.Rate, Connections: r.plan.Connections, Seconds: took.Seconds(), Lost: r.lost.Load(), Course: r.record.course(lasted),
		Sent: r.bytes.sent.Load(), Received: r.bytes.received.Load(),
	}
	for i, t := range r.record.steps {
		if len(t.outcomes) == 0 || r.plan.Pictures && step(i) == whole {
			continue
		}
		s := Step{Name: stepNames[i], Outcomes: map[string]int64{}, Times: timesOf(t.times), Shed: timesOf(t.turned)}
		for o, n := range t.outcomes {
			s.Outcomes[string(o)] = n
		}
		s.PerSec = float64(t.outcomes[ok]) / took.Seconds()
		result.Steps = append(result.Steps, s)
	}
	return result
}

// curve is the shares of which [Times.Curve] has the times, in percent.
var curve = []float64{50, 75, 90, 95, 97.5, 99, 99.5, 99.75, 99.9, 99.95, 99.975, 99.99, 99.995, 99.999}

func timesOf(h *hdrhistogram.Histogram) Times {
	if h.TotalCount() == 0 {
		return Times{}
	}
	at := func(percent float64) Duration { return Duration(quantile(h, percent)) }
	t := Times{
		Mean: Duration(h.Mean() * float64(time.Microsecond)), P50: at(50), P90: at(90), P99: at(99), P999: at(99.9), Max: at(100),
	}
	for _, percent := range curve {
		if (100-percent)/100*float64(h.TotalCount()) < 1 {
			break // of so few there is no such share
		}
		t.Curve = append(t.Curve, at(percent))
	}
	return t
}

// Err says why the load is not one that a gate carried: nobody got across, or visitors were refused because all were taken for
// one, which is what a gate does that does not believe this machine.
func (r *Result) Err() error {
	if len(r.Steps) == 0 {
		return errors.New("no visitor came")
	}
	const worth = 10 // percent of the visits: fewer may have other reasons
	last, visits, oneWay := r.Steps[len(r.Steps)-1], int64(0), int64(0)
	for o, n := range last.Outcomes {
		visits += n
		if outcome(o).oneWay() {
			oneWay += n
		}
	}
	switch {
	case 2*oneWay > last.failed() && oneWay*100 >= worth*visits:
		return fmt.Errorf("%d of %d visits failed: %w", last.failed(), visits, errOneWay)
	case last.Outcomes[string(ok)] == 0:
		return fmt.Errorf("none of %d visitors got across", visits)
	}
	return nil
}

// Failed is how many visits did not end as they should, other than by being turned away.
func (r *Result) Failed() int64 {
	if len(r.Steps) == 0 {
		return 0
	}
	return r.Steps[len(r.Steps)-1].failed()
}
