package httpapi

import (
	"net/http"
	"slices"
	"strings"
)

// endpoint answers one request, or says why not. It writes nothing before it is sure.
type endpoint func(x *exchange) error

type route struct {
	method, path string
	serve        endpoint
}

// routes is the whole surface. GET answers HEAD too.
func (a *api) routes() []route {
	routes := []route{
		{http.MethodGet, "/{$}", a.page},
		{http.MethodGet, "/assets/{name...}", a.asset},

		{http.MethodGet, "/passport/image_code", a.imageCode},
		{http.MethodPost, "/passport/sms_code", a.smsCode},

		{http.MethodGet, "/v1/challenges/{id}/audio", a.speak},
		{http.MethodGet, "/v1/challenges/{id}/candidates", a.candidates},
		{http.MethodGet, "/v1/challenges/{id}/work", a.task},
		{http.MethodPost, "/v1/challenges/{id}/work", a.workAlone},
		{http.MethodPost, "/v1/verifications", a.createVerification},
		{http.MethodGet, "/v1/verifications/{id}", a.verification},
		{http.MethodPost, "/v1/verifications/{id}/check", a.checkVerification},
		{http.MethodGet, "/.well-known/jwks.json", a.jwks},

		{http.MethodPost, "/receipts/{provider}", a.receipts},

		{http.MethodGet, "/healthz", a.healthz},
		{http.MethodGet, "/readyz", a.readyz},
	}
	if a.inbox != nil {
		routes = append(routes, route{http.MethodGet, "/dev/inbox", a.lastMessage})
	}
	return routes
}

// makesChallenges are the routes that make challenges.
var makesChallenges = []string{"/passport/image_code", "/v1/challenges/{id}/audio"}

// route fills the mux: each route, each path with a method that it does not have, and everything else.
func (a *api) route() {
	a.mux = http.NewServeMux()
	a.unknown = a.handle("*", func(*exchange) error { return errNotFound })
	a.mux.Handle("/", a.unknown)
	methods := map[string][]string{}
	for _, r := range a.routes() {
		h := a.handle(r.path, r.serve)
		h.sheds = slices.Contains(makesChallenges, r.path)
		a.mux.Handle(r.method+" "+r.path, h)
		methods[r.path] = append(methods[r.path], r.method)
		if r.method == http.MethodGet {
			methods[r.path] = append(methods[r.path], http.MethodHead)
		}
	}
	for path, allowed := range methods {
		slices.Sort(allowed)
		a.mux.Handle(path, a.handle(path, func(x *exchange) error {
			x.Header().Set("Allow", strings.Join(allowed, ", "))
			return errMethod
		}))
	}
}

// ServeHTTP implements [http.Handler].
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// The mux redirects from paths that are not clean, in its own words and unlogged. Here they are unknown paths.
	if h, _ := a.mux.Handler(r); !isOurs(h) {
		a.unknown.ServeHTTP(w, r)
		return
	}
	a.mux.ServeHTTP(w, r)
}

func isOurs(h http.Handler) bool {
	_, ours := h.(*handler)
	return ours
}
