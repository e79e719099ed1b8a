package redisstore_test //nolint:testableexamples // the one needs a server

import (
	"fmt"
	"os"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid/redisstore"
)

// What open returns is for cattlegrid.Options to take as its Store.
func ExampleNew() {
	store, err := open(os.Getenv("CATTLEGRID_REDIS_URL"))
	_, _ = store, err
}

func open(address string) (*redisstore.Store, error) {
	options, err := redisstore.ClientOptions(address)
	if err != nil {
		return nil, err
	}
	client, err := rueidis.NewClient(options)
	if err != nil {
		return nil, fmt.Errorf("connect to redis: %w", err)
	}
	return redisstore.New(client, redisstore.Options{})
}
