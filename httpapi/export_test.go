package httpapi

import (
	"math"
	"net/netip"
	"runtime/metrics"
	"slices"
	"time"
)

// What tests in package httpapi_test see of the inside.
const (
	MaxMemberLen = maxMemberLen
	MaxForwarded = maxForwarded
)

// ErrMalformed is what DecodeObject refuses with.
var ErrMalformed = errMalformed

// ClientAddr returns whom a request comes from, with the networks in trusted as proxies.
func ClientAddr(trusted []netip.Prefix, peer string, forwarded ...string) (netip.Addr, bool) {
	p, err := newProxies(trusted)
	if err != nil {
		panic(err)
	}
	return p.client(peer, forwarded)
}

// DecodeObject reads the members of a body, all required.
func DecodeObject(body []byte, ignore bool, names ...string) (map[string]string, error) {
	values := make([]string, len(names))
	members := make([]member, len(names))
	for i, name := range names {
		members[i] = member{name: name, to: &values[i]}
	}
	if err := decodeObject(body, others(ignore), members); err != nil {
		return nil, err
	}
	decoded := map[string]string{}
	for i, name := range names {
		decoded[name] = values[i]
	}
	return decoded, nil
}

// Routes returns the method and path of every route there can be.
func Routes() [][2]string {
	all := (&api{inbox: nilInbox{}, shedder: newShedder(0, nil, nil)}).routes()
	routes := make([][2]string, 0, len(all))
	for _, r := range all {
		routes = append(routes, [2]string{r.method, r.path})
	}
	return routes
}

type nilInbox struct{ Inbox }

// Slugs returns the slug and the status of every problem that there can be.
func Slugs() map[string]int {
	slugs := map[string]int{}
	for _, r := range append(refusals, unexpected) {
		slugs[r.slug] = r.status
	}
	return slugs
}

// Errnos returns every errno that an answer can have, sorted.
func Errnos() []string {
	errnos := make([]string, 0, len(refusals)+3)
	errnos = append(errnos, "0", "4202", unexpected.errno) // those that are not in the table
	for _, r := range refusals {
		errnos = append(errnos, r.errno)
	}
	slices.Sort(errnos)
	return slices.Compact(errnos)
}

// IsTrusted reports whether an address is one of the proxies'.
func IsTrusted(trusted []netip.Prefix, addr netip.Addr) bool {
	p, err := newProxies(trusted)
	if err != nil {
		panic(err)
	}
	return p.trust(addr)
}

// LagLook is how often it is looked how long goroutines wait, LagMost how long they may.
const (
	LagLook = lagLook
	LagMost = lagMost
)

// Waits are goroutines' waits for a processor as the runtime would count them, before a lag that reads them.
type Waits struct {
	counts []uint64 // of waits of none, of more than lagShort, of more than lagMost
	lag    *lag
}

// NewWaits returns waits of which there were none.
func NewWaits() *Waits {
	w := &Waits{counts: make([]uint64, 3), lag: newLag()}
	buckets := []float64{math.Inf(-1), lagShort.Seconds(), 2 * lagMost.Seconds(), math.Inf(1)}
	w.lag.read = func(samples []metrics.Sample) {
		metrics.Read(samples) // for the kind of the value
		h := samples[0].Value.Float64Histogram()
		h.Buckets, h.Counts = buckets, slices.Clone(w.counts)
	}
	return w
}

// Add has so many goroutines wait.
func (w *Waits) Add(count uint64, wait time.Duration) {
	switch {
	case wait > lagMost:
		w.counts[2] += count
	case wait > lagShort:
		w.counts[1] += count
	default:
		w.counts[0] += count
	}
}

// Serves reports whether one more request may be served.
func (w *Waits) Serves(now time.Time) bool { return w.lag.serves(now) }

// LagIsMeasured reports whether the runtime counts waits.
func LagIsMeasured() bool {
	l := newLag()
	l.look()
	return len(l.before) > 10
}
