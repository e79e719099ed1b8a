package redisstore_test

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"testing"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/redisstore"
	"github.com/cattlegrid/cattlegrid/storetest"
)

// Behind Sentinel, and with replicas that are waited for, the store is the same.
func TestSentinelStore(t *testing.T) {
	sentinels := redistest.StartSentinels(t, 2)
	fewerChecks(t)
	for name, o := range map[string]redisstore.Options{"Plain": {}, "Waits": {WaitReplicas: 2}} {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, harnessOf(newClient(t, sentinels.URL()), sentinels.Servers[0], o))
		})
	}
}

// Over TLS, with a certificate of its own and a name that is not the address, the store is the same; without the
// certificate, or to another name, there is no connection.
func TestTLSStore(t *testing.T) {
	server := redistest.StartTLS(t)
	options := func(name string, certified bool) rueidis.ClientOption {
		o, err := redisstore.ClientOptions("rediss://" + server.TLSAddr())
		if err != nil {
			t.Fatal(err)
		}
		authority, err := os.ReadFile(server.CA)
		if err != nil {
			t.Fatal(err)
		}
		o.TLSConfig.RootCAs = x509.NewCertPool()
		o.TLSConfig.RootCAs.AppendCertsFromPEM(authority)
		o.TLSConfig.ServerName = name
		if certified {
			cert, err := tls.LoadX509KeyPair(server.Cert, server.Key)
			if err != nil {
				t.Fatal(err)
			}
			o.TLSConfig.Certificates = []tls.Certificate{cert}
		}
		return o
	}
	for _, o := range []rueidis.ClientOption{options("other.test", true), options(redistest.TLSName, false)} {
		client, err := rueidis.NewClient(o)
		if err == nil {
			t.Errorf("a client without certificate, or to another name, is connected: %s, %d", o.TLSConfig.ServerName, len(o.TLSConfig.Certificates))
		}
		client.Close()
	}
	client, err := rueidis.NewClient(options(redistest.TLSName, true))
	if err != nil {
		t.Fatalf("NewClient: %v", err)
	}
	t.Cleanup(client.Close)
	fewerChecks(t)
	storetest.Run(t, harnessOf(client, server.Server, redisstore.Options{}))
}
