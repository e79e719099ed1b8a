package httpapi_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/httpapi"
)

// Values arrive as JSON means them.
func TestDecodeObject(t *testing.T) {
	for name, body := range map[string]string{
		"plain":       `{"a":"手机","b":"2"}`,
		"other order": `{"b":"2","a":"手机"}`,
		"escapes":     `{"\u0061":"\u624b\u673a","b":"\u0032"}`,
		"white space": " {\n\t\"a\" : \"手机\" ,\r \"b\" : \"2\" } ",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := httpapi.DecodeObject([]byte(body), false, "a", "b")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[string]string{"a": "手机", "b": "2"}, got); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
		})
	}
}

// Who sends too little is told what is missing, and who sends too much what there is; neither is told what was sent.
func TestDecodeObjectError(t *testing.T) {
	for body, want := range map[string]string{
		`{"phone":"13800138000"}`:                          "Missing or empty: answer, purpose",
		`{"phone":"1","answer":"","purpose":"x"}`:          "Missing or empty: answer",
		`{"13800138000":"x"}`:                              "The body has a member other than phone, answer, purpose",
		`{"phone":13800138000}`:                            "phone must be a string",
		`{"phone":"` + strings.Repeat("1", 257) + `"}`:     "phone is too long",
		`{"phone":"1","phone":"13800138000"}`:              "A member appears twice",
		`{"phone":"13800138000",}`:                         "The body is not a JSON value in UTF-8",
		`{"phone":"1","answer":"a","purpose":"x"} trailer`: "The body is not a JSON value in UTF-8",
	} {
		t.Run(want, func(t *testing.T) {
			_, err := httpapi.DecodeObject([]byte(body), false, "phone", "answer", "purpose")
			if err == nil || err.Error() != want || !errors.Is(err, httpapi.ErrMalformed) {
				t.Errorf("%s: got %v, want %s", body, err, want)
			}
		})
	}
}

// What is taken is an object of JSON with each member once, and its strings are those that it has. What is refused is
// refused as malformed, and for a reason.
func FuzzDecode(f *testing.F) {
	for _, body := range []string{
		`{"a":"1","b":"2"}`, `{"a":"1","b":"2","c":{"d":[1e999]}}`, `{"A":"1","a":"1","b":"2"}`, `{"a":"1","a":"1","b":"2"}`,
		`{"a":"\ud800","b":"\u0000"}`, `{"a":1,"b":null}`, "", "{}", "[]", "null", "{\"a\":\"\xff\",\"b\":\"1\"}", `{"a":"1","b":"2"}{}`, "\ufeff{}",
	} {
		f.Add([]byte(body), true)
		f.Add([]byte(body), false)
	}
	f.Fuzz(func(t *testing.T, body []byte, ignore bool) {
		got, err := httpapi.DecodeObject(body, ignore, "a", "b")
		var object map[string]json.RawMessage
		plain := json.Unmarshal(body, &object)
		if err != nil {
			if !errors.Is(err, httpapi.ErrMalformed) || strings.TrimSpace(err.Error()) == "" {
				t.Errorf("%q: got %v, want a malformed request", body, err)
			}
			return
		}
		if plain != nil || !utf8.Valid(body) {
			t.Fatalf("%q was taken: %v", body, plain)
		}
		if !ignore && len(object) != 2 {
			t.Errorf("%q was taken with %d members", body, len(object))
		}
		for _, name := range []string{"a", "b"} {
			var want string
			if err := json.Unmarshal(object[name], &want); err != nil {
				t.Errorf("%q: %s was taken: %v", body, name, err)
			}
			if got[name] != want || want == "" || len(want) > httpapi.MaxMemberLen {
				t.Errorf("%q: %s is %q, want %q, neither empty nor long", body, name, got[name], want)
			}
		}
	})
}
