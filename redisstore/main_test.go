package redisstore_test

import (
	"testing"

	"go.uber.org/goleak"
)

// No verb leaves a goroutine behind, not even one that was given up. The client of a cluster does, for five seconds after
// it looked where the slots lie: then it closes the connections that it has no more use for.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/redis/rueidis.(*clusterClient)._refresh.func2"))
}
