package metrics_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/metrics"
)

const triesMetric = "cattlegrid_provider_duration_seconds"

func newTries(t *testing.T) (*prometheus.Registry, *metrics.Tries) {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	tries, err := metrics.NewTries(registry)
	if err != nil {
		t.Fatal(err)
	}
	return registry, tries
}

// Each try counts for its provider, by what came of it and whether it was a second one.
func TestTries(t *testing.T) {
	t.Parallel()
	registry, tries := newTries(t)
	failure := &cattlegrid.SendError{Class: cattlegrid.Temporary, Provider: "aliyun", Err: errors.New("no")}
	tries.Observe("aliyun", false, 20*time.Millisecond, failure)
	tries.Observe("tencent", true, 80*time.Millisecond, nil)
	tries.Observe("tencent", true, 90*time.Millisecond, errors.New("no class"))
	want := map[string]string{
		"provider=aliyun result=temporary try=first": "1 in 20ms",
		"provider=tencent result=taken try=second":   "1 in 80ms",
		"provider=tencent result=unknown try=second": "1 in 90ms",
	}
	if diff := cmp.Diff(want, observed(t, registry, triesMetric)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// However many names there are, the series stay few.
func TestTriesAreBounded(t *testing.T) {
	t.Parallel()
	registry, tries := newTries(t)
	for i := range 1000 {
		name := strconv.Itoa(i)
		tries.Observe(name, false, 0, &cattlegrid.SendError{Class: cattlegrid.SendClass(100 + i), Err: errors.New(name)})
	}
	if got := len(gather(t, registry, triesMetric)); got != 33 {
		t.Errorf("%d series, want 33", got)
	}
}

// slow is a sender that takes its time.
type slow struct {
	after time.Duration
	err   error
}

func (s slow) Send(_ context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	<-time.After(s.after)
	return cattlegrid.Delivery{Provider: "aliyun", ID: m.ID}, s.err
}

// A sender that is measured hands everything on, and its tries are first ones.
func TestSender(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		registry, tries := newTries(t)
		no := errors.New("no")
		for _, err := range []error{nil, no} {
			delivery, got := tries.Sender("aliyun", slow{time.Second, err}).Send(t.Context(), cattlegrid.Message{ID: "1"})
			if delivery != (cattlegrid.Delivery{Provider: "aliyun", ID: "1"}) || !errors.Is(got, err) {
				t.Errorf("Send = %+v, %v, want what the sender said", delivery, got)
			}
		}
		want := map[string]string{
			"provider=aliyun result=taken try=first":   "1 in 1s",
			"provider=aliyun result=unknown try=first": "1 in 1s",
		}
		if diff := cmp.Diff(want, observed(t, registry, triesMetric)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
