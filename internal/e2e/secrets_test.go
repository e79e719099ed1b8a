package e2e_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// What a secret is. Codes and answers are so short that they are looked for as whole words only.
const (
	aNumber       = "phone number"
	aCode         = "code"
	anAnswer      = "answer"
	aKey          = "key"
	aChallenge    = "challenge id"
	aVerification = "verification id"
	aProof        = "proof"
)

// secrets are what nobody may read in a log. It is safe for concurrent use.
type secrets struct {
	mu    sync.Mutex
	short map[string]string // kinds of those that are looked for as words
	long  map[string]string // kinds of the others, by their beginning, which is as bad as the whole
}

// beginning is how many bytes are looked for; those of a number are all.
const beginning = 11

// add remembers a secret. An empty one is none.
func (s *secrets) add(kind, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.short == nil {
		s.short, s.long = map[string]string{}, map[string]string{}
	}
	switch {
	case kind == aCode || kind == anAnswer:
		s.short[secret] = kind
	case len(secret) >= beginning:
		s.long[secret[:beginning]] = kind
	}
}

// What is random or a time, and in exactly this form says nothing: by chance it may look like a code.
var meaningless = regexp.MustCompile(`"?\b(` +
	`time"?[=:]"?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)` +
	`|level"?[=:]"?(DEBUG|INFO|WARN|ERROR)` +
	`|duration_ms"?[=:]\d+(\.\d{1,3})?` +
	`|request_id"?[=:]"?[A-Z2-7]{26}` +
	`|retry after (\d+h)?(\d+m)?\d+(\.\d{1,9})?[mµn]?s` +
	`)\b"?`)

// found returns which kinds of secrets a text holds, and where.
func (s *secrets) found(text string) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text = meaningless.ReplaceAllString(text, "")
	found := map[string]string{}
	isNoDigit := func(r rune) bool { return r < '0' || r > '9' }
	isNoWord := func(r rune) bool { return isNoDigit(r) && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') }
	for _, end := range []func(rune) bool{isNoDigit, isNoWord} {
		for word := range strings.FieldsFuncSeq(text, end) {
			if kind, ok := s.short[word]; ok {
				found[kind] = line(text, word)
			}
		}
	}
	for i := range len(text) - beginning + 1 {
		if kind, ok := s.long[text[i:i+beginning]]; ok {
			found[kind] = line(text, text[i:i+beginning])
		}
	}
	return found
}

// line returns the line of text with part in it.
func line(text, part string) string {
	at := strings.Index(text, part)
	begin := strings.LastIndexByte(text[:at], '\n') + 1
	rest, _, _ := strings.Cut(text[begin:], "\n")
	return rest
}

// Each kind of secret is found wherever in a log it stands, and what only looks like one is not.
func TestSecretsAreFound(t *testing.T) {
	t.Parallel()
	var s secrets
	all := map[string]string{
		aNumber: "13800138000", aCode: "234567", anAnswer: "WARN", aKey: "c2VjcmV0IGtleQ",
		aChallenge: "1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b", aVerification: "AAECAwQFBgcICQoLDA0ODw", aProof: "eyJhbGciOiJFZERTQSJ9.e30.AAEC",
	}
	for kind, secret := range all {
		s.add(kind, secret)
	}
	const harmless = `time=2026-11-22T19:21:09.234567Z level=WARN msg=request duration_ms=234567.182 request_id=AAAABBBBCCCCDDDDEEEE234567 phone=138****8000 cause="limit reached, retry after 23h59m9.234567s"` + "\n" +
		`{"time":"2026-11-22T19:21:09.234567+08:00","level":"WARN","msg":"request","duration_ms":234567,"request_id":"AAAABBBBCCCCDDDDEEEE234567","cause":"limit reached, retry after 1.234567ms"}` + "\n"
	if found := s.found(harmless); len(found) > 0 {
		t.Errorf("found in a harmless log: %v", found)
	}
	for kind, secret := range all {
		for _, form := range []string{"%s", "cause=\"sent %s, then\"", `{"cause":"GET /v1/%s/check"}`, "（%s）", "duration_ms=1 time=%s", `"request_id":"%s"`} {
			text := harmless + fmt.Sprintf(form, secret) + "\n" + harmless
			if got := slices.Collect(maps.Keys(s.found(text))); len(got) != 1 || got[0] != kind {
				t.Errorf("in %q: found %q, want the %s", fmt.Sprintf(form, secret), got, kind)
			}
		}
	}
}
