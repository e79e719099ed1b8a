package httpapi

import (
	"errors"
	"net/http"

	"github.com/cattlegrid/cattlegrid"
)

// What goes wrong before a request reaches the gate.
var (
	errNotFound     = errors.New("no such path")
	errMethod       = errors.New("method not allowed")
	errCrossOrigin  = errors.New("request from another site")
	errMediaType    = errors.New("the body is not application/json")
	errTooLarge     = errors.New("the body is too large")
	errMalformed    = errors.New("malformed request")
	errNoMessage    = errors.New("no message to this phone")
	errEarlyReceipt = errors.New("a receipt about a message that is not known yet")
	errStopping     = errors.New("the process is going to stop")
	errNotJSON      = malformed("The body is not a JSON value in UTF-8", "请求体不是合法的 JSON")
)

// errSaveChallenge is a failure of the store for which the tutorial has words of its own.
var errSaveChallenge = errors.New("save the challenge")

// refusal is what an error is in both dialects.
type refusal struct {
	cause error

	slug   string // ends the problem's type
	status int
	title  string
	detail string // for the developer who reads the problem

	errno  string
	errmsg string // for the visitor who reads the alert

	retryAfter int // seconds; 0 means that the error says it, if anything does

	outside bool // not part of the tutorial's contract: the status is told under /passport/ too
}

// refusals is tried from top to bottom: a failure to send may carry a failure of the store, and whatever the sender says.
var refusals = []refusal{
	{
		cause: errNotFound, slug: "not-found", status: http.StatusNotFound, title: "Not found",
		detail: "There is nothing at this path. docs/openapi.yaml lists all there are.",
		errno:  "4201", errmsg: "非法请求：路径不存在", outside: true,
	},
	{
		cause: errMethod, slug: "method-not-allowed", status: http.StatusMethodNotAllowed, title: "Method not allowed",
		detail: "The Allow header names the methods that this path has.",
		errno:  "4201", errmsg: "非法请求：请求方法不正确", outside: true,
	},
	{
		cause: errCrossOrigin, slug: "cross-origin", status: http.StatusForbidden, title: "Request from another site",
		detail: "A browser sent this from a page of another origin, which is not among the trusted origins.",
		errno:  "4201", errmsg: "非法请求：来自其他网站", outside: true,
	},
	{
		cause: errOverload, slug: "overloaded", status: http.StatusServiceUnavailable, title: "Too many at once",
		detail: "The server has as much to do as it can. Nothing was done; wait as many seconds as retry_after says.",
		errno:  overloadErrno, errmsg: overloadErrmsg, outside: true, retryAfter: retryOverload,
	},
	{
		cause: errStopping, slug: "stopping", status: http.StatusServiceUnavailable, title: "Stopping",
		detail: "This process was told to stop. It serves on for a while; send new visitors to another one.",
		errno:  unexpected.errno, errmsg: "服务正在停止", outside: true,
	},
	{
		cause: errMediaType, slug: "unsupported-media-type", status: http.StatusUnsupportedMediaType, title: "The body is not JSON",
		detail: "Send the body as JSON in UTF-8, with Content-Type: application/json.",
		errno:  "4103", errmsg: "参数错误：请以 application/json 格式提交",
	},
	{
		cause: errTooLarge, slug: "too-large", status: http.StatusRequestEntityTooLarge, title: "The body is too large",
		detail: "A body may have 8192 bytes at most.",
		errno:  "4103", errmsg: "参数错误：请求体过大",
	},
	{
		cause: errMalformed, slug: "bad-request", status: http.StatusBadRequest, title: "Malformed request",
		errno: "4103", errmsg: "参数错误",
	},
	{
		cause: cattlegrid.ErrReceipt, slug: "bad-receipt", status: http.StatusForbidden, title: "Not a receipt",
		detail: "This is not what the provider posts, or not signed by it, or the token in the URL is missing or wrong.",
		errno:  "4201", errmsg: "非法请求", outside: true,
	},
	{
		cause: errEarlyReceipt, slug: "early-receipt", status: http.StatusServiceUnavailable, title: "Not known yet",
		detail: "Nothing is known yet of a message that was sent a moment ago. Report again.",
		errno:  "4002", errmsg: "无数据", outside: true,
	},
	{
		cause: cattlegrid.ErrNoMessage, slug: "not-found", status: http.StatusNotFound, title: "No message",
		detail: "Nothing is known of this message: it was sent more than three days ago, or receipts are not taken.",
		errno:  "4002", errmsg: "无数据",
	},
	{
		cause: errNoMessage, slug: "not-found", status: http.StatusNotFound, title: "No message",
		detail: "No message was sent to this phone since the server started.",
		errno:  "4002", errmsg: "无数据",
	},
	{
		cause: cattlegrid.ErrMissing, slug: "bad-request", status: http.StatusBadRequest, title: "Malformed request",
		detail: "A required field is missing or empty.",
		errno:  "4103", errmsg: "参数不全",
	},
	{
		cause: cattlegrid.ErrChallengeID, slug: "bad-challenge-id", status: http.StatusBadRequest, title: "Malformed challenge id",
		detail: "The id of a challenge is 8 to 64 letters, digits, hyphens or underscores, normally a UUID.",
		errno:  "4103", errmsg: "图片验证码编号格式不正确",
	},
	{
		cause: cattlegrid.ErrPhone, slug: "bad-phone", status: http.StatusBadRequest, title: "Malformed phone number",
		detail: "This is not one phone number that can receive an SMS here.",
		errno:  "4103", errmsg: "手机号格式不正确",
	},
	{
		cause: cattlegrid.ErrLanguage, slug: "bad-language", status: http.StatusBadRequest, title: "Unknown language",
		detail: "Challenges are spoken in zh and en.",
		errno:  "4103", errmsg: "参数错误",
	},
	{
		cause: cattlegrid.ErrPurpose, slug: "bad-purpose", status: http.StatusBadRequest, title: "Unknown purpose",
		detail: "The purpose is not among those that this gate is configured for.",
		errno:  "4103", errmsg: "参数错误",
	},
	{
		cause: cattlegrid.ErrCode, slug: "bad-code", status: http.StatusBadRequest, title: "Malformed code",
		detail: "A code is the digits of the message. No attempt was counted.",
		errno:  "4103", errmsg: "短信验证码格式不正确",
	},
	{
		cause: cattlegrid.ErrChallengeExpired, slug: "challenge-expired", status: http.StatusGone, title: "Challenge expired",
		detail: "The challenge was never shown, has expired or was answered before. Show another one.",
		errno:  "4002", errmsg: "图片验证码已过期",
	},
	{
		cause: cattlegrid.ErrUnspeakable, slug: "unspeakable", status: http.StatusUnprocessableEntity, title: "This challenge cannot be spoken",
		detail: "The challenge is in Chinese characters, whose sounds do not tell how they are written.",
		errno:  "4103", errmsg: "参数错误",
	},
	{
		cause: cattlegrid.ErrSpeechLimit, slug: "speech-limit", status: http.StatusTooManyRequests, title: "Spoken too often",
		detail: "The challenge was spoken three times, which is all there is to hear of it. It can still be answered; to listen again, show another one.",
		errno:  "4201", errmsg: "请求次数受限",
	},
	{
		cause: cattlegrid.ErrWrongAnswer, slug: "wrong-answer", status: http.StatusUnprocessableEntity, title: "Wrong answer",
		detail: "The answer is not what the challenge asks for. The challenge is used up: show another one.",
		errno:  "4004", errmsg: "图片验证码错误",
	},
	{
		cause: cattlegrid.ErrVerificationExpired, slug: "verification-expired", status: http.StatusGone, title: "Verification expired",
		detail: "The verification was never begun, has expired, was approved before or had too many wrong codes. Send another code.",
		errno:  "4002", errmsg: "短信验证码已过期",
	},
	{
		cause: cattlegrid.ErrWrong, slug: "wrong-code", status: http.StatusUnprocessableEntity, title: "Wrong code",
		detail: "The code is not the one that was sent. With no attempts left, send another code.",
		errno:  "4004", errmsg: "短信验证码错误",
	},
	{
		cause: cattlegrid.ErrKey, slug: "bad-idempotency-key", status: http.StatusBadRequest, title: "Malformed idempotency key",
		detail: "The Idempotency-Key header is 1 to 255 visible characters of ASCII, normally a UUID; quotes around it do not count.",
		errno:  "4103", errmsg: "参数错误：Idempotency-Key 格式不正确",
	},
	{
		cause: cattlegrid.ErrKeyReused, slug: "idempotency-key-reused", status: http.StatusUnprocessableEntity, title: "Idempotency key of another request",
		detail: "Another request was made with this Idempotency-Key. A key is good for one request and its repeats.",
		errno:  "4103", errmsg: "参数错误：Idempotency-Key 已用于其他请求",
	},
	{
		cause: cattlegrid.ErrInProgress, slug: "in-progress", status: http.StatusConflict, title: "In progress",
		detail: "The first request with this Idempotency-Key is not answered yet. Ask again in a moment.",
		errno:  "4201", errmsg: "上一个请求正在处理，请稍后再试",
	},
	{
		cause: cattlegrid.ErrSend, slug: "send-failed", status: http.StatusBadGateway, title: "The message was not sent",
		detail: "The provider did not take the message or, if message is unknown, did not say whether it did; then a code that arrives is good for the verification. Show another challenge to try again, under another Idempotency-Key.",
		errno:  "4301", errmsg: "发送短信失败",
	},
	{
		cause: cattlegrid.ErrWork, slug: "bad-work", status: http.StatusUnprocessableEntity, title: "Wrong proof of work",
		detail: "The proof of work is wrong, or missing where it stands in place of an answer. The challenge is used up: show another one.",
		errno:  "4004", errmsg: "工作量证明无效",
	},
	{
		cause: cattlegrid.ErrDenied, slug: "not-served", status: http.StatusForbidden, title: "Not served",
		detail: "No message goes to this number, or from this network. Waiting does not help.",
		errno:  "4201", errmsg: "暂不支持向该号码发送短信",
	},
	{
		cause: cattlegrid.ErrMore, slug: "harder-challenge", status: http.StatusPreconditionRequired, title: "A harder challenge is needed",
		detail: "The answer was right, but it takes one to a harder challenge, as effort says. Show one: GET /passport/image_code with this effort.",
		errno:  "4201", errmsg: "请完成更难的验证",
	},
	{
		cause: cattlegrid.ErrLimit, slug: "rate-limited", status: http.StatusTooManyRequests, title: "Too many requests",
		detail: "Wait as many seconds as retry_after says.",
		errno:  "4201", errmsg: "请求次数受限",
	},
	{
		cause: cattlegrid.ErrPaused, slug: "store-paused", status: http.StatusServiceUnavailable, title: "Paused",
		detail: "The store has lost data, so that nothing is granted until what was used before is no longer good. No message was sent; wait as many seconds as retry_after says.",
		errno:  "4001", errmsg: "服务暂停，请稍后再试",
	},
	{
		cause: errSaveChallenge, slug: "store-unavailable", status: http.StatusServiceUnavailable, title: "Temporarily unavailable",
		detail: "The store did not answer in time, so the challenge was not saved.",
		errno:  "4004", errmsg: "保存图片验证码失败",
	},
	{
		cause: cattlegrid.ErrStore, slug: "store-unavailable", status: http.StatusServiceUnavailable, title: "Temporarily unavailable",
		detail: "The store did not answer in time. No message was sent.",
		errno:  "4001", errmsg: "数据库查询错误",
	},
}

// unexpected is every other error. Its cause is for the log alone.
var unexpected = refusal{
	slug: "internal", status: http.StatusInternalServerError, title: "Internal error",
	detail: "Something went wrong on the server. Its log has a line with this request_id.",
	errno:  "4500", errmsg: "内部错误",
}

func refusalOf(err error) refusal {
	for _, r := range refusals {
		if errors.Is(err, r.cause) {
			return r
		}
	}
	return unexpected
}

// malformedError says what is wrong with a request, in both dialects. It is errMalformed.
type malformedError struct {
	detail string
	errmsg string
}

func malformed(detail, errmsg string) error { return &malformedError{detail: detail, errmsg: errmsg} }

func (e *malformedError) Error() string { return e.detail }

func (e *malformedError) Is(target error) bool { return target == errMalformed }
