package cattlegrid

import (
	"crypto/rand"
	"fmt"
	"io"
	"math/big"
	"strings"
	"unicode"
)

// newCode returns a code of the given number of decimal digits, each code as likely as any other.
func newCode(random io.Reader, digits int) (string, error) {
	end := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	n, err := rand.Int(random, end)
	if err != nil {
		return "", fmt.Errorf("make a code: %w", err)
	}
	return fmt.Sprintf("%0*d", digits, n), nil
}

// fold brings what somebody typed to the form in which answers and codes are kept: no spaces, full-width letters and
// digits as plain ones (a Chinese input method writes them), upper case.
func fold(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return -1
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		}
		return unicode.ToUpper(r)
	}, typed)
}

func isCode(s string, digits int) bool {
	return len(s) == digits && strings.Trim(s, "0123456789") == ""
}
