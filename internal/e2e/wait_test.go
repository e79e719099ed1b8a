package e2e_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// await returns when ok says true, and fails the test if it does not in time.
func await(t testing.TB, what string, within time.Duration, ok func() bool) {
	t.Helper()
	redistest.AwaitWithin(t, what, within, ok)
}

// each runs do n times, some at once, and returns what each run gave when all are done.
func each[R any](n int, do func(i int) R) []R {
	const workers = 16
	results := make([]R, n)
	var next atomic.Int64
	all(workers, func(int) bool {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			results[i] = do(i)
		}
		return true
	})
	return results
}

// all runs do in n goroutines that start at once, and returns what each gave when all are done.
func all[R any](n int, do func(i int) R) []R {
	results := make([]R, n)
	var done sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		done.Go(func() {
			<-start
			results[i] = do(i)
		})
	}
	close(start)
	done.Wait()
	return results
}
