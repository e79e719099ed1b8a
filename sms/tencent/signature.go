package tencent

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// algorithm is TC3-HMAC-SHA256: https://cloud.tencent.com/document/api/382/52072.
const algorithm = "TC3-HMAC-SHA256"

// signer signs requests to one of Tencent's services.
type signer struct{ id, secret, service string }

// sign adds the time and the signature of a POST whose other headers are there, and whose query is empty.
func (s signer) sign(req *http.Request, body []byte, at time.Time) {
	timestamp, date := strconv.FormatInt(at.Unix(), 10), at.UTC().Format(time.DateOnly)
	scope := date + "/" + s.service + "/tc3_request"
	text, signed := canonical(req, body)

	key := mac([]byte("TC3"+s.secret), date)
	for _, part := range []string{s.service, "tc3_request"} {
		key = mac(key, part)
	}
	signature := mac(key, algorithm+"\n"+timestamp+"\n"+scope+"\n"+digest([]byte(text)))

	req.Header.Set("X-Tc-Timestamp", timestamp)
	req.Header.Set("Authorization", algorithm+" Credential="+s.id+"/"+scope+", SignedHeaders="+signed+", Signature="+hex.EncodeToString(signature))
}

// canonical is the text that a request is reduced to, and the names of the headers in it: those that Tencent wants to be
// signed, and the action, if there is one, so that the signature of one is of no use for another.
func canonical(req *http.Request, body []byte) (text, signed string) {
	headers := "content-type:" + lower(req.Header.Get("Content-Type")) + "\n" + "host:" + lower(req.URL.Host) + "\n"
	signed = "content-type;host"
	if action := req.Header.Get("X-Tc-Action"); action != "" {
		headers += "x-tc-action:" + lower(action) + "\n"
		signed += ";x-tc-action"
	}
	return req.Method + "\n/\n\n" + headers + "\n" + signed + "\n" + digest(body), signed
}

func lower(value string) string { return strings.ToLower(strings.TrimSpace(value)) }

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
