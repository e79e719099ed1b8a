package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/cattlegrid/cattlegrid/work"
)

// Bounds of what is read, in bytes.
const (
	maxBodyLen   = 8 << 10
	maxMemberLen = 256
)

// member is one string of a request's body.
type member struct {
	name string
	to   *string
	rule rule
}

// rule says what a member is beyond a short string that has to be there. Rules add up.
type rule int

const (
	optional rule = 1 << iota // it may be missing or empty
	long                      // it may be as long as a proof of work
)

func (m member) maxLen() int {
	if m.rule&long != 0 {
		return work.MaxSolutionLen
	}
	return maxMemberLen
}

// decode reads the body, a JSON object, into its members.
func (x *exchange) decode(others others, members ...member) error {
	if !isJSON(x.r.Header.Get("Content-Type")) {
		return errMediaType
	}
	body, err := x.read()
	if err != nil {
		return err
	}
	return decodeObject(body, others, members)
}

// decodeNothing reads the body of a request that needs none: there is none, or an empty object.
func (x *exchange) decodeNothing() error {
	body, err := x.read()
	switch {
	case err != nil:
		return err
	case len(body) == 0:
		return nil
	case !isJSON(x.r.Header.Get("Content-Type")):
		return errMediaType
	}
	return decodeObject(body, refuseOthers, nil)
}

// read returns the body, of which no more than maxBodyLen is read.
func (x *exchange) read() ([]byte, error) { return x.readUpTo(maxBodyLen) }

func (x *exchange) readUpTo(most int64) ([]byte, error) {
	if x.r.ContentLength > most {
		x.Header().Set("Connection", "close") // rather than read the rest
		return nil, errTooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(x.ResponseWriter, x.r.Body, most))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, malformed("The body did not arrive completely", "请求体不完整")
	}
	return body, nil
}

func isJSON(contentType string) bool {
	mediaType, parameters, err := mime.ParseMediaType(contentType)
	if err != nil || mediaType != "application/json" {
		return false
	}
	charset, given := parameters["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}

// others says what becomes of members that nobody asked for.
type others bool

const (
	ignoreOthers others = true
	refuseOthers others = false
)

// decodeObject reads a JSON object (RFC 8259) into its members, which must be there and not be empty unless optional. Package
// json alone takes "MOBILE" for "mobile" and the last of two mobiles; a filter in front may have looked at the other one.
// So names are matched exactly and no name may appear twice. Errors repeat nothing of the body.
func decodeObject(body []byte, others others, members []member) error {
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return malformed("The body is empty", "请求体为空")
	case !utf8.Valid(body) || !json.Valid(body):
		return errNotJSON
	}
	d := json.NewDecoder(bytes.NewReader(body))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return malformed("The body is not a JSON object", "请求体应为 JSON 对象")
	}
	for seen := map[string]bool{}; d.More(); {
		token, err := d.Token()
		name, ok := token.(string)
		var value json.RawMessage
		if err != nil || !ok || d.Decode(&value) != nil {
			return errNotJSON
		}
		if seen[name] {
			return malformed("A member appears twice", "参数重复")
		}
		seen[name] = true
		if err := take(name, value, others, members); err != nil {
			return err
		}
	}
	return missing(members)
}

// take puts a value where it belongs.
func take(name string, value json.RawMessage, others others, members []member) error {
	for _, m := range members {
		switch {
		case m.name != name:
			continue
		case value[0] != '"' || json.Unmarshal(value, m.to) != nil:
			return malformed(name+" must be a string", "参数 "+name+" 应为字符串")
		case len(*m.to) > m.maxLen():
			return malformed(name+" is too long", "参数 "+name+" 过长")
		}
		return nil
	}
	switch {
	case others == ignoreOthers:
		return nil
	case members == nil:
		return malformed("The body has a member, where none is known", "存在未知参数")
	default:
		return malformed("The body has a member other than "+names(members, ", "), "存在未知参数")
	}
}

func missing(members []member) error {
	var absent []member
	for _, m := range members {
		if *m.to == "" && m.rule&optional == 0 {
			absent = append(absent, m)
		}
	}
	if absent == nil {
		return nil
	}
	return malformed("Missing or empty: "+names(absent, ", "), "参数不全")
}

func names(members []member, separator string) string {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.name
	}
	return strings.Join(names, separator)
}
