package redisstore

import (
	"context"
	"slices"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
)

// step runs the script of a verb: on the secret under key, if there is one, and the debits, which may be refused.
func (s *Store) step(ctx context.Context, script *rueidis.Lua, key string, debits []cattlegrid.Debit, args ...string) (reply, error) {
	if s.cluster {
		return s.stepOnShards(ctx, script, key, debits, args)
	}
	reply, refusals, err := s.charge(ctx, script, key, debits, args...)
	if len(refusals) > 0 {
		err = limitError(refusals)
	}
	return reply, err
}

// charge runs a script that takes debits, all on one server.
func (s *Store) charge(ctx context.Context, script *rueidis.Lua, key string, debits []cattlegrid.Debit, args ...string) (reply, []refusal, error) {
	k := newKeys(debits)
	if key != "" {
		k.all = append(k.all, key)
	}
	losses, noticed := s.lossesBeside(debits), s.losses.until.Load()
	answer, err := s.exec(ctx, script, k.all, append([]string{withDebits(k, debits, losses)}, args...))
	if err != nil {
		return answer, nil, err
	}
	if losses != nil && answer.outcome != "lost" {
		losses.resume(ctx, noticed)
	}
	switch answer.outcome {
	case "limit":
		refusals, err := answer.refusals(debits)
		return answer, refusals, err
	case "lost":
		return answer, nil, s.losses.lost(ctx, answer)
	default:
		s.losses.learn(answer.count)
		return answer, nil, nil
	}
}

// lossesBeside is the losses if the marker lies where the debits do, which is so unless it is on another server of a cluster.
func (s *Store) lossesBeside(debits []cattlegrid.Debit) *losses {
	if len(debits) == 0 || s.cluster && tagOf(debits[0].Key+suffix) != markerTag {
		return nil
	}
	return &s.losses
}

// takeBack refunds debits, all on one server. moved says which charges moved what had been granted before. What debits point to
// may be another's already.
func (s *Store) takeBack(ctx context.Context, debits []cattlegrid.Debit, moved map[string]move) error {
	k, args := newKeys(debits), make([]string, 0, 5*len(debits))
	for i := range debits {
		d := &debits[i]
		k.add(d.Key)
		m, adds := moved[d.Key], ""
		if d.Adds {
			adds = "1"
		}
		args = append(args, idOf(d), itoa(d.Cost), adds, m.from, m.to)
	}
	if len(k.all) == 0 {
		return nil
	}
	_, err := s.exec(ctx, s.scripts.refund, k.all, args)
	return err
}

// move is a charge that added to an earlier one: moments as Redis has them.
type move struct{ from, to string }

// settle settles debits, all on one server, credit among them if there is one; toRecord says whether to record where no
// credit stands against it. It reports whether there were records to be made.
func (s *Store) settle(ctx context.Context, credit, debits []cattlegrid.Debit, toRecord bool) (recorded bool, err error) {
	k, args := newKeys(debits), make([]string, 2, 3*len(debits)+2)
	if len(credit) > 0 {
		args[0] = withDebits(k, credit, nil)
	}
	if toRecord {
		args[1] = "1"
	}
	var records []string
	for i := range debits {
		d := &debits[i]
		k.add(d.Key)
		args = append(args, itoa(len(k.all)), idOf(d), d.Record)
		if d.Record != "" && !slices.Contains(records, d.Record) {
			records = append(records, d.Record)
		}
	}
	first := len(k.all)
	for _, record := range records {
		k.add(record)
	}
	for i := 4; i < len(args); i += 3 {
		place := 0
		if args[i] != "" {
			place = first + slices.Index(records, args[i]) + 1
		}
		args[i] = itoa(place)
	}
	answer, err := s.exec(ctx, s.scripts.settle, k.all, args)
	return answer.outcome == "ok", err
}
