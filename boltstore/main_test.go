package boltstore_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// No test leaves a goroutine behind. A test that needs a process of its own runs this binary again, see child_test.go.
func TestMain(m *testing.M) {
	if os.Getenv(childPath) != "" {
		child()
		return
	}
	goleak.VerifyTestMain(m)
}
