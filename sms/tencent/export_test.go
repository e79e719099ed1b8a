package tencent

import (
	"net/http"
	"time"
)

// MaxReceipts is the most that one request may report.
const MaxReceipts = maxReceipts

// Sign is what the golden vectors are about.
func Sign(id, secret, service string, req *http.Request, body []byte, at time.Time) {
	signer{id: id, secret: secret, service: service}.sign(req, body, at)
}
