package httpapi

import "net/http"

// jwks publishes the keys that verify proofs, to browsers of any site too.
func (a *api) jwks(x *exchange) error {
	header := x.Header()
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Cache-Control", "public, max-age=300")
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	x.body(http.StatusOK, "application/jwk-set+json", a.gate.JWKS())
	return nil
}
