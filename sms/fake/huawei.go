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
	"strconv"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// Huawei is Huawei Cloud SMS. It documents no answer for Busy and BadNumber.
type Huawei struct {
	AppKey, AppSecret string
	Now               func() time.Time // nil means time.Now
}

var _ Provider = Huawei{}

// Name implements [Provider].
func (Huawei) Name() string { return "huawei" }

var (
	sdkHMAC      = regexp.MustCompile(`^SDK-HMAC-SHA256 Access=([^,]+), SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$`)
	huaweiNumber = regexp.MustCompile(`^\+[0-9]{5,20}$`)
	huaweiID     = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)
)

// Receive implements [Provider].
func (h Huawei) Receive(r *http.Request, body []byte) (Message, error) {
	if err := h.authentic(r, body); err != nil {
		return Message{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	form, err := url.ParseQuery(string(body))
	switch {
	case err != nil || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded":
		return Message{}, errors.New("the body is no form")
	case r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/sms/batchSendSms/v1"):
		return Message{}, errors.New("want POST /sms/batchSendSms/v1")
	}
	var values []string
	if json.Unmarshal([]byte(form.Get("templateParas")), &values) != nil {
		return Message{}, errors.New("templateParas is no array of strings")
	}
	m := Message{
		To: form.Get("to"), Ref: form.Get("extend"), Template: form.Get("templateId"), From: form.Get("from"), Values: map[string]string{},
	}
	for i, v := range values {
		if n := len([]rune(v)); n < 1 || n > 20 {
			return m, errors.New("a variable is empty or too long")
		}
		m.Values[strconv.Itoa(i+1)] = v
	}
	return m, checkHuawei(form, len(values))
}

func checkHuawei(form url.Values, values int) error {
	callback, err := url.Parse(form.Get("statusCallback"))
	switch {
	case !huaweiNumber.MatchString(form.Get("to")):
		return errors.New("want one number, with + and country")
	case form.Get("from") == "" || !huaweiID.MatchString(form.Get("templateId")):
		return errors.New("the channel is missing, or the template is malformed")
	case values == 0 || values > 20:
		return errors.New("want 1 to 20 variables")
	case form.Has("extend") && (form.Get("extend") == "" || len(form.Get("extend")) > 128 || strings.ContainsAny(form.Get("extend"), "{}")):
		return errors.New("extend is malformed")
	case form.Has("statusCallback") && (err != nil || callback.Host == ""):
		return errors.New("statusCallback is no URL")
	case form.Has("signature") && form.Get("signature") == "":
		return errors.New("the signature is empty")
	default:
		return nil
	}
}

func (h Huawei) authentic(r *http.Request, body []byte) error {
	parts := sdkHMAC.FindStringSubmatch(r.Header.Get("Authorization"))
	if parts == nil || parts[1] != h.AppKey {
		return errors.New("no such application, or no signature")
	}
	now := time.Now
	if h.Now != nil {
		now = h.Now
	}
	date := r.Header.Get("X-Sdk-Date")
	at, err := time.Parse("20060102T150405Z", date)
	if err != nil || now().Sub(at).Abs() > 15*time.Minute {
		return errors.New("the date is off")
	}
	signed := strings.Split(parts[2], ";")
	if !slices.IsSorted(signed) || !slices.Contains(signed, "x-sdk-date") || !slices.Contains(signed, "host") {
		return errors.New("the signed headers are not in order, or without host and date")
	}
	var text bytes.Buffer
	text.WriteString(r.Method + "\n")
	for part := range strings.SplitSeq(strings.Trim(r.URL.EscapedPath(), "/"), "/") {
		text.WriteString("/" + part)
	}
	text.WriteString("/\n")
	if r.URL.RawQuery != "" {
		text.WriteString(sortedQuery(r.URL.RawQuery))
	}
	text.WriteString("\n")
	for _, name := range signed {
		v := r.Header.Get(name)
		if name == "host" {
			v = r.Host
		}
		fmt.Fprintf(&text, "%s:%s\n", name, strings.TrimSpace(v))
	}
	fmt.Fprintf(&text, "\n%s\n%x", parts[2], sha256.Sum256(body))
	mac := hmac.New(sha256.New, []byte(h.AppSecret))
	fmt.Fprintf(mac, "SDK-HMAC-SHA256\n%s\n%x", date, sha256.Sum256(text.Bytes()))
	if !hmac.Equal([]byte(hex.EncodeToString(mac.Sum(nil))), []byte(parts[3])) {
		return errors.New("the signature is wrong")
	}
	return nil
}

// Accept implements [Provider].
func (Huawei) Accept(w http.ResponseWriter, m Message) { writeHuawei(w, m, "000000", m.ID) }

// writeHuawei answers a request that was understood with the status of its one number.
func writeHuawei(w http.ResponseWriter, m Message, status, id string) {
	code, text := "000000", "Success"
	if status != code {
		code, text = "E000510", "The SMS fails to be sent. For details, see status."
	}
	writeJSON(w, http.StatusOK, map[string]any{"code": code, "description": text, "result": []map[string]any{{
		"originTo": m.To, "createTime": m.At.UTC().Format("2006-01-02T15:04:05Z"), "from": m.From, "smsMsgId": id, "status": status,
	}}})
}

// Refuse implements [Provider].
func (Huawei) Refuse(w http.ResponseWriter, o Outcome) {
	status := http.StatusBadRequest
	var code, text string
	switch o {
	case BadNumber:
		code, text = "E000503", "The parameter format is error." // as for any other parameter
	case Busy:
		code, text = "E000000", "System error."
	case BadKey:
		code, text = "E000045", "The signature of Authorization is incorrect."
	case Throttle:
		writeHuawei(w, Message{}, "E200015", newID())
		return
	case Unpaid:
		code, text = "E000112", "The user status is frozen."
	case UnknownCode:
		code, text = "E999999", "Unknown."
	default:
		writeHuawei(w, Message{}, "E200030", newID())
		return
	}
	writeJSON(w, status, map[string]any{"code": code, "description": text})
}

// Receipt implements [Provider].
func (Huawei) Receipt(m Message, to string, state cattlegrid.ReceiptState) *http.Request {
	status := map[cattlegrid.ReceiptState]string{cattlegrid.Sent: "ACCEPTD", cattlegrid.Delivered: "DELIVRD"}[state]
	if status == "" {
		status = "UNDELIV"
	}
	form := url.Values{
		"sequence": {"1"}, "total": {"1"}, "orgCode": {"000"}, "updateTime": {m.At.UTC().Format("2006-01-02T15:04:05Z")}, "source": {"2"},
		"smsMsgId": {m.ID}, "status": {status},
	}
	if m.Ref != "" {
		form.Set("extend", m.Ref)
		form.Set("to", m.To)
	}
	req, err := http.NewRequest(http.MethodPost, to, strings.NewReader(form.Encode())) //nolint:noctx // the caller gives it one
	if err != nil {
		return nil
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return req
}
