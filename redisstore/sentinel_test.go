package redisstore_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/redisstore"
)

// Behind Sentinel the store follows the master: when it dies and a replica takes its place, the same store serves again, and
// what the replica knew is still known.
func TestSentinel(t *testing.T) {
	master, replica := redistest.Start(t), redistest.Start(t)
	host, port, err := net.SplitHostPort(master.Addr())
	if err != nil {
		t.Fatal(err)
	}
	replica.Do(t, "REPLICAOF", host, port)
	config := filepath.Join(t.TempDir(), "sentinel.conf")
	text := fmt.Sprintf("sentinel monitor mymaster %s %s 1\nsentinel down-after-milliseconds mymaster 300\nsentinel failover-timeout mymaster 2000\n", host, port)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	sentinel := redistest.Start(t, config, "--sentinel")

	store := newStore(t, sentinel.URL()[:len(sentinel.URL())-2]+"?master_set=mymaster")
	recovered(t, store)
	if err := store.Put(t.Context(), pictureKey, challenge("X7KP")); err != nil {
		t.Fatalf("Put: %v", err)
	}
	redistest.Await(t, "the replica has it", func() bool { return replica.Do(t, "EXISTS", pictureKey) == "1" })
	redistest.Await(t, "sentinel knows the replica", func() bool { return strings.Contains(sentinel.Do(t, "INFO", "sentinel"), "slaves=1") })
	master.Stop(t)
	recovered(t, store)
	if _, err := store.Attempt(t.Context(), pictureKey, "X7KP"); err != nil {
		t.Errorf("Attempt after the failover: %v", err)
	}
}

// Sentinels may ask for a user of their own.
func TestSentinelUser(t *testing.T) {
	sentinels := redistest.StartSentinels(t, 0)
	for _, s := range sentinels.Sentinels {
		s.Do(t, "ACL", "SETUSER", "gate", "on", ">sesame", "&*", "+@all")
		s.Do(t, "ACL", "SETUSER", "default", "resetchannels", "-@all", "+info", "+sentinel|get-master-addr-by-name", "+ping")
	}
	for password, ok := range map[string]bool{"sesame": true, "": false} {
		o, err := redisstore.ClientOptions(sentinels.URL())
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			o.Sentinel.Username, o.Sentinel.Password = "gate", password
		}
		client, err := rueidis.NewClient(o)
		if (err == nil) != ok {
			t.Errorf("NewClient with the password %q of sentinels: %v", password, err)
		}
		if client != nil {
			client.Close()
		}
	}
}
