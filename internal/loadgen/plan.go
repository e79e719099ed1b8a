package loadgen

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Bounds of a plan.
const (
	maxRate        = 1e6
	maxConnections = 10_000
	maxDuration    = 24 * time.Hour
)

// Plan is a load.
type Plan struct {
	URL         *url.URL      // of the gate, http or https, without a path
	Pictures    bool          // visitors look at a picture and leave; else they go all the way
	Rate        float64       // visitors a second on average; 0 means as many as the connections carry
	For         time.Duration // how long visitors come
	Warmup      time.Duration // how long they come before that, without being counted
	Connections int           // at most; also how many visitors are served at once

	dial func(ctx context.Context, network, addr string) (net.Conn, error) // nil means to dial

	// Progress, if it is not nil, is told every few seconds how far the load is.
	Progress func(Progress)
}

// Progress is how far a load is.
type Progress struct {
	Elapsed time.Duration // of Warmup and For together
	Visits  int64         // counted so far
	Failed  int64         // of those, without who was turned away
	P99     time.Duration // of a visit, in the last few seconds
}

// validate says what of the plan cannot work.
func (p Plan) validate() error {
	switch {
	case p.URL == nil || p.URL.Scheme != "http" && p.URL.Scheme != "https" || p.URL.Host == "":
		return errors.New("the URL of the gate must be like http://127.0.0.1:8080")
	case strings.Trim(p.URL.Path, "/") != "" || p.URL.RawQuery != "":
		return fmt.Errorf("the URL of the gate must end with its host, like %s://%s", p.URL.Scheme, p.URL.Host)
	case math.IsNaN(p.Rate) || p.Rate < 0 || p.Rate > maxRate:
		return fmt.Errorf("the rate is %v, want 0 to %v a second", p.Rate, maxRate)
	case p.Connections < 1 || p.Connections > maxConnections:
		return fmt.Errorf("%d connections, want 1 to %d", p.Connections, maxConnections)
	case p.For <= 0 || p.Warmup < 0 || p.For+p.Warmup > maxDuration:
		return fmt.Errorf("%v after %v, want more than nothing and at most %v", p.For, p.Warmup, maxDuration)
	}
	return nil
}

// Run has visitors come until the plan is done, or ctx is, and returns what was measured. The error says that the plan
// cannot work, or that nothing can be measured at this gate; what befalls visitors is in the result.
func (p Plan) Run(ctx context.Context) (*Result, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	if err := p.Try(ctx); err != nil {
		return nil, err
	}
	r := newRun(p)
	r.carry(ctx)
	return r.result(), nil
}

const (
	awaitPause = 100 * time.Millisecond // before a gate that was not ready is asked again
	awaitTry   = time.Second            // that a gate has to answer in any case
)

// Await waits until the gate is ready, for so long at most, but for the time of one try. Whatever else answers at its URL is left to Try to complain of.
func (p Plan) Await(ctx context.Context, patience time.Duration) error {
	if err := p.validate(); err != nil {
		return err
	}
	c := newConn(p, &traffic{})
	defer c.close()
	c.out.WriteString("GET /readyz HTTP/1.1\r\nHost: " + p.URL.Host + "\r\n\r\n")
	for began := time.Now(); ; {
		try, cancel := context.WithTimeout(ctx, max(awaitTry, patience-time.Since(began)))
		a, err := c.do(try, getRequest)
		cancel()
		if err == nil && a.status != http.StatusServiceUnavailable {
			return nil
		}
		if time.Since(began) >= patience {
			if err == nil {
				return fmt.Errorf("the gate at %s is not ready after %v: %d%s", p.URL, patience, a.status, saidIn(a.body, "type"))
			}
			return fmt.Errorf("no gate answers at %s after %v: %w; start one: %s cattlegrid serve -dev", p.URL, patience, err, believing)
		}
		select {
		case <-time.After(awaitPause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Try carries one visitor, and says what is wrong where many would be in vain.
func (p Plan) Try(ctx context.Context) error {
	c := newCarrier(p, &traffic{})
	defer c.close()
	v := c.visit(ctx, newCrowd().next(), time.Now(), func(step, outcome, time.Duration) {})
	switch {
	case v == ok || v == shed: // a gate under load already
		return nil
	case c.refused != nil:
		return c.refused
	default:
		return fmt.Errorf("the first visitor did not get across: %s", v)
	}
}
