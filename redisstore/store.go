package redisstore

import (
	"context"
	"errors"
	"sync"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// Store is a [cattlegrid.Store] on Redis. Any number of them, in any number of processes, share the state of one server.
type Store struct {
	client  rueidis.Client
	scripts scripts
	answers sync.Pool // of channels that await has no longer use for
}

var _ cattlegrid.Store = (*Store)(nil)

// New returns a store on client, which stays the caller's to close. [ClientOptions] has the options that a client should
// be made with.
func New(client rueidis.Client) (*Store, error) {
	if client.Mode() == rueidis.ClientModeCluster {
		return nil, errors.New("redis store: the client is one of a Redis Cluster; a single server or Sentinel is supported")
	}
	return &Store{client: client, scripts: newScripts()}, nil
}

// Spend implements [cattlegrid.Store].
func (s *Store) Spend(ctx context.Context, debits ...cattlegrid.Debit) error {
	if err := check(ctx, debits); err != nil || len(debits) == 0 {
		return failure(ctx, "spend", err)
	}
	keys, args := withDebits(nil, nil, debits)
	reply, err := s.exec(ctx, s.scripts.spend, keys, args)
	if err != nil {
		return failure(ctx, "spend", err)
	}
	return reply.verdict(debits)
}

// Refund implements [cattlegrid.Store].
func (s *Store) Refund(ctx context.Context, debits ...cattlegrid.Debit) error {
	if err := check(ctx, debits); err != nil || len(debits) == 0 {
		return failure(ctx, "refund", err)
	}
	keys, ids := make([]string, len(debits)), make([]string, len(debits))
	for i, d := range debits {
		keys[i], ids[i] = d.Key, d.ID
	}
	_, err := s.exec(ctx, s.scripts.refund, keys, ids)
	return failure(ctx, "refund", err)
}

// Ping implements [cattlegrid.Store]. It asks for what serving needs: that Redis would take a write, which one that is a
// replica, out of memory or unable to persist does not.
func (s *Store) Ping(ctx context.Context) error {
	// XX with a key that nobody sets: checked like any write, and writes nothing.
	cmd := s.client.B().Set().Key("cattlegrid_ping").Value("").Xx().PxMilliseconds(1).Build()
	if err := s.do(ctx, cmd).Error(); !rueidis.IsRedisNil(err) {
		return failure(ctx, "ping", err)
	}
	return nil
}

// check reports why a verb must not even ask Redis.
func check(ctx context.Context, debits []cattlegrid.Debit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return guard.Validate(debits)
}
