// Package redisstore keeps the state of gates in Redis or Valkey, so that any number of them can stand side by side.
//
// # Use
//
//	options, err := redisstore.ClientOptions("redis://127.0.0.1:6379/0")
//	…
//	client, err := rueidis.NewClient(options)
//	…
//	store, err := redisstore.New(client)
//
// [New] takes a client, not an address: whoever embeds a gate has one perhaps, or wants to say more about it than an address
// can. The client of [ClientOptions] exists also while the server is down (NewClient then returns both it and an error),
// and connects when it is asked.
//
// # What it runs on
//
// Redis 6.2 or later, or Valkey: a single server, or one that Sentinel watches. Redis Cluster is not supported yet; the
// keys already carry the hash tags that it will need. The server should be told to evict nothing
// (maxmemory-policy noeviction), since an account that is evicted is a limit that is forgotten, and to persist
// (appendonly yes) if limits are to outlive its restart. What a failover loses of the last moments is lost here as well.
//
// A user for it needs the keys "ImageCode_*", "Code_*", "Limit_*" and "cattlegrid_ping", and these commands:
//
//	ACL SETUSER cattlegrid on >password ~ImageCode_* ~Code_* ~Limit_* ~cattlegrid_ping
//	  +@connection +set +get +getdel +del +type +pttl +pexpire +hset +hmget +time +eval +evalsha
//	  +zadd +zrem +zscore +zmscore +zcard +zincrby +zrangebyscore +zrevrange
//
// # What lies in it
//
// A secret with one attempt and no payload, which a challenge's answer is, is a plain string, so that other back ends can
// read it, and set it themselves:
//
//	redis-cli GET ImageCode_0b5c8f6e-2a53-4a51-9d5f-9a3a4f4c8a11       "X7KP"
//	redis-cli TTL ImageCode_0b5c8f6e-2a53-4a51-9d5f-9a3a4f4c8a11       (integer) 287
//	redis-cli SETEX ImageCode_0b5c8f6e-2a53-4a51-9d5f-9a3a4f4c8a11 300 M4TW
//
// It is taken with GETDEL: any answer, right or wrong, finds it for the last time. A gate folds what visitors type to upper
// case and compares byte for byte, so a back end that sets texts should set them in upper case.
//
// Every other secret, which a code is, is a hash:
//
//	redis-cli HMGET "Code_register_{…}" value attempts payload
//
// The account of a limit is a sorted set. The moments of its grants are microseconds of the server's clock; what is counted
// has negative scores:
//
//	redis-cli ZRANGE "Limit_sends_per_phone_hour_{…}" 0 -1 WITHSCORES
//	1) "used"                              minus the units of all grants in the set
//	2) "-2"
//	3) "at:7GJ2…"                          when this charge was granted
//	4) "1793534400123456"
//	5) "at:QX5M…"
//	6) "1793534471003920"
//
// A charge of several units has a member "cost:<id>" besides. Grants that the window has left behind are cleared away by the
// next charge; an account is gone a second after the window of its last grant. To let somebody off a limit, delete the account:
//
//	redis-cli DEL "Limit_sends_per_phone_hour_{…}"
//
// # What it costs
//
// Each verb is one trip to Redis, and atomic there: a command if one can do it, else a script, which is sent once and known by
// its digest from then on, also after Redis was restarted or has flushed its scripts. The exception is a guess without
// debits at a secret that is a hash; it takes a second trip. What limits cost grows with the logarithm of their size. A
// refusal writes nothing.
//
// # Exactness
//
// All moments are read from the clock of the server, so the clocks of the gates do not matter. Lifetimes are kept to the
// millisecond, which is how Redis expires keys: a secret may be found up to one millisecond longer than it should. Windows
// are kept to the microsecond; one that is no whole number of them counts as the next longer. If the server's clock is set
// back, a grant counts as made no earlier than the one before it. Units are exact up to 2^52.
//
// # Failure
//
// A verb returns when its context is done, whatever Redis does: that is the bound, so give it one. With the options of
// [ClientOptions] it returns sooner if Redis cannot be reached, and nothing is tried twice. The next verb after Redis is back
// is served, with the same client. As with every store, a verb that failed may have been carried out all the same: what was
// sent to a server that hangs is done when it goes on.
//
// Errors name what was being done and the code that Redis answered, READONLY or OOM for instance. They do not repeat the rest
// of the answer, in which keys and values can stand.
//
// A client made with other options should have DisableCache and DisableRetry set and, for a hanging server to be noticed,
// short timeouts: Dialer.Timeout for connecting, Dialer.KeepAlive for how long a connection may be silent before it is asked
// for a sign of life, ConnWriteTimeout for how long that may take. With AlwaysPipelining a connection that breaks while nobody
// uses it is replaced before somebody does; without, the first verb after it fails.
package redisstore
