package redisstore_test

import (
	"testing"

	"go.uber.org/goleak"
)

// No verb leaves a goroutine behind, not even one that was given up.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
