package aliyun

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// algorithm is ACS3-HMAC-SHA256: https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature.
const algorithm = "ACS3-HMAC-SHA256"

// action is what a request asks for.
type action struct{ name, version string }

// signer signs requests without a body.
type signer struct {
	id, secret string
	now        func() time.Time
}

// sign adds the headers of an action and the signature.
func (s signer) sign(req *http.Request, a action) {
	nothing := sha256.Sum256(nil)
	for name, value := range map[string]string{
		"X-Acs-Action": a.name, "X-Acs-Version": a.version, "X-Acs-Content-Sha256": hex.EncodeToString(nothing[:]),
		"X-Acs-Date": s.now().UTC().Format("2006-01-02T15:04:05Z"), "X-Acs-Signature-Nonce": rand.Text(), "Accept": "application/json",
	} {
		req.Header.Set(name, value)
	}
	authorize(req, s.id, s.secret)
}

// authorize signs a request whose body's hash is in the header X-Acs-Content-Sha256, with all headers of that kind.
func authorize(req *http.Request, id, secret string) {
	names := []string{"host"}
	for name := range req.Header {
		if name := strings.ToLower(name); strings.HasPrefix(name, "x-acs-") || name == "content-type" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	signed := strings.Join(names, ";")
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(algorithm + "\n" + digest(canonical(req, names, signed))))
	req.Header.Set("Authorization", algorithm+" Credential="+id+",SignedHeaders="+signed+",Signature="+hex.EncodeToString(mac.Sum(nil)))
}

// canonical is the text that a request is reduced to.
func canonical(req *http.Request, names []string, signed string) string {
	var text strings.Builder
	text.WriteString(req.Method + "\n" + req.URL.EscapedPath() + "\n" + encode(req.URL.Query()) + "\n")
	for _, name := range names {
		value := req.Header.Get(name)
		if name == "host" {
			value = host(req)
		}
		text.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	text.WriteString("\n" + signed + "\n" + req.Header.Get("X-Acs-Content-Sha256"))
	return text.String()
}

func host(req *http.Request) string {
	if req.Host != "" {
		return req.Host
	}
	return req.URL.Host
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// encode is a query by RFC 3986: as [url.Values.Encode] has it, but with spaces as %20.
func encode(query url.Values) string { return strings.ReplaceAll(query.Encode(), "+", "%20") }
