package redisstore

import (
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/redis/rueidis"
)

// What [ClientOptions] sets unless the address says otherwise.
const (
	dialTimeout  = time.Second     // to connect, and as long again to introduce itself
	pingInterval = time.Second     // of a connection on which nothing comes back
	pingTimeout  = 2 * time.Second // after which such a connection is given up
	topologyPoll = 5 * time.Second // of Sentinel or a cluster
	redirections = 8               // of one command within a cluster
	bufferSize   = 64 << 10        // of a connection, each way
	idleTimeout  = time.Minute     // of a connection that a step had to itself, see Options.WaitReplicas
)

const urlExample = "want for instance redis://user:password@127.0.0.1:6379/0"

// ClientOptions returns the options for the client of a [Store] at address:
//
//	redis://user:password@host:6379/0                                  one server; the number is the database
//	rediss://user:password@host:6380/0                                 the same over TLS
//	unix:///run/redis/redis.sock?db=0                                  one server on this machine
//	redis://sentinel1:26379?addr=sentinel2:26379&master_set=mymaster   Sentinel
//	redis://node1:6379?addr=node2:6379&addr=node3:6379                 Redis Cluster: some of its nodes
//
// More can be said in the query, as [rueidis.ParseURL] has it: client_name, db, dial_timeout, protocol, write_timeout, and with
// TLS skip_verify. Anything else in it is an error. The error does not repeat the address, which may hold a password.
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
	single := o.Sentinel.MasterSet == "" && len(o.InitAddress) == 1
	cluster := o.Sentinel.MasterSet == "" && !single
	if cluster && o.SelectDB != 0 {
		return rueidis.ClientOption{}, errors.New("redis address: several servers without a master_set are a Redis Cluster, which has database 0 only")
	}
	// Nothing is kept at the client: what is asked for is used up by asking.
	o.DisableCache = true
	// A retry could only be of what the caller has no time left for.
	o.DisableRetry = true
	// A reader always listens, so that a connection that breaks while nobody asks is replaced before somebody does.
	o.AlwaysPipelining = true
	// No look for a Redis Cluster, and a client also while the server is down: it connects when asked.
	o.ForceSingleClient = single
	o.BlockingPoolCleanup = idleTimeout
	o.ReadBufferEachConn, o.WriteBufferEachConn = bufferSize, bufferSize
	if o.Dialer.Timeout == 0 {
		o.Dialer.Timeout = dialTimeout
	}
	if o.ConnWriteTimeout == 0 {
		o.ConnWriteTimeout = pingTimeout
	}
	o.Dialer.KeepAlive = pingInterval
	if !single && o.TLSConfig != nil {
		o.TLSConfig.ServerName = "" // each server's own, not that of the first one named
	}
	o.Sentinel.Dialer = o.Dialer
	o.Sentinel.TLSConfig = o.TLSConfig
	o.Sentinel.TopologyRefreshInterval = topologyPoll
	if cluster {
		o.ClusterOption.ShardsRefreshInterval, o.ClusterOption.MaxMovedRedirections = topologyPoll, redirections
	}
	return o, nil
}

// parameters are what the query of an address may have. Others of rueidis are for what is not left to the address.
var parameters = []string{"addr", "client_name", "db", "dial_timeout", "master_set", "protocol", "skip_verify", "write_timeout"}

// checkQuery says what is wrong with the query of an address, which would be ignored otherwise.
func checkQuery(u *url.URL) error {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return errors.New("redis address: what follows the question mark is not name=value, joined by &; " + urlExample)
	}
	for name, values := range query {
		if !slices.Contains(parameters, name) {
			return errors.New("redis address: it has a parameter that is none of " + strings.Join(parameters, ", "))
		}
		if len(values) > 1 && name != "addr" {
			return errors.New("redis address: it has " + name + " more than once")
		}
	}
	if protocol := query.Get("protocol"); protocol != "" && protocol != "2" && protocol != "3" {
		return errors.New("redis address: protocol must be 2 or 3")
	}
	if query.Has("master_set") && query.Get("master_set") == "" {
		return errors.New("redis address: master_set is empty; want for instance master_set=mymaster")
	}
	if query.Has("skip_verify") && u.Scheme != "rediss" && u.Scheme != "valkeys" {
		return errors.New("redis address: skip_verify is for TLS, but it does not begin with rediss://")
	}
	return nil
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
		for _, addr := range u.Query()["addr"] {
			if _, port, err := net.SplitHostPort(addr); err != nil || port == "" {
				return errors.New("redis address: each addr must be a host and a port, such as redis2:6379")
			}
		}
	case "unix":
		if u.Path == "" {
			return errors.New("redis address: it names no socket; want for instance unix:///run/redis/redis.sock")
		}
	default:
		return errors.New("redis address: it must begin with redis://, rediss:// or unix://; " + urlExample)
	}
	return checkQuery(u)
}
