package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// refuse answers with what err is, in the dialect of the path.
func (x *exchange) refuse(err error) {
	x.err = err
	x.refusal = refusalOf(err)
	switch {
	case x.status != 0:
		panic(http.ErrAbortHandler) // half an answer has left; cutting it short is all that can be done
	case strings.HasPrefix(x.r.URL.Path, "/passport/"):
		x.refusePassport()
	default:
		x.refuseProblem()
	}
}

// errnoBody is every JSON answer under /passport/.
type errnoBody struct {
	Errno  string `json:"errno"`
	Errmsg string `json:"errmsg"`
	Effort string `json:"effort,omitempty"` // that is needed
}

func (x *exchange) refusePassport() {
	status, body := http.StatusOK, errnoBody{Errno: x.refusal.errno, Errmsg: x.refusal.errmsg}
	if x.refusal.outside {
		status = x.refusal.status
	}
	if wrong, ok := errors.AsType[*malformedError](x.err); ok {
		body.Errmsg = wrong.errmsg
	}
	if denied := x.denied(); denied != nil && denied.Client {
		body.Errno, body.Errmsg = "4202", "暂不支持该网络"
	}
	if more := x.more(); more != nil {
		body.Effort = more.Effort.String()
	}
	if limit := x.limit(); limit != nil {
		words := "发送过于频繁，请 %d 秒后再试"
		if scopeOf(limit) == scopeClient {
			body.Errno, words = "4202", "请求过于频繁，请 %d 秒后再试"
		}
		body.Errmsg = fmt.Sprintf(words, seconds(limit.RetryAfter))
	}
	if paused := x.paused(); paused != nil {
		body.Errmsg = fmt.Sprintf("服务暂停，请 %d 秒后再试", max(1, seconds(paused.RetryAfter)))
	}
	x.passport(status, body)
}

// passport answers in the tutorial's way.
func (x *exchange) passport(status int, body errnoBody) {
	x.errno = body.Errno
	x.json(status, "application/json", body)
}

// problem is a refusal as RFC 9457 has it.
type problem struct {
	Type         string `json:"type"`
	Title        string `json:"title"`
	Status       int    `json:"status"`
	Detail       string `json:"detail"`
	RequestID    string `json:"request_id"`
	RetryAfter   int    `json:"retry_after,omitempty"` // seconds
	AttemptsLeft *int   `json:"attempts_left,omitempty"`
	Scope        string `json:"scope,omitempty"`
	Effort       string `json:"effort,omitempty"` // that is needed

	// Of a message that was not sent, or of which nobody knows.
	Message      string `json:"message,omitempty"`      // "failed" or "unknown"
	Verification string `json:"verification,omitempty"` // the id, with "unknown"
	ResendAfter  int    `json:"resend_after,omitempty"` // seconds, with "unknown"
}

func (x *exchange) refuseProblem() {
	p := problem{
		Type:      "urn:cattlegrid:problem:" + x.refusal.slug,
		Title:     x.refusal.title,
		Status:    x.refusal.status,
		Detail:    x.refusal.detail,
		RequestID: x.id,
	}
	if wrong, ok := errors.AsType[*malformedError](x.err); ok {
		p.Detail = wrong.detail + "."
	}
	if wrong, ok := errors.AsType[*cattlegrid.WrongError](x.err); ok {
		p.AttemptsLeft = &wrong.AttemptsLeft
	}
	if denied := x.denied(); denied != nil {
		p.Scope = scopePhone
		if denied.Client {
			p.Scope = scopeClient
		}
	}
	if more := x.more(); more != nil {
		p.Effort = more.Effort.String()
	}
	if limit := x.limit(); limit != nil {
		p.RetryAfter, p.Scope = seconds(limit.RetryAfter), scopeOf(limit)
	}
	if x.refusal.cause == cattlegrid.ErrSend { //nolint:errorlint // the refusal's own cause, which is what it is known by
		p.Message, p.Verification = "failed", x.verification
		if p.Verification != "" {
			p.Message, p.ResendAfter = "unknown", seconds(x.resendAfter)
		}
	}
	if p.Status == http.StatusServiceUnavailable || p.Status == http.StatusConflict {
		p.RetryAfter = max(1, x.refusal.retryAfter)
	}
	if paused := x.paused(); paused != nil {
		p.RetryAfter = max(1, seconds(paused.RetryAfter))
	}
	if p.RetryAfter > 0 {
		x.Header().Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	x.json(p.Status, "application/problem+json", p)
}

// seconds rounds a wait up: who waits that long is not refused again.
func seconds(wait time.Duration) int {
	return int((wait + time.Second - 1) / time.Second)
}

// json writes a body of one JSON value, without a line feed, so that bodies can be compared byte by byte.
func (x *exchange) json(status int, mediaType string, value any) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(fmt.Errorf("encode an answer: %w", err)) // only for types that JSON cannot express
	}
	x.body(status, mediaType, bytes.TrimSuffix(body.Bytes(), []byte("\n")))
}

func (x *exchange) body(status int, mediaType string, body []byte) {
	x.Header().Set("Content-Type", mediaType)
	x.Header().Set("Content-Length", strconv.Itoa(len(body)))
	x.WriteHeader(status)
	_, _ = x.Write(body) // an error here means that the visitor has left
}
