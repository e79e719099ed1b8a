package awssms

import (
	"crypto/x509"
	"encoding/json"
)

// What the golden vectors and the fuzz tests are about.
var (
	NewSigner = newSigner
	ReadEvent = readEvent
)

// SignedText is what SNS signs of a post.
func SignedText(body []byte) string {
	var p post
	if json.Unmarshal(body, &p) != nil {
		return ""
	}
	return string(p.text())
}

// SignedBy reports whether a certificate's key signed a post.
func SignedBy(body []byte, c *x509.Certificate) bool {
	var p post
	return json.Unmarshal(body, &p) == nil && p.signedBy(c)
}
