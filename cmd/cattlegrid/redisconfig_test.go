package main

import (
	"log/slog"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
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

// Why there is no connection is told so that the mistake can be found: TLS where there is none, none where there is, a
// certificate that is missing or not believed, and a server that is not there.
func TestRedisHints(t *testing.T) {
	server := redistest.StartTLS(t)
	trusting := map[string]string{"CATTLEGRID_REDIS_CA": server.CA, "CATTLEGRID_REDIS_SERVER_NAME": redistest.TLSName}
	for _, c := range []struct {
		url    string
		config map[string]string
		want   string
	}{
		{"rediss://" + server.Addr(), trusting, "it does not answer in TLS: is it a port without, so that redis_url has to begin with redis://?"},
		{"redis://" + server.TLSAddr(), nil, "it closed the connection: does it speak TLS, so that redis_url has to begin with rediss://?"},
		{"rediss://" + server.TLSAddr(), trusting, "it closed the connection: does it want a certificate, redis.cert and redis.key?"},
		{"rediss://" + server.TLSAddr(), nil, "redis.server_name says which name stands in the certificate of Redis"},
		{"rediss://" + server.TLSAddr(), map[string]string{"CATTLEGRID_REDIS_SERVER_NAME": redistest.TLSName}, "redis.ca names the certificates of who signed that of Redis"},
		{"redis://127.0.0.1:1", nil, "connection refused; is Redis running there? On this machine: redis-server --port 1"},
		{"rediss://127.0.0.1:1", nil, "connection refused; is Redis running there?"},
		{"redis://127.0.0.1:1?addr=127.0.0.1:1", nil, "connection refused; is Redis running there?"},
		{"unix:///none.sock", nil, "no such file or directory; is Redis running there?"},
		{"redis://none.invalid", nil, ""},
	} {
		environ := map[string]string{"CATTLEGRID_DEV": "true", "CATTLEGRID_REDIS_URL": c.url}
		maps.Copy(environ, c.config)
		config, err := load("", environ, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = config.openRedis(t.Context(), slog.New(slog.DiscardHandler))
		if err == nil || !strings.HasSuffix(err.Error(), c.want) || c.want == "" && strings.Contains(err.Error(), "?") {
			t.Errorf("%s: %v, want %q at its end", c.url, err, c.want)
		}
	}
}
