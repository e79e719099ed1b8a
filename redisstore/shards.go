package redisstore

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
)

// giveBackTimeout bounds how long it takes to give back what shards have charged. A refusal waits for that no longer than
// its context.
const giveBackTimeout = 2 * time.Second

// shard is the debits of a step that lie under one hash tag, and thus on one server of a cluster.
type shard struct {
	tag    string
	debits []cattlegrid.Debit
	places []int // of debits in the step
	moved  map[string]move
}

// split splits debits by their tags. Records lie with the debits that name them.
func split(debits []cattlegrid.Debit) ([]shard, error) {
	var shards []shard
	for i, d := range debits {
		tag := tagOf(d.Key + suffix)
		if !liesUnder(tag, d) {
			return nil, errors.New("a debit and its records lie on two servers of the cluster")
		}
		n := 0
		for n < len(shards) && shards[n].tag != tag {
			n++
		}
		if n == len(shards) {
			shards = append(shards, shard{tag: tag})
		}
		shards[n].debits = append(shards[n].debits, d)
		shards[n].places = append(shards[n].places, i)
	}
	return shards, nil
}

// liesUnder reports whether all records that d names lie under the tag.
func liesUnder(tag string, d cattlegrid.Debit) bool {
	if d.Record != "" && tagOf(d.Record+suffix) != tag {
		return false
	}
	if d.Lane != nil {
		for _, rank := range d.Lane.Ranks {
			if tagOf(rank.Record+suffix) != tag {
				return false
			}
		}
	}
	return true
}

// tagOf is the part of a key that says where it lies in a cluster: what stands in the first braces, or else all of it.
func tagOf(key string) string {
	if _, rest, ok := strings.Cut(key, "{"); ok {
		if tag, _, ok := strings.Cut(rest, "}"); ok && tag != "" {
			return tag
		}
	}
	return key
}

// outcome is what one shard said to its part of a step.
type outcome struct {
	reply    reply
	refusals []refusal
	err      error
}

// stepOnShards is step in a cluster. A script sees one server only, so the debits of the others are charged first. Only
// when all of them fit is the verb's own script run, and what it does not want charged after all is given back. Meanwhile
// others may be refused because of a charge that is given back, but nothing that does not fit is ever granted.
func (s *Store) stepOnShards(ctx context.Context, script *rueidis.Lua, key string, debits []cattlegrid.Debit, args []string) (reply, error) {
	shards, err := split(debits)
	if err != nil {
		return reply{}, err
	}
	var own shard
	others := shards
	for i, sh := range shards {
		if key != "" && sh.tag == tagOf(key) || key == "" && len(shards) == 1 {
			own, others = sh, append(shards[:i:i], shards[i+1:]...)
			break
		}
	}
	outcomes := each(others, func(sh shard) (o outcome) {
		o.reply, o.refusals, o.err = s.charge(ctx, s.scripts.spend, "", sh.debits)
		return o
	})
	taken, refusals, next, err := tally(others, outcomes)
	var answer outcome
	switch {
	case err != nil:
	case len(refusals) > 0 && key != "":
		// Nobody has asked the verb's own server yet. All refusals are to be told.
		must := ""
		if script == s.scripts.attempt {
			must = "1"
		}
		answer.reply, answer.refusals, err = s.charge(ctx, s.scripts.weigh, key, own.debits, must)
		refusals = append(refusals, own.placed(answer.refusals)...)
	case len(refusals) > 0:
	case key != "" || len(own.debits) > 0:
		answer.reply, answer.refusals, err = s.charge(ctx, script, key, own.debits, args...)
		refusals = own.placed(answer.refusals)
		next = max(next, answer.reply.number(1))
	}
	notCharged := script == s.scripts.attempt && answer.reply.outcome != "wrong"
	if err != nil || len(refusals) > 0 || notCharged {
		s.giveBack(ctx, taken)
	}
	if len(refusals) > 0 && answer.reply.outcome != "absent" && err == nil {
		err = limitError(refusals)
	}
	answer.reply.next = next
	return answer.reply, err
}

// each calls do for all shards at once.
func each(shards []shard, do func(shard) outcome) []outcome {
	outcomes := make([]outcome, len(shards))
	var all sync.WaitGroup
	for i, sh := range shards {
		if i == len(shards)-1 {
			outcomes[i] = do(sh) // without a goroutine of its own
			break
		}
		all.Go(func() { outcomes[i] = do(sh) })
	}
	all.Wait()
	return outcomes
}

// tally sums up what shards said: what was charged, what was refused, the longest Next, the first failure.
func tally(shards []shard, outcomes []outcome) (taken []shard, refusals []refusal, next int64, err error) {
	for i, o := range outcomes {
		switch {
		case o.err != nil:
			err = cmp.Or(err, o.err)
		case len(o.refusals) > 0:
			refusals = append(refusals, shards[i].placed(o.refusals)...)
		default:
			taken = append(taken, shards[i].charged(o.reply))
			next = max(next, o.reply.number(1))
		}
	}
	return taken, refusals, next, err
}

// placed is refusals with their places in the step.
func (sh shard) placed(refusals []refusal) []refusal {
	for i := range refusals {
		refusals[i].place = sh.places[refusals[i].place]
	}
	return refusals
}

// charged is the part of the shard that a reply of the script spend says was charged.
func (sh shard) charged(r reply) shard {
	in := shard{moved: map[string]move{}}
	for _, d := range sh.debits {
		if d.Lane == nil || int64(d.Lane.Depth) == r.number(2) {
			in.debits = append(in.debits, d)
		}
	}
	for i := 3; i+2 < len(r.fields); i += 3 {
		if account := r.number(i) - 1; account >= 0 && account < int64(len(sh.debits)) {
			in.moved[sh.debits[account].Key] = move{itoa(int(r.number(i + 1))), itoa(int(r.number(i + 2)))}
		}
	}
	return in
}

// giveBack takes back what shards have charged. If the caller goes away it goes on alone. What cannot be given back now stays
// charged, as if it had been used.
func (s *Store) giveBack(ctx context.Context, taken []shard) {
	if len(taken) == 0 {
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		alone, cancel := context.WithTimeout(context.WithoutCancel(ctx), giveBackTimeout)
		defer cancel()
		each(taken, func(sh shard) outcome { return outcome{err: s.takeBack(alone, sh.debits, sh.moved)} })
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// refundOnShards is Refund in a cluster.
func (s *Store) refundOnShards(ctx context.Context, debits []cattlegrid.Debit) error {
	shards, err := split(debits)
	if err != nil {
		return err
	}
	_, _, _, err = tally(shards, each(shards, func(sh shard) outcome { return outcome{err: s.takeBack(ctx, sh.debits, sh.moved)} }))
	return err
}

// settleOnShards is Settle in a cluster. The server of the credit goes first: it says whether the others record.
func (s *Store) settleOnShards(ctx context.Context, credit cattlegrid.Debit, debits []cattlegrid.Debit) error {
	if !liesUnder(tagOf(credit.Key+suffix), credit) {
		return errors.New("a credit and its record lie on two servers of the cluster")
	}
	shards, err := split(debits)
	if err != nil {
		return err
	}
	var first shard
	for i, sh := range shards {
		if sh.tag == tagOf(credit.Key+suffix) {
			first, shards = sh, append(shards[:i:i], shards[i+1:]...)
			break
		}
	}
	record, err := s.settle(ctx, []cattlegrid.Debit{credit}, first.debits, true)
	if err != nil {
		return err
	}
	_, _, _, err = tally(shards, each(shards, func(sh shard) (o outcome) {
		_, o.err = s.settle(ctx, nil, sh.debits, record)
		return o
	}))
	return err
}
