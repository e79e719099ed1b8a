package redisstore

import (
	"errors"
	"net/url"
	"time"

	"github.com/redis/rueidis"
)

// What [ClientOptions] sets unless the address says otherwise.
const (
	dialTimeout  = time.Second     // to connect, and as long again to introduce itself
	pingInterval = time.Second     // of a connection on which nothing comes back
	pingTimeout  = 2 * time.Second // after which such a connection is given up
	sentinelPoll = 5 * time.Second
	bufferSize   = 64 << 10 // of a connection, each way
)

const urlExample = "want for instance redis://user:password@127.0.0.1:6379/0"

// ClientOptions returns the options for the client of a [Store] at address:
//
//	redis://user:password@host:6379/0                                  one server; the number is the database
//	rediss://user:password@host:6380/0                                 the same over TLS
//	unix:///run/redis/redis.sock?db=0                                  one server on this machine
//	redis://sentinel1:26379?addr=sentinel2:26379&master_set=mymaster   Sentinel
//
// More can be said in the query, as [rueidis.ParseURL] has it: dial_timeout and write_timeout for instance. The error does
// not repeat the address, which may hold a password.
//
// The timeouts are short, as a visitor is waiting, and nothing is tried twice. A caller may change the options, above all
// those that an address has no place for: certificates, and the user and password of Sentinels that ask for them.
func ClientOptions(address string) (rueidis.ClientOption, error) {
	if err := checkURL(address); err != nil {
		return rueidis.ClientOption{}, err
	}
	o, err := rueidis.ParseURL(address)
	if err != nil {
		return rueidis.ClientOption{}, errors.New("redis address: the database must be a number, timeouts like 500ms, skip_verify true or false; " + urlExample)
	}
	if o.Sentinel.MasterSet == "" && len(o.InitAddress) > 1 {
		return rueidis.ClientOption{}, errors.New("redis address: several servers need the master_set that Sentinel watches; Redis Cluster is not supported")
	}
	// Nothing is kept at the client: what is asked for is used up by asking.
	o.DisableCache = true
	// A retry could only be of what the caller has no time left for.
	o.DisableRetry = true
	// A reader always listens, so that a connection that breaks while nobody asks is replaced before somebody does.
	o.AlwaysPipelining = true
	// No look for a Redis Cluster, and a client also while the server is down: it connects when asked.
	o.ForceSingleClient = o.Sentinel.MasterSet == ""
	o.ReadBufferEachConn, o.WriteBufferEachConn = bufferSize, bufferSize
	if o.Dialer.Timeout == 0 {
		o.Dialer.Timeout = dialTimeout
	}
	if o.ConnWriteTimeout == 0 {
		o.ConnWriteTimeout = pingTimeout
	}
	o.Dialer.KeepAlive = pingInterval
	if o.Sentinel.MasterSet != "" && o.TLSConfig != nil {
		o.TLSConfig.ServerName = "" // each server's own, not that of the first Sentinel
	}
	o.Sentinel.Dialer = o.Dialer
	o.Sentinel.TLSConfig = o.TLSConfig
	o.Sentinel.TopologyRefreshInterval = sentinelPoll
	return o, nil
}

// checkURL says what is wrong with an address in words that do not repeat it.
func checkURL(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("redis address: it is not a URL; special characters in a password must be escaped like %40 for @; " + urlExample)
	}
	switch u.Scheme {
	case "redis", "rediss", "valkey", "valkeys":
		if u.Hostname() == "" {
			return errors.New("redis address: it names no host; " + urlExample)
		}
	case "unix":
		if u.Path == "" {
			return errors.New("redis address: it names no socket; want for instance unix:///run/redis/redis.sock")
		}
	default:
		return errors.New("redis address: it must begin with redis://, rediss:// or unix://; " + urlExample)
	}
	return nil
}
