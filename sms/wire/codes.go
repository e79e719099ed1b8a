package wire

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// Codes says what a provider's codes of failure mean. A key that ends in "*" stands for all codes that begin as it does and
// have no key of their own; of several the longest counts.
type Codes map[string]Meaning

// Meaning is what the operator should know of a code.
type Meaning struct {
	Class cattlegrid.SendClass
	Hint  string        // what has happened and, with Misconfigured, what to do about it
	Wait  time.Duration // with Throttled: when to try again, if the code says it
}

// Refuse is the error for a code. One without a meaning leaves the fate of the message Unknown.
func (c Codes) Refuse(code string) error {
	code = cleanCode(code)
	meaning, ok := c.find(code)
	if !ok {
		return &cattlegrid.SendError{Class: cattlegrid.Unknown, Code: code, Err: errors.New("the code is not known; look it up at the provider's")}
	}
	return &cattlegrid.SendError{Class: meaning.Class, Code: code, RetryAfter: meaning.Wait, Err: fmt.Errorf("%s", meaning.Hint)} //nolint:err113 // a hint is no sentinel
}

func (c Codes) find(code string) (Meaning, bool) {
	if m, ok := c[code]; ok {
		return m, true
	}
	for end := len(code); end >= 0; end-- {
		if m, ok := c[code[:end]+"*"]; ok {
			return m, true
		}
	}
	return Meaning{}, false
}

const (
	maxCodeLen = 64 // bytes
	malformed  = "malformed"
)

// cleanCode is a code that can be shown: providers' codes are words and numbers.
func cleanCode(code string) string {
	foreign := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._-:", r)
	}
	if len(code) > maxCodeLen || strings.ContainsFunc(code, foreign) {
		return malformed
	}
	return code
}
