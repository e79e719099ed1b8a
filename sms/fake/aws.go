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
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// AWS is AWS End User Messaging SMS, with SNS for receipts.
type AWS struct {
	AccessKeyID, SecretAccessKey string
	Region                       string
	TopicARN                     string           // "" means that there are no receipts
	Now                          func() time.Time // nil means time.Now
}

var _ Provider = AWS{}

// Name implements [Provider].
func (AWS) Name() string { return "aws" }

// textMessage is the input of SendTextMessage, as far as a sender of codes may use it.
type textMessage struct {
	DestinationPhoneNumber string
	OriginationIdentity    *string
	MessageBody            string
	MessageType            *string
	ConfigurationSetName   *string
	Context                map[string]string
	TimeToLive             *int
	MaxPrice               *string
	MessageFeedbackEnabled *bool
}

var (
	awsNumber = regexp.MustCompile(`^\+?[1-9][0-9]{1,18}$`)
	awsOrigin = regexp.MustCompile(`^[A-Za-z0-9_:/+-]{1,256}$`)
	awsSet    = regexp.MustCompile(`^[A-Za-z0-9_:/-]{1,256}$`)
	awsPrice  = regexp.MustCompile(`^[0-9]{0,2}\.[0-9]{1,5}$`)
	awsKey    = regexp.MustCompile(`^\S{1,100}$`)
)

// Receive implements [Provider].
func (a AWS) Receive(r *http.Request, body []byte) (Message, error) {
	if err := a.authentic(r, body); err != nil {
		return Message{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	if r.Method != http.MethodPost || r.URL.RawQuery != "" || r.Header.Get("Content-Type") != "application/x-amz-json-1.0" ||
		r.Header.Get("X-Amz-Target") != "PinpointSMSVoiceV2.SendTextMessage" {
		return Message{}, errors.New("want POST of SendTextMessage")
	}
	var in textMessage
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		return Message{}, fmt.Errorf("the body is none of SendTextMessage: %w", err)
	}
	m := Message{To: in.DestinationPhoneNumber, Ref: in.Context["ref"], Text: in.MessageBody, From: awsText(in.OriginationIdentity)}
	return m, in.check()
}

func awsText(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (in textMessage) check() error {
	bad := func(s *string, want *regexp.Regexp) bool { return s != nil && !want.MatchString(*s) }
	switch {
	case !awsNumber.MatchString(in.DestinationPhoneNumber) || in.DestinationPhoneNumber[0] != '+':
		return errors.New("DestinationPhoneNumber is malformed")
	case strings.TrimSpace(in.MessageBody) == "" || len([]rune(in.MessageBody)) > 1600:
		return errors.New("MessageBody is empty or too long")
	case in.MessageType != nil && *in.MessageType != "TRANSACTIONAL" && *in.MessageType != "PROMOTIONAL":
		return errors.New("MessageType is neither")
	case in.TimeToLive != nil && (*in.TimeToLive < 5 || *in.TimeToLive > 259200):
		return errors.New("TimeToLive is out of range")
	case bad(in.OriginationIdentity, awsOrigin) || bad(in.ConfigurationSetName, awsSet) || bad(in.MaxPrice, awsPrice):
		return errors.New("OriginationIdentity, ConfigurationSetName or MaxPrice is malformed")
	case len(in.Context) > 5:
		return errors.New("the Context has more than 5 entries")
	}
	for k, v := range in.Context {
		if !awsKey.MatchString(k) || v == "" || len(v) > 800 || strings.TrimSpace(v) != v {
			return errors.New("the Context has a malformed entry")
		}
	}
	return nil
}

var sigV4 = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=([^/]+)/([0-9]{8})/([a-z0-9-]+)/([a-z-]+)/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$`)

func (a AWS) authentic(r *http.Request, body []byte) error {
	parts := sigV4.FindStringSubmatch(r.Header.Get("Authorization"))
	if parts == nil || parts[1] != a.AccessKeyID {
		return errors.New("no such access key, or no signature")
	}
	date := r.Header.Get("X-Amz-Date")
	at, err := time.Parse("20060102T150405Z", date)
	if err != nil || a.now().Sub(at).Abs() > 15*time.Minute || parts[2] != date[:8] {
		return errors.New("the date is off")
	}
	if parts[3] != a.Region || parts[4] != "sms-voice" {
		return errors.New("the signature is for another region or service")
	}
	signed := strings.Split(parts[5], ";")
	if !slices.IsSorted(signed) || !slices.Contains(signed, "host") {
		return errors.New("the signed headers are not in order, or without the host")
	}
	for name := range r.Header {
		if name := strings.ToLower(name); (strings.HasPrefix(name, "x-amz-") || name == "content-type") && !slices.Contains(signed, name) {
			return errors.New(name + " is not signed")
		}
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s\n%s\n%s\n", r.Method, r.URL.EscapedPath(), r.URL.RawQuery)
	for _, name := range signed {
		fmt.Fprintf(&text, "%s:%s\n", name, awsHeader(r, name))
	}
	fmt.Fprintf(&text, "\n%s\n%x", parts[5], sha256.Sum256(body))
	scope := strings.Join([]string{parts[2], parts[3], parts[4], "aws4_request"}, "/")
	key := []byte("AWS4" + a.SecretAccessKey)
	for part := range strings.SplitSeq(scope, "/") {
		key = awsHMAC(key, part)
	}
	want := awsHMAC(key, fmt.Sprintf("AWS4-HMAC-SHA256\n%s\n%s\n%x", date, scope, sha256.Sum256(text.Bytes())))
	if !hmac.Equal([]byte(hex.EncodeToString(want)), []byte(parts[6])) {
		return errors.New("the signature is wrong")
	}
	return nil
}

func (a AWS) now() time.Time {
	if a.Now != nil {
		return a.Now()
	}
	return time.Now()
}

// awsHeader is one of a request that was received; its server takes some out of the others.
func awsHeader(r *http.Request, name string) string {
	switch name {
	case "host":
		return r.Host
	case "content-length":
		return strconv.FormatInt(r.ContentLength, 10)
	default:
		return strings.TrimSpace(strings.Join(r.Header.Values(name), ","))
	}
}

func awsHMAC(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// Accept implements [Provider].
func (AWS) Accept(w http.ResponseWriter, m Message) {
	writeAWS(w, http.StatusOK, map[string]any{"MessageId": m.ID})
}

// Refuse implements [Provider].
func (AWS) Refuse(w http.ResponseWriter, o Outcome) {
	const space = "com.amazonaws.pinpointsmsvoicev2#"
	status, answer := http.StatusBadRequest, map[string]any{"Message": "refused"}
	switch o {
	case Busy:
		status, answer["__type"] = http.StatusServiceUnavailable, "ServiceUnavailable"
	case BadNumber:
		answer["__type"], answer["Reason"] = space+"ValidationException", "FIELD_VALIDATION_FAILED"
		answer["Fields"] = []map[string]string{{"Name": "DestinationPhoneNumber", "Message": "malformed"}}
	case BadKey:
		status, answer["__type"] = http.StatusForbidden, "InvalidSignatureException"
	case Throttle:
		answer["__type"], answer["Message"] = space+"ThrottlingException", "Rate exceeded"
	case Unpaid:
		answer["__type"], answer["Reason"] = space+"ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"
	case UnknownCode:
		answer["__type"] = space + "NeverHeardOfException"
	default:
		answer["__type"], answer["Reason"] = space+"ConflictException", "REGISTRATION_NOT_COMPLETE"
		answer["ResourceType"], answer["ResourceId"] = "sender-id", "unregistered"
	}
	writeAWS(w, status, answer)
}

func writeAWS(w http.ResponseWriter, status int, answer map[string]any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("X-Amzn-Requestid", newID())
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // whoever asked may be gone
}
