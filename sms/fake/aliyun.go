package fake

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// Aliyun is Alibaba Cloud SMS or, with Verification, its number verification service.
type Aliyun struct {
	AccessKeyID, AccessKeySecret string
	Verification                 bool
	Now                          func() time.Time // nil means time.Now
}

var _ Provider = Aliyun{}

// Name implements [Provider].
func (a Aliyun) Name() string {
	if a.Verification {
		return "aliyun-verification"
	}
	return "aliyun"
}

var acs3 = regexp.MustCompile(`^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([a-z0-9;-]+),Signature=([0-9a-f]{64})$`)

// Receive implements [Provider].
func (a Aliyun) Receive(r *http.Request, body []byte) (Message, error) {
	if err := a.authentic(r, body); err != nil {
		return Message{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	action, number := "SendSms", "PhoneNumbers"
	if a.Verification {
		action, number = "SendSmsVerifyCode", "PhoneNumber"
	}
	query := r.URL.Query()
	m := Message{
		To: query.Get(number), Ref: query.Get("OutId"), Template: query.Get("TemplateCode"), From: query.Get("SignName"), Values: map[string]string{},
	}
	switch {
	case r.Method != http.MethodPost || r.Header.Get("X-Acs-Action") != action || r.Header.Get("X-Acs-Version") != "2017-05-25":
		return m, errors.New("want POST with the action " + action)
	case m.To == "" || m.Template == "" || m.From == "":
		return m, errors.New("a parameter is missing")
	case json.Unmarshal([]byte(query.Get("TemplateParam")), &m.Values) != nil:
		return m, errors.New("TemplateParam is no object of strings")
	}
	m.To = e164(m.To)
	return m, nil
}

// e164 is a number as mainland providers take it: without a country it is one of the mainland.
func e164(number string) string {
	for _, prefix := range []string{"+", "00"} {
		if whole, ok := strings.CutPrefix(number, prefix); ok {
			return "+" + whole
		}
	}
	if len(number) == 11 && number[0] == '1' {
		number = "86" + number
	}
	return "+" + number
}

func (a Aliyun) authentic(r *http.Request, body []byte) error {
	parts := acs3.FindStringSubmatch(r.Header.Get("Authorization"))
	if parts == nil || parts[1] != a.AccessKeyID {
		return errors.New("no such access key, or no signature")
	}
	now := time.Now
	if a.Now != nil {
		now = a.Now
	}
	at, err := time.Parse(time.RFC3339, r.Header.Get("X-Acs-Date"))
	if err != nil || now().Sub(at).Abs() > 15*time.Minute || r.Header.Get("X-Acs-Signature-Nonce") == "" {
		return errors.New("the date is off, or there is no nonce")
	}
	hash := sha256.Sum256(body)
	if r.Header.Get("X-Acs-Content-Sha256") != hex.EncodeToString(hash[:]) {
		return errors.New("the body is another one")
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s\n%s\n%s\n", r.Method, r.URL.EscapedPath(), sortedQuery(r.URL.RawQuery))
	signed := strings.Split(parts[2], ";")
	if !slices.IsSorted(signed) || !slices.Contains(signed, "host") {
		return errors.New("the signed headers are not in order, or without the host")
	}
	for name := range r.Header {
		if name := strings.ToLower(name); strings.HasPrefix(name, "x-acs-") && !slices.Contains(signed, name) {
			return errors.New(name + " is not signed")
		}
	}
	for _, name := range signed {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		fmt.Fprintf(&text, "%s:%s\n", name, strings.TrimSpace(value))
	}
	fmt.Fprintf(&text, "\n%s\n%x", parts[2], hash)
	mac := hmac.New(sha256.New, []byte(a.AccessKeySecret))
	fmt.Fprintf(mac, "ACS3-HMAC-SHA256\n%x", sha256.Sum256(text.Bytes()))
	if !hmac.Equal([]byte(hex.EncodeToString(mac.Sum(nil))), []byte(parts[3])) {
		return errors.New("the signature is wrong")
	}
	return nil
}

// sortedQuery is a query as it came, in order of its names, each part as RFC 3986 has it.
func sortedQuery(raw string) string {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return "malformed"
	}
	return strings.ReplaceAll(query.Encode(), "+", "%20")
}

// Accept implements [Provider].
func (a Aliyun) Accept(w http.ResponseWriter, m Message) {
	answer := map[string]any{"Message": "OK", "RequestId": newID(), "Code": "OK", "BizId": m.ID}
	if a.Verification {
		delete(answer, "BizId")
		answer["Success"], answer["Model"] = true, map[string]string{"BizId": m.ID, "OutId": m.Ref}
	}
	writeJSON(w, http.StatusOK, answer)
}

// Refuse implements [Provider].
func (a Aliyun) Refuse(w http.ResponseWriter, o Outcome) {
	status := http.StatusOK
	var code, text string
	switch o {
	case Busy:
		code, text = "isp.SYSTEM_ERROR", "系统错误"
	case BadNumber:
		code, text = "isv.MOBILE_NUMBER_ILLEGAL", "非法手机号"
	case BadKey:
		status, code, text = http.StatusBadRequest, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation."
	case Throttle:
		code, text = "isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1"
	case Unpaid:
		code, text = "isv.AMOUNT_NOT_ENOUGH", "账户余额不足"
	case UnknownCode:
		code, text = "isv.NEVER_HEARD_OF", "未知"
	default:
		code, text = "isv.SMS_TEMPLATE_ILLEGAL", "模版不合法(不存在或被拉黑)"
	}
	writeJSON(w, status, map[string]any{"Message": text, "RequestId": newID(), "Code": code})
}

// Receipt implements [Provider].
func (Aliyun) Receipt(m Message, url string, state cattlegrid.ReceiptState) *http.Request {
	code := "DELIVERED"
	if state != cattlegrid.Delivered {
		code = "MOBILE_NOT_ON_SERVICE"
	}
	at := m.At.In(beijing).Format(time.DateTime)
	return newJSON(url, []map[string]any{{
		"phone_number": strings.TrimPrefix(m.To, "+86"), "send_time": at, "report_time": at, "success": state == cattlegrid.Delivered,
		"err_code": code, "err_msg": "", "sms_size": "1", "biz_id": m.ID, "out_id": m.Ref,
	}})
}
