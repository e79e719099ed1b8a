package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// rung is an alarm with a ceiling of 10.00 an hour, and what it warned of.
type rung struct {
	*alarm
	clock *clock
	log   bytes.Buffer
	got   []string
}

func newRung(c *config) *rung {
	r := &rung{clock: &clock{now: time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)}}
	r.alarm = newAlarm(r.clock.Now, slog.New(slog.NewTextHandler(&r.log, nil)), func(window string, percent int) {
		r.got = append(r.got, fmt.Sprintf("%s %d", window, percent))
	})
	r.follow(c)
	return r
}

func ceilings(hour amount) *config {
	c := defaults()
	c.Guard.Spend.Hour = hour
	c.prices = &priceList{Currency: "CNY"}
	return c
}

func (r *rung) allow(t *testing.T, price amount) {
	t.Helper()
	r.observe(t.Context(), cattlegrid.Decision{Act: guard.Send, Verdict: cattlegrid.Allowed, Price: int(price)})
}

func (r *rung) refuse(t *testing.T, verdict cattlegrid.Verdict, rules ...string) {
	t.Helper()
	r.observe(t.Context(), cattlegrid.Decision{Act: guard.Send, Verdict: verdict, Rules: rules, Price: unitAmount})
}

func (r *rung) want(t *testing.T, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, slices.Clone(r.got)); diff != "" {
		t.Errorf("warned of (-want +got):\n%s", diff)
	}
	r.got = nil
}

// Each share is warned of once in a window, the highest of those that are reached at once.
func TestAlarm(t *testing.T) {
	r := newRung(ceilings(10 * unitAmount))
	r.allow(t, 4*unitAmount)
	r.want(t)
	r.allow(t, 1*unitAmount)
	r.want(t, "hour 50")
	r.allow(t, 1*unitAmount)
	r.want(t)
	r.allow(t, 4*unitAmount)
	r.want(t, "hour 100")
	if !strings.Contains(r.log.String(), "percent=100 window=hour ceiling=10.00 spent_here=10.00 currency=CNY") {
		t.Errorf("the log says\n%s", &r.log)
	}
	r.clock.advance(61 * time.Minute)
	r.allow(t, 5*unitAmount)
	r.want(t, "hour 50")
}

// What was spent more than a window ago does not count.
func TestAlarmForgets(t *testing.T) {
	r := newRung(ceilings(10 * unitAmount))
	for range 10 {
		r.allow(t, 4*unitAmount)
		r.clock.advance(61 * time.Minute)
	}
	r.want(t)
}

// That the store stands against a message because of a ceiling tells what all replicas together have spent, though this
// one spent nothing.
func TestAlarmOfAllReplicas(t *testing.T) {
	r := newRung(ceilings(10 * unitAmount))
	r.refuse(t, cattlegrid.Refused, "sends_per_phone_minute")
	r.want(t)
	r.refuse(t, cattlegrid.Refused, "sends_per_phone_minute", "spend_hour")
	r.want(t, "hour 80")
	r.refuse(t, cattlegrid.More, "spend_hour")
	r.want(t)
	r.refuse(t, cattlegrid.Refused, "spend_hour")
	r.want(t, "hour 100")
}

// After a reload what was spent is still spent, and another ceiling has shares of its own.
func TestAlarmFollows(t *testing.T) {
	r := newRung(ceilings(10 * unitAmount))
	r.allow(t, 6*unitAmount)
	r.want(t, "hour 50")
	r.follow(ceilings(10 * unitAmount))
	r.allow(t, 1*unitAmount)
	r.want(t)
	r.follow(ceilings(16 * unitAmount))
	r.allow(t, 1*unitAmount)
	r.want(t, "hour 50")
	r.follow(defaults())
	r.allow(t, 100*unitAmount)
	r.want(t)
}
