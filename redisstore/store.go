package redisstore

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// Options configures a [Store]. The zero value is good for a single server.
type Options struct {
	// WaitReplicas is how many replicas must have what decides whether something may be granted or accepted, before a verb
	// says that it may: 0 to 16. With 1, what a failover forgets is neither a charge nor that a secret was used, and a
	// master that is cut off from its replicas grants nothing. Where fewer replicas answer in time, all is refused.
	WaitReplicas int

	// LossPause is for how long nothing is charged after Redis was found to have lost data, because it was emptied or has
	// come back with older data; 0 means 5 minutes, the lifetime of challenges and codes. Where either live longer it should
	// be as long, or used ones may be good again. Negative means not at all: the step that found it is refused, and the log
	// says so. Limits with longer windows may be granted a second time. In a cluster only what charges the budgets pauses.
	LossPause time.Duration

	Logger *slog.Logger // is told when data was lost; nil means nobody is
}

// MaxWaitReplicas is the most that [Options].WaitReplicas may be.
const MaxWaitReplicas = 16

// Store is a [cattlegrid.Store] on Redis. Any number of them, in any number of processes, share the state of one server
// or cluster.
type Store struct {
	client  rueidis.Client
	sure    rueidis.Client // what it did outlives the server
	cluster bool
	scripts scripts
	losses  losses
	answers sync.Pool // of channels that await has no longer use for
}

var _ cattlegrid.Store = (*Store)(nil)

// New returns a store on client, which stays the caller's to close. [ClientOptions] has the options that a client should
// be made with.
func New(client rueidis.Client, o Options) (*Store, error) {
	if o.WaitReplicas < 0 || o.WaitReplicas > MaxWaitReplicas {
		return nil, fmt.Errorf("redis store: WaitReplicas is %d, want 0 to %d", o.WaitReplicas, MaxWaitReplicas)
	}
	if o.LossPause == 0 {
		o.LossPause = defaultLossPause
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Store{
		client:  client,
		sure:    surely(client, o.WaitReplicas),
		cluster: client.Mode() == rueidis.ClientModeCluster,
		scripts: newScripts(clockLua),
		losses:  losses{pause: o.LossPause, logger: o.Logger},
	}, nil
}

// Losses is how often this store found that Redis had lost data. Of several stores that share a Redis normally one finds it.
func (s *Store) Losses() int64 { return s.losses.found.Load() }

// Pause is how long no debits are charged yet because data was lost, as far as this store has met it; 0 if they are.
func (s *Store) Pause() time.Duration { return s.losses.left() }

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
