package httpapi_test

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/httpapi"
)

// onlookers come to a lag, and a test says how long they wait.
type onlookers struct {
	t     *testing.T
	waits httpapi.Waits
	now   time.Duration
	wait  time.Duration
	asked int
}

func newOnlookers(t *testing.T) *onlookers {
	t.Helper()
	o := &onlookers{t: t, now: time.Hour}
	o.waits = httpapi.NewWaits(func() time.Duration {
		o.asked++
		return o.wait
	})
	o.come(often, httpapi.LagLook, short)
	return o
}

// come has requests come every so often for a time, each of which waits, and returns how many came, and how many of them were served.
func (o *onlookers) come(every, lasts, wait time.Duration) (came, served int) {
	o.wait = wait
	for end := o.now + lasts; o.now < end; o.now += every {
		came++
		if o.waits.Serves(o.now) {
			served++
		}
	}
	return came, served
}

// all has requests come that all must be served.
func (o *onlookers) all(name string, every, lasts, wait time.Duration) {
	o.t.Helper()
	if came, served := o.come(every, lasts, wait); served != came {
		o.t.Errorf("%s: %d of %d were served, want all", name, served, came)
	}
}

const (
	often  = time.Millisecond
	seldom = 2 * httpapi.LagStands / httpapi.LagFew
	short  = httpapi.LagMost
	long   = httpapi.LagMost + 1
)

// Nobody is turned away as long as the wait is short now and then, or few come.
func TestLagServes(t *testing.T) {
	t.Parallel()
	o := newOnlookers(t)
	o.all("it is short", often, time.Second, short)
	if most := int(time.Second/httpapi.LagLook) + 1; o.asked > most {
		t.Errorf("in a second it looked %d times, want at most %d", o.asked, most)
	}
	for range 5 {
		o.all("it is long for a while", often, httpapi.LagHiccup, long)
		o.all("it is short once", often, httpapi.LagLook, short)
	}
	o.all("few come", seldom, time.Minute, time.Second)
	o.all("many come", often, httpapi.LagHiccup-httpapi.LagLook, long)
	o.now += httpapi.LagOld + httpapi.LagLook
	o.all("what was known is old", often, httpapi.LagHiccup, long)
}

// When a queue stands a twentieth are served until the wait is short, then nine of ten, and in the end all.
func TestLagSheds(t *testing.T) {
	t.Parallel()
	o := newOnlookers(t)
	o.all("it is long for a while", often, httpapi.LagHiccup, long)
	if came, served := o.come(often, 100*time.Millisecond, long); served != came/20 {
		t.Errorf("a queue stands: %d of %d were served, want a twentieth", served, came)
	}
	o.come(often, httpapi.LagLook, short)
	if came, served := o.come(often, 200*time.Millisecond, short); served < came*9/10 || served > came*19/20 {
		t.Errorf("it does not any more: %d of %d were served, want nine of ten", served, came)
	}
	o.come(often, 10*httpapi.LagLook, 0)
	o.all("nobody waits any more", often, time.Second, short)
	o.come(often, httpapi.LagHiccup+httpapi.LagLook, long)
	o.come(often, 2*time.Second, short)
	o.all("some wait, but no queue stands", often, time.Second, short)
}

// Whatever happens, for however long, a twentieth are served; and those who come when the many have gone.
func TestLagFloor(t *testing.T) {
	t.Parallel()
	o := newOnlookers(t)
	o.come(often, httpapi.LagHiccup, long)
	if came, served := o.come(often, time.Minute, time.Second); served < came/20-1 || served > came/20+1 {
		t.Errorf("%d of %d were served, want a twentieth", served, came)
	}
	o.now += httpapi.LagOld + httpapi.LagLook
	o.all("the first one for a while", often, httpapi.LagHiccup, long)
	o.come(often, time.Second, long)
	o.come(seldom, httpapi.LagHiccup+httpapi.LagLook, long)
	o.all("few are left, and wait for another program", seldom, time.Minute, long)
}

// As long as few have come nothing is measured, and nothing runs.
func TestLagMeasures(t *testing.T) {
	t.Parallel()
	waits := httpapi.NewWaits(nil)
	o := &onlookers{t: t, waits: waits, now: time.Hour}
	o.all("few come", seldom, time.Minute, 0)
	o.now += time.Minute
	o.all("many come at once", often, httpapi.LagLook+httpapi.LagHiccup, 0)
	if waits.Measures() {
		t.Error("the wait is measured, though few have come")
	}
	o.all("many go on", often, httpapi.LagLook, 0)
	if !waits.Measures() {
		t.Error("many have come, and the wait is not measured")
	}
}
