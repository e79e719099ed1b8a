// Package redisstore keeps the state of gates in Redis or Valkey, so that any number of them can stand side by side.
//
// # Use
//
//	options, err := redisstore.ClientOptions("redis://127.0.0.1:6379/0")
//	…
//	client, err := rueidis.NewClient(options)
//	…
//	store, err := redisstore.New(client, redisstore.Options{})
//
// [New] takes a client, not an address: whoever embeds a gate has one perhaps, or wants to say more about it than an address
// can. The client of [ClientOptions] exists also while the server is down (NewClient then returns both it and an error),
// and connects when it is asked.
//
// # What it runs on
//
// Redis 6.2 or later, or Valkey: a single server, one that Sentinel watches, or Redis Cluster. The server should be told to
// evict nothing (maxmemory-policy noeviction), since an account that is evicted is a limit that is forgotten, and to
// persist (appendonly yes) if limits are to outlive its restart. [Store.Warnings] says what of this is not so.
//
// A user for it needs these keys and commands; "wait" with [Options.WaitReplicas] only, "cluster" with Redis Cluster only,
// "info" and "config|get" for [Store.Warnings] only:
//
//	ACL SETUSER cattlegrid on >password ~ImageCode_* ~Code_* ~Limit_* ~Record_* ~Send_*
//	  ~Message_* ~Fate_* ~Final_* ~MessageOf_* ~Proof_* ~cattlegrid_*
//	  +@connection +set +get +mget +getdel +del +type +pttl +pexpire +hset +hmget +time +eval +evalsha
//	  +zadd +zrem +zscore +zmscore +zrangebyscore +zrevrange +wait +info +config|get +cluster|slots +cluster|shards
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
// The account of a limit is a string, under its key with ":count" after it: what is used, when the last grant was made, the
// longest window of the limits on it, until when it lives; then each grant, with its moment, units and how often it was
// charged. Moments are microseconds of the server's clock.
//
//	redis-cli GET "Limit_send_phone_acts_24h0m0s_{…}:count"
//	2 1793534471003920 86400000000 1793631871003920
//	7GJ2… 1793534400123456 1 1
//	QX5M… 1793534471003920 1 1
//
// Grants that the longest window has left behind stay until somebody has to look. An account of more than 2 KiB has its
// grants in a sorted set, whose key ends in ":count:many". An account is gone a second after the longest window of its last
// grant, or up to an eighth of that later if it was charged more than once. To let somebody off a limit, delete the string:
//
//	redis-cli DEL "Limit_send_phone_acts_24h0m0s_{…}:count"
//
// A record of what was verified is a string too: the total, the last day, and what each day and each hour had, counted from
// the Unix epoch. It is gone fourteen days after its last day.
//
//	redis-cli GET "Record_prefix_{guard}…:count"
//	7 20758|20757:3 20758:4|498187:3 498193:4
//
// What gates go by, see [Store.Introduce], is a string, "cattlegrid_keys{guard}".
//
// # When data is lost
//
// A failover forgets what the replica did not have yet. With [Options.WaitReplicas] a verb says that something is granted or
// accepted only when so many replicas have it; then nothing is forgotten as long as one of them takes over, and a master
// that is cut off grants nothing. It costs a connection for each call under way and about a trip to the replica.
//
// A server that was emptied, or came back with older data, has forgotten limits, and in the second case may have secrets again
// that were used. Stores notice: the key "cattlegrid_marker{guard}" holds a count that goes up about once a second while
// debits are charged, and each store knows how high it was. The first step that finds it lower is refused with a [LostError],
// and for [Options.LossPause] so is each step with debits, of all stores; [Store.Pause] is what is left. What a loss of less than a second took may go
// unnoticed, and so does one where no process is left that knew the count.
//
// In a cluster the marker lies on the shard of the budgets, and steps that charge what lies there meet it. Under the policy that
// ships, challenges and messages do, and pause; a guess at a code charges its phone only and does not, so that a used code that
// is back may be accepted again. On other shards the limits of the phones and clients that lie there, and that secrets were
// used, are forgotten unnoticed. For both there is only WaitReplicas.
//
// # What it costs
//
// Each verb is one trip to Redis, and atomic there: a command if one can do it, else a script, which is sent once and known
// by its digest from then on, also after Redis was restarted or has flushed its scripts. The exception is a guess without
// debits at a secret that is a hash; it takes a second trip. What an account costs grows with what is in it up to 2 KiB,
// then with the logarithm of its size. A refusal writes nothing.
//
// # Redis Cluster
//
// Keys that lie together in a cluster carry a hash tag: what is one phone's lies in one place, what is one client's in
// another, and all else that the guard counts in a third, with the records. Keys without a tag are each on their own. A
// verb whose keys all have one tag is one trip, and atomic. Otherwise it first charges the debits on other shards, all at
// once, and then does its own work; if a limit or anything else stands against it, what the others had charged is given
// back. So no limit is ever exceeded, and a refusal costs nothing in the end; but somebody else may be refused because of a
// charge that was given back a moment later, and what cannot be given back within two seconds because a shard fails stays
// charged. A verb does not wait for that beyond its context. A record must lie where the debits do that name it.
//
// # Exactness
//
// All moments are read from the clock of the server, so the clocks of the gates do not matter. Lifetimes are kept to the
// millisecond, which is how Redis expires keys: a secret may be found up to one millisecond longer than it should. Windows
// are kept to the microsecond; one that is no whole number of them counts as the next longer. If the server's clock is set
// back, a grant counts as made no earlier than the one before it. Units are exact below 10^14, which no limit reaches.
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
// short timeouts: Dialer.Timeout for connecting, Dialer.KeepAlive for how long a connection may be silent before it is
// asked for a sign of life, ConnWriteTimeout for how long that may take. With AlwaysPipelining a connection that breaks
// while nobody uses it is replaced before somebody does; without, the first verb after it fails.
package redisstore
