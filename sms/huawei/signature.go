package huawei

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// algorithm is https://support.huaweicloud.com/devg-apisign/api-sign-algorithm.html, with the application's key.
const algorithm = "SDK-HMAC-SHA256"

// signer signs requests.
type signer struct {
	key, secret string
	now         func() time.Time
}

// sign adds the date and the signature.
func (s signer) sign(req *http.Request, body string) {
	req.Header.Set("X-Sdk-Date", s.now().UTC().Format("20060102T150405Z"))
	authorize(req, body, s.key, s.secret)
}

// authorize signs a request with all its headers.
func authorize(req *http.Request, body, key, secret string) {
	names := make([]string, 0, 1+len(req.Header))
	names = append(names, "host")
	for name := range req.Header {
		names = append(names, strings.ToLower(name))
	}
	slices.Sort(names)
	req.Header.Set("Authorization", algorithm+" Access="+key+", SignedHeaders="+strings.Join(names, ";")+", Signature="+signature(req, body, names, secret))
}

// signature is that of a request and of the headers with those names, which are in order.
func signature(req *http.Request, body string, names []string, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(algorithm + "\n" + req.Header.Get("X-Sdk-Date") + "\n" + digest(canonical(req, body, names))))
	return hex.EncodeToString(mac.Sum(nil))
}

// canonical is the text that a request is reduced to. Its path ends in a slash, whatever was asked for.
func canonical(req *http.Request, body string, names []string) string {
	var text strings.Builder
	text.WriteString(req.Method + "\n" + strings.TrimSuffix(req.URL.EscapedPath(), "/") + "/\n" + encode(req.URL.Query()) + "\n")
	for _, name := range names {
		value := req.Header.Get(name)
		if name == "host" {
			value = host(req)
		}
		text.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	text.WriteString("\n" + strings.Join(names, ";") + "\n" + digest(body))
	return text.String()
}

// host is as it is sent, with the port if the URL has one.
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
