package redisstore

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// Store is a [cattlegrid.Store] on Redis. Any number of them, in any number of processes, share the state of one server
// or cluster.
type Store struct {
	client  rueidis.Client
	cluster bool
	scripts scripts
	answers sync.Pool // of channels that await has no longer use for
}

var _ cattlegrid.Store = (*Store)(nil)

// New returns a store on client, which stays the caller's to close. [ClientOptions] has the options that a client should
// be made with.
func New(client rueidis.Client) (*Store, error) {
	return &Store{
		client:  client,
		cluster: client.Mode() == rueidis.ClientModeCluster,
		scripts: newScripts(clockLua),
	}, nil
}

// Spend implements [cattlegrid.Store].
func (s *Store) Spend(ctx context.Context, debits ...cattlegrid.Debit) error {
	if err := check(ctx, debits); err != nil || len(debits) == 0 {
		return failure(ctx, "spend", err)
	}
	_, err := s.step(ctx, s.scripts.spend, "", debits)
	return failure(ctx, "spend", err)
}

// Refund implements [cattlegrid.Store].
func (s *Store) Refund(ctx context.Context, debits ...cattlegrid.Debit) error {
	if err := check(ctx, debits); err != nil || len(debits) == 0 {
		return failure(ctx, "refund", err)
	}
	if s.cluster {
		return failure(ctx, "refund", s.refundOnShards(ctx, debits))
	}
	return failure(ctx, "refund", s.takeBack(ctx, debits, nil))
}

var spareDebits = sync.Pool{New: func() any { return new([]cattlegrid.Debit) }}

// Settle implements [cattlegrid.Store].
func (s *Store) Settle(ctx context.Context, credit cattlegrid.Debit, debits ...cattlegrid.Debit) error {
	// Together, since they may contradict each other; in a slice that is used again, since it is some kilobytes long.
	all, _ := spareDebits.Get().(*[]cattlegrid.Debit)
	*all = append(append((*all)[:0], debits...), credit)
	err := check(ctx, *all)
	spareDebits.Put(all)
	if err != nil {
		return failure(ctx, "settle", err)
	}
	if s.cluster {
		return failure(ctx, "settle", s.settleOnShards(ctx, credit, debits))
	}
	_, err = s.settle(ctx, []cattlegrid.Debit{credit}, debits, true)
	return failure(ctx, "settle", err)
}

// Ping implements [cattlegrid.Store]. It asks for what serving needs: that Redis would take a write, which one that is a
// replica, out of memory or unable to persist does not.
func (s *Store) Ping(ctx context.Context) error {
	// XX with a key that nobody sets: checked like any write, and writes nothing. In a cluster it lies where most accounts do.
	cmd := s.client.B().Set().Key("cattlegrid_ping{guard}").Value("").Xx().PxMilliseconds(1).Build()
	if err := s.do(ctx, cmd).Error(); !rueidis.IsRedisNil(err) {
		return failure(ctx, "ping", err)
	}
	return nil
}

// maxDebits is how many debits there may be in one step: what Lua can pass to a command.
const maxDebits = 2000

// check reports why a verb must not even ask Redis.
func check(ctx context.Context, debits []cattlegrid.Debit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(debits) > maxDebits {
		return fmt.Errorf("%d debits in one step, want at most %d", len(debits), maxDebits)
	}
	return guard.Validate(debits)
}

func itoa(n int) string { return strconv.Itoa(n) }
