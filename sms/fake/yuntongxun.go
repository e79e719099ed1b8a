package fake

import (
	"crypto/md5" //nolint:gosec // the provider's choice
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// Yuntongxun is Yuntongxun's SMS/TemplateSMS.
type Yuntongxun struct {
	AccountSID, AuthToken string
	AppID                 string
	Now                   func() time.Time // nil means time.Now
}

var _ Provider = Yuntongxun{}

// Name implements [Provider].
func (Yuntongxun) Name() string { return "yuntongxun" }

var (
	yuntongxunTo = regexp.MustCompile(`^1[0-9]{10}$`)
	yuntongxunID = regexp.MustCompile(`^[0-9]+$`)
)

// yuntongxunSkew is how far a time may be off. How far it may be in truth is not documented; this is less than what machines
// in other time zones are off if they do not write Beijing's.
const yuntongxunSkew = 15 * time.Minute

// Receive implements [Provider].
func (y Yuntongxun) Receive(r *http.Request, body []byte) (Message, error) {
	if err := y.authentic(r); err != nil {
		return Message{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	var asked struct {
		To, AppID, TemplateID string
		Datas                 []string
	}
	if json.Unmarshal(body, &asked) != nil || r.ContentLength != int64(len(body)) {
		return Message{}, errors.New("the body is no JSON of TemplateSMS, or its length is not told")
	}
	m := Message{To: asked.To, Template: asked.TemplateID, Values: map[string]string{}}
	for i, value := range asked.Datas {
		m.Values[strconv.Itoa(i+1)] = value
	}
	switch {
	case r.Header.Get("Accept") != "application/json" || r.Header.Get("Content-Type") != "application/json;charset=utf-8":
		return m, errors.New("want JSON")
	case !yuntongxunTo.MatchString(m.To):
		return m, errors.New("the number is none of the mainland's")
	case asked.AppID != y.AppID:
		return m, errors.New("no such application")
	case !yuntongxunID.MatchString(m.Template) || len(m.Values) == 0:
		return m, errors.New("the template is not a number, or has no variables")
	}
	m.To = "+86" + m.To
	return m, nil
}

func (y Yuntongxun) authentic(r *http.Request) error {
	who, err := base64.StdEncoding.DecodeString(r.Header.Get("Authorization"))
	if err != nil {
		return errors.New("the header Authorization is no base64")
	}
	account, stamp, ok := strings.Cut(string(who), ":")
	if !ok || account != y.AccountSID {
		return errors.New("no such account")
	}
	now := time.Now
	if y.Now != nil {
		now = y.Now
	}
	at, err := time.ParseInLocation("20060102150405", stamp, beijing)
	if err != nil || now().Sub(at).Abs() > yuntongxunSkew {
		return errors.New("the time is off")
	}
	if r.Method != http.MethodPost || r.URL.Path != "/2013-12-26/Accounts/"+account+"/SMS/TemplateSMS" {
		return errors.New("want POST to TemplateSMS of the account")
	}
	want := fmt.Sprintf("sig=%X", md5.Sum([]byte(account+y.AuthToken+stamp))) //nolint:gosec // the provider's choice
	if subtle.ConstantTimeCompare([]byte(want), []byte(r.URL.RawQuery)) != 1 {
		return errors.New("the signature is wrong")
	}
	return nil
}

// Accept implements [Provider].
func (Yuntongxun) Accept(w http.ResponseWriter, m Message) {
	writeJSON(w, http.StatusOK, map[string]any{
		"statusCode":  "000000",
		"templateSMS": map[string]string{"dateCreated": m.At.In(beijing).Format("20060102150405"), "smsMessageSid": m.ID},
	})
}

// Refuse implements [Provider].
func (Yuntongxun) Refuse(w http.ResponseWriter, o Outcome) {
	var code, text string
	switch o {
	case Busy:
		code, text = "160001", "【短信】短信通道繁忙"
	case BadNumber:
		code, text = "160042", "【短信】号码格式有误"
	case BadKey:
		code, text = "111109", "【账号】请求地址Sig校验失败"
	case Throttle:
		code, text = "160038", "【短信】短信验证码发送过频繁"
	case Unpaid:
		code, text = "111142", "【账号】主账户余额不足"
	case UnknownCode:
		code, text = "199999", "未知"
	default:
		code, text = "160032", "【短信】短信模板无效"
	}
	writeJSON(w, http.StatusOK, map[string]string{"statusCode": code, "statusMsg": text})
}

// Receipt implements [Provider]. How Yuntongxun reports is not documented.
func (Yuntongxun) Receipt(Message, string, cattlegrid.ReceiptState) *http.Request { return nil }
