package route_test

import (
	"testing"

	"go.uber.org/goleak"
)

// A route has no goroutines, and leaves none behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
