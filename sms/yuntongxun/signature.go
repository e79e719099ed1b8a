package yuntongxun

import (
	"crypto/md5" //nolint:gosec // the provider's choice
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// signer signs requests as https://github.com/cloopen/go-sms-sdk does.
type signer struct {
	account, token string
	now            func() time.Time
}

// sign completes the address of a request and says who asks. The time in both is the same one.
func (s signer) sign(req *http.Request) {
	at := timestamp(s.now())
	req.URL.Path += "/2013-12-26/Accounts/" + s.account + "/SMS/TemplateSMS"
	req.URL.RawQuery = "sig=" + signature(s.account, s.token, at)
	req.Header.Set("Authorization", authorization(s.account, at))
}

// timestamp is a time in Beijing. Machines elsewhere would be refused if they wrote their own.
func timestamp(at time.Time) string { return at.In(wire.Beijing).Format("20060102150405") }

// signature is in capitals, as Yuntongxun's documents are quoted.
func signature(account, token, at string) string {
	sum := md5.Sum([]byte(account + token + at)) //nolint:gosec // the provider's choice
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// authorization is a header without a scheme.
func authorization(account, at string) string {
	return base64.StdEncoding.EncodeToString([]byte(account + ":" + at))
}
