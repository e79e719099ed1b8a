package main

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/redisstore"
)

// What is set about Redis reaches the client and the store.
func TestRedisConfig(t *testing.T) {
	c, err := load("", map[string]string{
		"CATTLEGRID_DEV":                     "true",
		"CATTLEGRID_REDIS_URL":               "redis://127.0.0.1:26379?master_set=mymaster",
		"CATTLEGRID_REDIS_SENTINEL_USER":     "gate",
		"CATTLEGRID_REDIS_SENTINEL_PASSWORD": "sesame",
		"CATTLEGRID_REDIS_MAX_FLUSH_DELAY":   "20us",
		"CATTLEGRID_REDIS_WAIT_REPLICAS":     "2",
		"CATTLEGRID_REDIS_LOSS_PAUSE":        "0s",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	client, err := c.redisClient()
	if err != nil {
		t.Fatal(err)
	}
	if client.Sentinel.Username != "gate" || client.Sentinel.Password != "sesame" || client.MaxFlushDelay != 20*time.Microsecond {
		t.Errorf("the client has %q, %q, %v", client.Sentinel.Username, client.Sentinel.Password, client.MaxFlushDelay)
	}
	if got, want := c.Redis.store(nil), (redisstore.Options{WaitReplicas: 2, LossPause: -1}); got != want {
		t.Errorf("the store has %+v, want %+v", got, want)
	}
}
