package redisstore_test

import (
	"crypto/tls"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/redisstore"
)

// An address says where Redis is and who we are; what it does not say has bounds.
func TestClientOptions(t *testing.T) {
	type said struct {
		Addresses          []string
		Username, Password string
		Database           int
		ServerName         string
		MasterSet          string
		Dial, Write        time.Duration
		Single             bool
	}
	usual := func(s said) said {
		s.Dial, s.Write, s.Single = time.Second, 2*time.Second, true
		return s
	}
	for _, c := range []struct {
		address string
		want    said
	}{
		{"redis://127.0.0.1:6379", usual(said{Addresses: []string{"127.0.0.1:6379"}})},
		{"redis://redis", usual(said{Addresses: []string{"redis:6379"}})},
		{"redis://[::1]:6380/3", usual(said{Addresses: []string{"[::1]:6380"}, Database: 3})},
		{"redis://:p%40ss@redis:1234/0", usual(said{Addresses: []string{"redis:1234"}, Password: "p@ss"})},
		{"redis://user:pass@redis", usual(said{Addresses: []string{"redis:6379"}, Username: "user", Password: "pass"})},
		{"rediss://cache.example.com:6380", usual(said{Addresses: []string{"cache.example.com:6380"}, ServerName: "cache.example.com"})},
		{"unix:///run/redis/redis.sock?db=2", usual(said{Addresses: []string{"/run/redis/redis.sock"}, Database: 2})},
		{
			"rediss://one?addr=two:7000&addr=three:7001",
			said{Addresses: []string{"one:6379", "two:7000", "three:7001"}, Dial: time.Second, Write: 2 * time.Second},
		},
		{
			"redis://redis?dial_timeout=3s&write_timeout=4s",
			said{Addresses: []string{"redis:6379"}, Dial: 3 * time.Second, Write: 4 * time.Second, Single: true},
		},
		{
			"rediss://one:26379?addr=two:26379&master_set=mymaster",
			said{Addresses: []string{"one:26379", "two:26379"}, MasterSet: "mymaster", Dial: time.Second, Write: 2 * time.Second},
		},
	} {
		o, err := redisstore.ClientOptions(c.address)
		if err != nil {
			t.Errorf("ClientOptions(%q): %v", c.address, err)
			continue
		}
		got := said{
			Addresses: o.InitAddress, Username: o.Username, Password: o.Password, Database: o.SelectDB,
			MasterSet: o.Sentinel.MasterSet, Dial: o.Dialer.Timeout, Write: o.ConnWriteTimeout, Single: o.ForceSingleClient,
		}
		if o.TLSConfig != nil {
			got.ServerName = o.TLSConfig.ServerName
			if o.TLSConfig.MinVersion < tls.VersionTLS12 || o.TLSConfig.InsecureSkipVerify {
				t.Errorf("ClientOptions(%q): TLS is weak", c.address)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("ClientOptions(%q) (-want +got):\n%s", c.address, diff)
		}
		if o.Sentinel.Dialer.Timeout != o.Dialer.Timeout || !o.DisableCache || !o.DisableRetry {
			t.Errorf("ClientOptions(%q): Sentinels without a bound, a cache or a retry", c.address)
		}
		if strings.HasPrefix(c.address, "rediss") != (o.TLSConfig != nil) {
			t.Errorf("ClientOptions(%q): TLS is %v", c.address, o.TLSConfig != nil)
		}
	}
}

// A wrong address is refused with an example of a right one, and is not repeated: it may hold a password.
func TestClientOptionsRefuses(t *testing.T) {
	for _, address := range []string{
		"", "hunter2", "127.0.0.1:6379", "http://:hunter2@redis", "redis://", "redis:///0", "redis://:hunter2@/0", "unix://", "unix:",
		"redis://:hun%ter2@redis", "redis://:hunter2@redis/hunter2", "redis://:hunter2@redis:port", "redis://:hun#ter2@redis",
		"redis://redis/0/hunter2", "redis://redis?db=hunter2", "redis://redis?dial_timeout=hunter2", "redis://redis/1?addr=other:6379", "redis://redis?addr=hunter2",
		"redis://\x00hunter2", "rediss://redis?skip_verify=hunter2", "redis://redis?hunter2=1", "redis://redis?masterset=hunter2",
		"redis://redis?db=1&db=2", "redis://redis?protocol=hunter2", "redis://redis?skip_verify=true", "redis://redis?master_set=",
		"redis://redis?client_cache=1", "redis://redis?db=%hunter2", "unix:///run/redis.sock?hunter2",
	} {
		switch _, err := redisstore.ClientOptions(address); {
		case err == nil:
			t.Errorf("ClientOptions(%q) finds nothing wrong", address)
		case strings.Contains(err.Error(), "hun"):
			t.Errorf("ClientOptions(%q): %v", address, err)
		case !strings.Contains(err.Error(), "redis"):
			t.Errorf("ClientOptions(%q): %v, want an example", address, err)
		}
	}
}

// The parser takes anything, and what it accepts names a server.
func FuzzClientOptions(f *testing.F) {
	for _, seed := range []string{"redis://user:pass@redis:6379/0?db=1", "rediss://redis", "unix:///run/redis.sock?db=2", "redis://a?addr=b&master_set=c", "%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		o, err := redisstore.ClientOptions(address)
		if err == nil && (len(o.InitAddress) == 0 || o.InitAddress[0] == "" || o.Dialer.Timeout == 0) {
			t.Errorf("ClientOptions(%q) = %v, bound %v", address, o.InitAddress, o.Dialer.Timeout)
		}
	})
}

// The user, password and database of an address are those that Redis sees.
func TestClientOptionsServe(t *testing.T) {
	server := redistest.Start(t)
	server.Do(t, "ACL", "SETUSER", "gate", "on", ">p@ss", "~*", "+@all")
	store := newStore(t, strings.Replace(server.URL(), "redis://", "redis://gate:p%40ss@", 1))
	if err := store.Put(t.Context(), pictureKey, challenge("X7KP")); err != nil {
		t.Fatalf("Put: %v", err)
	}
	if got := server.Do(t, "GET", pictureKey); got != "X7KP" {
		t.Errorf("GET gives %q", got)
	}
	other := newStore(t, strings.TrimSuffix(server.URL(), "0")+"7")
	if err := other.Delete(t.Context(), pictureKey); err != nil {
		t.Fatalf("Delete: %v", err)
	}
	if left := server.Do(t, "EXISTS", pictureKey); left != "1" {
		t.Error("database 7 is database 0")
	}
	options, err := redisstore.ClientOptions(strings.Replace(server.URL(), "redis://", "redis://gate:hunter2@", 1))
	if err != nil {
		t.Fatal(err)
	}
	client, err := rueidis.NewClient(options)
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("NewClient with a wrong password: %v", err)
	}
	client.Close()
}
