package main

import (
	"net/http"
	"net/http/pprof"
	"net/netip"
)

// profiles answers go tool pprof. Only this machine is answered, wherever metrics are served: a profile takes CPU time, and says
// much about a program. Package pprof also answers on [http.DefaultServeMux], which nothing serves.
func profiles(mux *http.ServeMux) {
	for pattern, serve := range map[string]http.HandlerFunc{
		"GET /debug/pprof/":        pprof.Index,
		"GET /debug/pprof/cmdline": pprof.Cmdline,
		"GET /debug/pprof/profile": pprof.Profile,
		"GET /debug/pprof/symbol":  pprof.Symbol,
		"GET /debug/pprof/trace":   pprof.Trace,
	} {
		mux.Handle(pattern, here(serve))
	}
}

// here answers only who connects from this machine.
func here(serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !peer.Addr().Unmap().IsLoopback() {
			http.Error(w, "profiles are for this machine alone: forward a port, for instance by ssh -L or kubectl port-forward", http.StatusForbidden)
			return
		}
		serve(w, r)
	}
}
