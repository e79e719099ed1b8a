package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/boltstore"
	"github.com/cattlegrid/cattlegrid/redisstore"
)

// startTimeout is how long Redis has to answer at the start.
const startTimeout = 5 * time.Second

// storePath is the file of the embedded store.
func (c *config) storePath() string { return filepath.Join(c.Data, "cattlegrid.db") }

// openStore opens the store and returns what closes it.
func (c *config) openStore(ctx context.Context, clock func() time.Time, logger *slog.Logger) (cattlegrid.Store, func() error, error) {
	switch c.Store {
	case "memory":
		return cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: clock}), func() error { return nil }, nil
	case "redis":
		return c.openRedis(ctx, logger)
	default:
		store, err := boltstore.Open(c.storePath(), boltstore.Options{
			Clock:  clock,
			Tick:   time.Duration(c.Bolt.Tick),
			Sync:   c.Bolt.Sync,
			Logger: logger,
		})
		if err != nil {
			return nil, nil, c.dataError(err)
		}
		return store, store.Close, nil
	}
}

// dataError says why the data directory cannot be used, and how to use another.
func (c *config) dataError(err error) error {
	s := lookUp("data")
	return c.mistake(s, s.shown(c)+" cannot be used: "+err.Error())
}

// redisError says why there is no Redis at redis_url.
func (c *config) redisError(err error) error {
	return fmt.Errorf("redis_url: %s: %w", lookUp("redis_url").shown(c), err)
}

func (c *config) openRedis(ctx context.Context, logger *slog.Logger) (cattlegrid.Store, func() error, error) {
	option, err := c.redisClient()
	if err != nil {
		return nil, nil, err
	}
	client, err := rueidis.NewClient(option)
	if err != nil {
		if hint := redisHint(option, err); hint != "" {
			err = fmt.Errorf("%w; %s", err, hint)
		}
		return nil, nil, c.redisError(fmt.Errorf("connect to Redis: %w", err))
	}
	closeClient := func() error {
		client.Close()
		return nil
	}
	store, err := redisstore.New(client, c.Redis.store(logger))
	if err != nil {
		return nil, nil, errors.Join(err, closeClient())
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := store.Ping(ctx); err != nil {
		return nil, nil, errors.Join(c.redisError(fmt.Errorf("ask Redis: %w", err)), closeClient())
	}
	for _, warning := range store.Warnings(ctx) {
		logger.WarnContext(ctx, "Redis may forget limits, or refuse everybody", slog.String("warning", warning))
	}
	return store, closeClient, nil
}
