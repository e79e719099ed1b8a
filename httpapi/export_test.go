package httpapi

import (
	"log/slog"
	"net/netip"
	"os"
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
	p, err := newProxies(trusted, slog.New(slog.DiscardHandler))
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
	p, err := newProxies(trusted, slog.New(slog.DiscardHandler))
	if err != nil {
		panic(err)
	}
	return p.trust(addr)
}

// What a lag goes by.
const (
	LagLook   = lagLook
	LagMost   = lagMost
	LagStands = lagStands
	LagHiccup = lagHiccup
	LagFew    = lagFew
	LagOld    = lagOld
)

// Waits is a lag that is told how long requests wait.
type Waits struct{ lag *lag }

// NewWaits returns waits that are asked of wait, or, if it is nil, measured when many come.
func NewWaits(wait func() time.Duration) Waits {
	l := newLag()
	l.wait = wait
	return Waits{l}
}

// Serves reports whether one more request may be served.
func (w Waits) Serves(now time.Duration) bool { return w.lag.serves(now) }

// Measures reports whether the wait is measured.
func (w Waits) Measures() bool { return w.lag.wait != nil }

// Probe is a probe.
type Probe struct{ *probe }

// NewProbe returns a probe whose bytes are read, or not.
func NewProbe(reads bool) (Probe, error) {
	if reads {
		p, err := newProbe()
		return Probe{p}, err
	}
	_, in, err := os.Pipe()
	return Probe{&probe{in: in, probed: &probed{}}}, err
}

// Took has the last byte have waited that long.
func (p Probe) Took(wait time.Duration) { p.took.Store(int64(wait)) }

// Waits reports whether a byte is under way.
func (p Probe) Waits() bool { return p.sent.Load() > 0 }

// Look is what look returns.
func (p Probe) Look() time.Duration { return p.look() }
