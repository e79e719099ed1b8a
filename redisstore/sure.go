package redisstore

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/rueidis"
)

// replicated is a client whose commands count as done when replicas have them as well.
type replicated struct {
	rueidis.Client
	replicas int64
}

// surely returns a client that waits for so many replicas.
func surely(client rueidis.Client, replicas int) rueidis.Client {
	if replicas == 0 {
		return client
	}
	return replicated{client, int64(replicas)}
}

// replicasError means that what was done may be forgotten by a failover.
type replicasError struct{ want, have int64 }

// Error implements error.
func (e *replicasError) Error() string {
	return fmt.Sprintf("redis.wait_replicas is %d, but %d replicas confirmed in time: a failover could forget it", e.want, e.have)
}

// longestWait bounds the waits of those who are in no hurry.
const longestWait = 10 * time.Second

// lastWord is how long before the end of its context a wait ends, so that who waited in vain hears why: Redis looks for waits
// that are over every 100 ms.
const lastWord = 150 * time.Millisecond

// waitFor is how long to wait for replicas.
func waitFor(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return longestWait
	}
	left := time.Until(deadline)
	return min(longestWait, left-min(lastWord, left/4))
}

// Do sends a command, and behind it in the same connection WAIT, which is about what that connection has written. The
// connection is one of its own: others would have to stand in line behind the wait. In a cluster that is also why a server
// that the command does not belong to is not replaced by the right one between the two.
func (r replicated) Do(ctx context.Context, cmd rueidis.Completed) rueidis.RedisResult {
	c, release := r.Client.Dedicate()
	defer release()
	wait := r.Client.B().Wait().Numreplicas(r.replicas).Timeout(max(1, waitFor(ctx).Milliseconds())).Build()
	answers := c.DoMulti(ctx, cmd, wait)
	for _, answer := range answers {
		if answer.NonRedisError() != nil && !rueidis.IsRedisNil(answer.Error()) {
			c.Close() // it may still be waiting
			return rueidis.NewErrorResult(answer.Error())
		}
	}
	if _, failed := rueidis.IsRedisErr(answers[0].Error()); failed && !rueidis.IsRedisNil(answers[0].Error()) {
		return answers[0]
	}
	switch n, err := answers[1].AsInt64(); {
	case err != nil:
		return rueidis.NewErrorResult(err)
	case n < r.replicas:
		return rueidis.NewErrorResult(&replicasError{want: r.replicas, have: n})
	}
	return answers[0]
}
