package redisstore

import (
	"context"
	_ "embed" // for the scripts

	"github.com/redis/rueidis"
)

// What several scripts need stands in fragments before them.
var (
	//go:embed lua/clock.lua
	clockLua string
	//go:embed lua/account.lua
	accountLua string
	//go:embed lua/charge.lua
	chargeLua string
	//go:embed lua/record.lua
	recordLua string
	//go:embed lua/marker.lua
	markerLua string
	//go:embed lua/afford.lua
	affordLua string
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
	//go:embed lua/weigh.lua
	weighLua string
	//go:embed lua/refund.lua
	refundLua string
	//go:embed lua/settle.lua
	settleLua string
)

// scripts are the verbs that no single command of Redis can do, and weigh, which tells what would be refused.
type scripts struct {
	put, keep, peek, attempt, spend, weigh, refund, settle *rueidis.Lua
}

// newScripts returns the scripts with the given clock.
func newScripts(clock string) scripts {
	accounts := clock + accountLua + chargeLua
	debits := accounts + recordLua + markerLua + affordLua
	// None is to be repeated by the client: a guess whose answer was lost may have been made.
	return scripts{
		put:     rueidis.NewLuaScript(debits + secretLua + putLua),
		keep:    rueidis.NewLuaScript(debits + secretLua + keepLua),
		peek:    rueidis.NewLuaScript(secretLua + peekLua),
		attempt: rueidis.NewLuaScript(debits + secretLua + attemptLua),
		spend:   rueidis.NewLuaScript(debits + spendLua),
		weigh:   rueidis.NewLuaScript(debits + secretLua + weighLua),
		refund:  rueidis.NewLuaScript(accounts + refundLua),
		settle:  rueidis.NewLuaScript(debits + settleLua),
	}
}

// exec runs a script. It is known to the server by its digest, and sent only to one that does not know it: a new one, or
// one that was restarted.
func (s *Store) exec(ctx context.Context, script *rueidis.Lua, keys, args []string) (reply, error) {
	client := s.client
	if s.scripts.decides(script) {
		client = s.sure
	}
	return readReply(s.await(ctx, func() rueidis.RedisResult { return script.Exec(ctx, client, keys, args) }))
}

// decides reports whether something may be granted or accepted because of what a script does, which must not be forgotten: put
// is among them since it charges. What the others do makes matters stricter if it is.
func (s *scripts) decides(script *rueidis.Lua) bool {
	return script == s.put || script == s.keep || script == s.attempt || script == s.spend
}
