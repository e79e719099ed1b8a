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
)

// Bounds of what is read, in bytes.
const (
	maxBodyLen   = 8 << 10
	maxMemberLen = 256
)

// member is one required string of a request's body.
type member struct {
	name string
	to   *string
}

// decode reads the body, a JSON object, into its members.
func (x *exchange) decode(others others, members ...member) error {
	if !isJSON(x.r.Header.Get("Content-Type")) {
		return errMediaType
	}
	if x.r.ContentLength > maxBodyLen {
		x.Header().Set("Connection", "close") // rather than read the rest
		return errTooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(x.ResponseWriter, x.r.Body, maxBodyLen))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return errTooLarge
	}
	if err != nil {
		return malformed("The body did not arrive completely", "请求体不完整")
	}
	return decodeObject(body, others, members)
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

// decodeObject reads a JSON object (RFC 8259) into its members, all of which must be there and not be empty. Package
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
		case len(*m.to) > maxMemberLen:
			return malformed(name+" is too long", "参数 "+name+" 过长")
		}
		return nil
	}
	if others == refuseOthers {
		return malformed("The body has a member other than "+names(members, ", "), "存在未知参数")
	}
	return nil
}

func missing(members []member) error {
	var absent []member
	for _, m := range members {
		if *m.to == "" {
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
