package serving

import "time"

// Figures are what was measured. Those of rounds are one a round; what stands at the same place was measured in one round.
type Figures struct {
	Circumstances

	Drawing []float64 `json:"drawing_us"` // CPU of one picture, in this program, in each round
	Stands  []Stand   `json:"stands"`

	Embedded Embedded `json:"embedded"`
	Replicas Replicas `json:"replicas"`
	Overload []Onrush `json:"overload"`

	// OverloadAt is of the overload, which may be measured on another day than the rest.
	OverloadAt Circumstances `json:"overload_at,omitzero"`
}

// Circumstances say where and how figures came about.
type Circumstances struct {
	When      time.Time `json:"when"`
	Processor string    `json:"processor"`
	Cores     int       `json:"cores"`
	Go        string    `json:"go"`
	Version   string    `json:"redis"`   // of Redis
	Seconds   float64   `json:"seconds"` // of each measurement of a round
	Others    float64   `json:"others"`  // cores that other programs kept busy meanwhile
}

// Stand is one server and its store.
type Stand struct {
	Name string `json:"name"`

	Pictures  Saturated `json:"pictures"`
	Crossings Saturated `json:"crossings"`

	At70 At70 `json:"at_70"` // percent of the crossings a second above

	Trips         int     `json:"trips"`           // to Redis, of one crossing
	BytesIn       float64 `json:"bytes_in"`        // of one crossing, to the server; these and IdleBytes are medians of the rounds
	BytesOut      float64 `json:"bytes_out"`       // from it
	RedisBytesIn  float64 `json:"redis_bytes_in"`  // to Redis
	RedisBytesOut float64 `json:"redis_bytes_out"` // from it
	RedisKept     float64 `json:"redis_kept"`      // bytes times seconds that what one crossing leaves there stays

	StartMillis float64 `json:"start_ms"`   // from the start to the first answer, in the quickest round
	IdleBytes   int64   `json:"idle_bytes"` // memory once it has answered

	idle, in, out, redisIn, redisOut []float64 // of each round
}

// Saturated is how much as many visitors as can be carried get, one after the other on each connection.
type Saturated struct {
	PerSecond []float64 `json:"per_second"`
	ServerCPU []float64 `json:"server_cpu_us"` // of each
	RedisCPU  []float64 `json:"redis_cpu_us"`
	BusiestUS []float64 `json:"busiest_redis_us"` // of that, what the busiest Redis server takes
}

// At70 is how long visitors wait who come at moments of chance, 70 % of as many as can be carried.
type At70 struct {
	Rate     float64 `json:"rate"`
	Picture  Waits   `json:"picture"`
	Crossing Waits   `json:"crossing"`
	Failed   int64   `json:"failed"`
}

// Waits are in milliseconds.
type Waits struct {
	P50  float64 `json:"p50"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p999"`
}

// Embedded is what the embedded store does without a network.
type Embedded struct {
	PutAttempts []float64 `json:"put_attempts_per_second"` // a challenge stored and taken, by boltstore, in this program
	Challenges  int       `json:"challenges"`              // that are outstanding
	Alone       int64     `json:"alone_bytes"`             // of live heap that they take
	Bytes       int64     `json:"bytes"`                   // with the limits of their clients and networks
	AloneTaken  int64     `json:"alone_taken,omitzero"`    // of memory that the process took for them, garbage and file included
	Taken       int64     `json:"taken,omitzero"`          // with the limits
}

// Replicas are two servers on one Redis beside one.
type Replicas struct {
	One []float64 `json:"one_per_second"`
	Two []float64 `json:"two_per_second"`
}

// Onrush is how a server does to which so many visitors come.
type Onrush struct {
	Stand    string  `json:"stand"`
	Times    float64 `json:"times"` // of the peak
	Rate     float64 `json:"rate"`
	Peak     float64 `json:"peak"` // visitors a second that few connections carried just before, each coming when the last one has gone
	OK       float64 `json:"ok_per_second"`
	Shed     float64 `json:"shed_per_second"`
	Failed   int64   `json:"failed"`
	Accepted Waits   `json:"accepted"` // of single requests, of those who were not turned away
	ShedP99  float64 `json:"shed_p99"` // of those who were, milliseconds
	Memory   []int64 `json:"memory"`   // of the server, in bytes, second by second
}
