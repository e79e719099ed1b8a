package fake

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cattlegrid/cattlegrid"
)

// Tencent is Tencent Cloud SMS.
type Tencent struct {
	SecretID, SecretKey string
	AppID               string
	Now                 func() time.Time // nil means time.Now
}

var _ Provider = Tencent{}

// Name implements [Provider].
func (Tencent) Name() string { return "tencent" }

var (
	tc3         = regexp.MustCompile(`^TC3-HMAC-SHA256 Credential=([^/, ]+)/(\d{4}-\d\d-\d\d)/sms/tc3_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$`)
	tencentTo   = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	tencentID   = regexp.MustCompile(`^[0-9]+$`)
	tencentCode = regexp.MustCompile(`^[0-9]{1,6}$`)
)

// Receive implements [Provider].
func (t Tencent) Receive(r *http.Request, body []byte) (Message, error) {
	if err := t.authentic(r, body); err != nil {
		return Message{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	var asked struct {
		PhoneNumberSet, TemplateParamSet                  []string
		SmsSdkAppId, TemplateId, SignName, SessionContext string //nolint:revive // Tencent's names
	}
	switch err := json.Unmarshal(body, &asked); {
	case err != nil:
		return Message{}, errors.New("the body is no JSON of SendSms")
	case r.Header.Get("X-Tc-Action") != "SendSms" || r.Header.Get("X-Tc-Version") != "2021-01-11" || r.Header.Get("X-Tc-Region") == "":
		return Message{}, errors.New("want the action SendSms of version 2021-01-11, and a region")
	case len(asked.PhoneNumberSet) != 1:
		return Message{}, errors.New("want one number")
	}
	m := Message{
		To: asked.PhoneNumberSet[0], Ref: asked.SessionContext, Template: asked.TemplateId, From: asked.SignName, Values: map[string]string{},
	}
	for i, value := range asked.TemplateParamSet {
		m.Values[strconv.Itoa(i+1)] = value
		if !tencentCode.MatchString(value) {
			return m, errors.New("a variable of a template for codes takes up to 6 digits")
		}
	}
	switch sign := utf8.RuneCountInString(m.From); {
	case !tencentTo.MatchString(m.To):
		return m, errors.New("the number is not in E.164")
	case asked.SmsSdkAppId != t.AppID:
		return m, errors.New("no such application")
	case !tencentID.MatchString(m.Template) || len(m.Values) == 0:
		return m, errors.New("no such template, or no variables")
	case strings.HasPrefix(m.To, "+86") && m.From == "":
		return m, errors.New("a number of the mainland needs a signature")
	case m.From != "" && (sign < 2 || sign > 12 || strings.ContainsAny(m.From, "【】")):
		return m, errors.New("the signature has 2 to 12 characters, and no brackets")
	case len(m.Ref) >= 512:
		return m, errors.New("SessionContext is too long")
	}
	return m, nil
}

func (t Tencent) authentic(r *http.Request, body []byte) error {
	parts := tc3.FindStringSubmatch(r.Header.Get("Authorization"))
	if parts == nil || parts[1] != t.SecretID {
		return errors.New("no such key, or no signature")
	}
	date, signed := parts[2], strings.Split(parts[3], ";")
	now := time.Now
	if t.Now != nil {
		now = t.Now
	}
	stamp := r.Header.Get("X-Tc-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	at := time.Unix(seconds, 0).UTC()
	switch {
	case err != nil || now().Sub(at).Abs() > 5*time.Minute || at.Format("2006-01-02") != date:
		return errors.New("the time is off")
	case !slices.IsSorted(signed) || !slices.Contains(signed, "content-type") || !slices.Contains(signed, "host"):
		return errors.New("content-type and host must be signed, in order")
	case r.Method != http.MethodPost || r.URL.Path != "/" || r.URL.RawQuery != "":
		return errors.New("want POST to / without a query")
	case !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json"):
		return errors.New("want JSON")
	}
	var request strings.Builder
	request.WriteString("POST\n/\n\n")
	for _, name := range signed {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		request.WriteString(name + ":" + strings.ToLower(strings.TrimSpace(value)) + "\n")
	}
	fmt.Fprintf(&request, "\n%s\n%x", parts[3], sha256.Sum256(body))
	text := fmt.Sprintf("TC3-HMAC-SHA256\n%s\n%s/sms/tc3_request\n%x", stamp, date, sha256.Sum256([]byte(request.String())))
	key := "TC3" + t.SecretKey
	for _, step := range []string{date, "sms", "tc3_request", text} {
		h := hmac.New(sha256.New, []byte(key))
		h.Write([]byte(step))
		key = string(h.Sum(nil))
	}
	if !hmac.Equal([]byte(hex.EncodeToString([]byte(key))), []byte(parts[4])) {
		return errors.New("the signature is wrong")
	}
	return nil
}

// Accept implements [Provider].
func (t Tencent) Accept(w http.ResponseWriter, m Message) {
	t.answer(w, map[string]any{
		"SerialNo": m.ID, "PhoneNumber": m.To, "Fee": 1, "SessionContext": m.Ref, "Code": "Ok", "Message": "send success", "IsoCode": "CN",
	})
}

// answer says what became of a number.
func (Tencent) answer(w http.ResponseWriter, number map[string]any) {
	writeJSON(w, http.StatusOK, map[string]any{
		"Response": map[string]any{"SendStatusSet": []any{number}, "RequestId": newID()},
	})
}

// Refuse implements [Provider]. The status is 200 whatever is wrong: with the request, or with the number.
func (t Tencent) Refuse(w http.ResponseWriter, o Outcome) {
	var code, text string
	switch o {
	case Busy:
		code, text = "ServiceUnavailable", "当前服务暂时不可用"
	case BadKey:
		code, text = "AuthFailure.SignatureFailure", "The provided credentials could not be validated. Please check your signature is correct."
	case BadNumber:
		code, text = "InvalidParameterValue.IncorrectPhoneNumber", "手机号格式错误"
	case Throttle:
		code, text = "LimitExceeded.PhoneNumberThirtySecondLimit", "单个手机号30秒内下发短信条数超过设定的上限"
	case Unpaid:
		code, text = "FailedOperation.InsufficientBalanceInSmsPackage", "套餐包余量不足"
	case UnknownCode:
		code, text = "FailedOperation.NeverHeardOf", "未知"
	default:
		code, text = "FailedOperation.TemplateIncorrectOrUnapproved", "模板未审批或内容不匹配"
	}
	if o == Busy || o == BadKey {
		writeJSON(w, http.StatusOK, map[string]any{
			"Response": map[string]any{"Error": map[string]string{"Code": code, "Message": text}, "RequestId": newID()},
		})
		return
	}
	t.answer(w, map[string]any{
		"SerialNo": "", "PhoneNumber": "", "Fee": 0, "SessionContext": "", "Code": code, "Message": text, "IsoCode": "CN",
	})
}

// Receipt implements [Provider].
func (Tencent) Receipt(m Message, url string, state cattlegrid.ReceiptState) *http.Request {
	status, code, text := "SUCCESS", "DELIVRD", "用户短信送达成功"
	if state != cattlegrid.Delivered {
		status, code, text = "FAIL", "UNDELIV", "用户短信送达失败"
	}
	return newJSON(url, []map[string]string{{
		"user_receive_time": m.At.In(beijing).Format(time.DateTime), "nationcode": "86", "mobile": strings.TrimPrefix(m.To, "+86"),
		"report_status": status, "errmsg": code, "description": text, "sid": m.ID, "ext": m.Ref,
	}})
}
