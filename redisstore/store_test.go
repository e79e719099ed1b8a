package redisstore_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/redisstore"
	"github.com/cattlegrid/cattlegrid/storetest"
)

// The store is one: it passes the suite.
func TestStore(t *testing.T) {
	server := redistest.Start(t)
	storetest.Run(t, harness(t, server, server.SocketURL()))
}

func BenchmarkStore(b *testing.B) {
	server := redistest.Start(b)
	storetest.Bench(b, harness(b, server, server.URL()))
}

// aheadKey holds how many microseconds the clock of a harness's stores is ahead of the server's.
const aheadKey = "ahead"

func harness(t testing.TB, server *redistest.Server, url string) storetest.Harness {
	t.Helper()
	return harnessOf(newClient(t, url), server, redisstore.Options{})
}

// harnessOf is harness with a client and options; all lies in one server.
func harnessOf(client rueidis.Client, server *redistest.Server, o redisstore.Options) storetest.Harness {
	clock := "redis.call('TIME')[1] * 1000000 + redis.call('TIME')[2] + (redis.call('GET', '" + aheadKey + "') or 0)"
	return storetest.Harness{
		Drift: storetest.MaxDrift, // the server's clock runs on, and a busy machine is slow
		New: func(t testing.TB) (cattlegrid.Store, func(time.Duration)) {
			server.Do(t, "FLUSHALL")
			store, err := redisstore.NewWith(client, clock, o) // a new one: another would notice that data was lost
			if err != nil {
				t.Fatal(err)
			}
			return store, func(d time.Duration) {
				server.Age(t, d)
				server.Do(t, "INCRBY", aheadKey, strconv.FormatInt(d.Microseconds(), 10))
			}
		},
	}
}

func newStore(t testing.TB, url string) *redisstore.Store {
	t.Helper()
	store, err := redisstore.New(newClient(t, url), redisstore.Options{})
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return store
}

func newClient(t testing.TB, url string) rueidis.Client {
	t.Helper()
	options, err := redisstore.ClientOptions(url)
	if err != nil {
		t.Fatalf("ClientOptions(%q): %v", url, err)
	}
	client, err := rueidis.NewClient(options)
	if err != nil {
		t.Fatalf("NewClient: %v", err)
	}
	t.Cleanup(client.Close)
	return client
}

func challenge(value string) cattlegrid.Secret {
	return cattlegrid.Secret{Value: value, Attempts: 1, TTL: 5 * time.Minute}
}

func code(value string) cattlegrid.Secret {
	return cattlegrid.Secret{Value: value, Attempts: 5, Payload: []byte("sealed"), TTL: 5 * time.Minute}
}
