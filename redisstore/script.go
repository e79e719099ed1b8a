package redisstore

import (
	"context"
	_ "embed" // for the scripts
	"strconv"
	"time"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
)

// What several scripts need stands in fragments before them.
var (
	//go:embed lua/limit.lua
	limitLua string
	//go:embed lua/secret.lua
	secretLua string
	//go:embed lua/put.lua
	putLua string
	//go:embed lua/keep.lua
	keepLua string
	//go:embed lua/peek.lua
	peekLua string
	//go:embed lua/attempt.lua
	attemptLua string
	//go:embed lua/spend.lua
	spendLua string
	//go:embed lua/refund.lua
	refundLua string
)

// scripts are the verbs that no single command of Redis can do.
type scripts struct {
	put, keep, peek, attempt, spend, refund *rueidis.Lua
}

func newScripts() scripts {
	// None is to be repeated by the client: a guess whose answer was lost may have been made.
	return scripts{
		put:     rueidis.NewLuaScript(limitLua + secretLua + putLua),
		keep:    rueidis.NewLuaScript(limitLua + secretLua + keepLua),
		peek:    rueidis.NewLuaScript(secretLua + peekLua),
		attempt: rueidis.NewLuaScript(limitLua + secretLua + attemptLua),
		spend:   rueidis.NewLuaScript(limitLua + spendLua),
		refund:  rueidis.NewLuaScript(limitLua + refundLua),
	}
}

// exec runs a script. It is known to the server by its digest, and sent only to one that does not know it: a new one, or
// one that was restarted.
func (s *Store) exec(ctx context.Context, script *rueidis.Lua, keys, args []string) (reply, error) {
	return readReply(s.await(ctx, func() rueidis.RedisResult { return script.Exec(ctx, s.client, keys, args) }))
}

// withDebits appends what scripts want to know of debits. Lua's numbers are exact for all that [guard.Validate] lets pass.
func withDebits(keys, args []string, debits []cattlegrid.Debit) (allKeys, allArgs []string) {
	for _, d := range debits {
		// A window that is no whole number of microseconds counts as the next longer.
		window := (d.Limit.Window-1)/time.Microsecond + 1
		keys = append(keys, d.Key)
		args = append(args, d.ID, strconv.Itoa(d.Cost), strconv.Itoa(d.Limit.Max), strconv.FormatInt(int64(window), 10))
	}
	return keys, args
}
