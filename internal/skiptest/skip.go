// Package skiptest is for tests against programs that are not Go's: a Redis, a browser, another SMSC. On a laptop with Go alone
// such tests are skipped and say what to install; where the variable CI or CATTLEGRID_TEST_REQUIRE is set to anything, they fail.
package skiptest

import (
	"os"
	"testing"
)

// Missing ends a test for want of something. The text says of what, and where to get it.
func Missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") != "" || os.Getenv("CATTLEGRID_TEST_REQUIRE") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}
