package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
)

// do sends one command.
func (s *Store) do(ctx context.Context, cmd rueidis.Completed) rueidis.RedisResult {
	return s.await(ctx, func() rueidis.RedisResult { return s.client.Do(ctx, cmd) })
}

// await returns what Redis answers, or the error of ctx as soon as it is done. The client heeds ctx as well, but not where
// it waits for a connection that another caller is making, or for room in its queue.
func (s *Store) await(ctx context.Context, ask func() rueidis.RedisResult) rueidis.RedisResult {
	if ctx.Done() == nil {
		return ask()
	}
	answers, ok := s.answers.Get().(chan rueidis.RedisResult)
	if !ok {
		answers = make(chan rueidis.RedisResult, 1)
	}
	go func() { answers <- ask() }()
	select {
	case answer := <-answers:
		s.answers.Put(answers)
		return answer
	case <-ctx.Done():
		return rueidis.NewErrorResult(ctx.Err()) // answers will get its answer late, and goes with it
	}
}

// failure says what was being done, of an error that is no refusal. It keeps what Redis said to itself as far as that may repeat a key or a value.
func failure(ctx context.Context, doing string, err error) error {
	if err == nil || errors.Is(err, cattlegrid.ErrLimit) {
		return err
	}
	if answer, ok := rueidis.IsRedisErr(err); ok {
		return fmt.Errorf("redis store: %s: redis answers %s", doing, censored(answer.Error()))
	}
	if errors.Is(err, context.Canceled) && ctx.Err() == nil {
		// The connection was being made for another caller, who went away.
		return fmt.Errorf("redis store: %s: connecting was given up", doing)
	}
	return fmt.Errorf("redis store: %s: %w", doing, err)
}

// censored shortens an error of Redis to what cannot hold anything of ours: "unknown command 'GETDEL', with args beginning
// with: …" repeats the command's arguments, and a proxy may say anything.
func censored(answer string) string {
	code, rest, _ := strings.Cut(strings.TrimPrefix(answer, "ERR "), " ")
	switch {
	case strings.EqualFold(code, "unknown") && strings.Contains(rest, "command"):
		return "unknown command; it must be version 6.2 or later, with every command that the package comment names"
	case strings.HasPrefix(rest, "number of clients reached"):
		return "max number of clients reached"
	case len(code) < 3 || len(code) > 20 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		return "an error"
	}
	return code
}

func isWrongType(err error) bool {
	answer, ok := rueidis.IsRedisErr(err)
	return ok && strings.HasPrefix(answer.Error(), "WRONGTYPE")
}
