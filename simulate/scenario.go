package simulate

import (
	"time"
)

// Scenario is what happens in one run, as a TOML file says it.
type Scenario struct {
	About    string   `toml:"about"`    // one sentence for whoever reads the results
	Seed     uint64   `toml:"seed"`     // of all randomness of the world
	Duration Duration `toml:"duration"` // what is simulated and measured; it begins at midnight in China
	History  int      `toml:"history"`  // days of visitors before, 0 to 60; 0 is a launch day

	Prices    Prices     `toml:"prices"`
	Policy    Overrides  `toml:"policy"`
	Visitors  Visitors   `toml:"visitors"`
	Attackers []Attacker `toml:"attackers"`
}

// Prices are those of one message, in units of the currency. A message costs at least 0 and at most 1000.
type Prices struct {
	Currency  string             `toml:"currency"`  // "" means EUR
	Home      float64            `toml:"home"`      // to a mainland number
	Abroad    float64            `toml:"abroad"`    // to any other
	Countries map[string]float64 `toml:"countries"` // to those of a country, by its ISO 3166 code
}

// Overrides change the policy for a scenario.
type Overrides struct {
	Countries []string       `toml:"countries"` // whose numbers are served; ["*"] means all; none leaves the policy's own
	Observe   bool           `toml:"observe"`   // decide and record, refuse nothing
	Known     Known          `toml:"known"`     // from when on something has a record; 0 leaves the policy's own
	Limits    map[string]int `toml:"limits"`    // the Max of limits by name; 0 takes the limit away
}

// Known is how many verified numbers make a prefix, a segment and a country known, see [guard.Known].
type Known struct {
	Prefix  int `toml:"prefix"`
	Segment int `toml:"segment"`
	Country int `toml:"country"`
}

// Visitors are people who want a code. All have mainland numbers.
type Visitors struct {
	PerHour    float64  `toml:"per_hour"`    // arrivals, on average over a day
	Prefixes   int      `toml:"prefixes"`    // phone prefixes that they come from
	Segments   int      `toml:"segments"`    // operator segments that the prefixes lie in, 1 to 60
	Zipf       float64  `toml:"zipf"`        // how unlike prefixes are: the n-th has a share like 1/n^Zipf; 0 means all alike
	Solve      float64  `toml:"solve"`       // probability of a right answer to a normal challenge
	SolveHard  float64  `toml:"solve_hard"`  // and to a hard one
	Tries      int      `toml:"tries"`       // wrong answers after which one gives up
	Convert    float64  `toml:"convert"`     // probability that a code which arrived is typed in
	Mistype    float64  `toml:"mistype"`     // probability of typing it wrong, each time
	Resend     float64  `toml:"resend"`      // probability of asking for another message
	Patience   Duration `toml:"patience"`    // the longest wait that one puts up with, once
	Shared     float64  `toml:"shared"`      // share of those behind shared addresses
	PerAddress int      `toml:"per_address"` // visitors a day behind each of these
}

// Attacker is somebody who wants messages to leave. An attempt is one try to make a message leave, however many
// challenges it takes.
type Attacker struct {
	Name     string   `toml:"name"`
	Start    Duration `toml:"start"`    // from the begin of the simulation
	Duration Duration `toml:"duration"` //
	PerHour  float64  `toml:"per_hour"` // attempts

	Addresses  int  `toml:"addresses"`   // client addresses, one of which each attempt comes from
	PerNetwork int  `toml:"per_network"` // how many of them lie in one /24, or for IPv6 in one /48; 0 means 1
	IPv6       bool `toml:"ipv6"`        // each address is in a /64 of its own

	Accuracy     float64  `toml:"accuracy"`      // of the solver
	HardAccuracy float64  `toml:"hard_accuracy"` // with hard challenges; 0 means the same
	SolveTime    Duration `toml:"solve_time"`    // for each challenge; 0 means 2 s
	GivesUp      bool     `toml:"gives_up"`      // when told to do more; else hard challenges are solved and work is proved

	// Where messages go.
	Range           Range    `toml:"range"`            // abroad, home or spray; "" means abroad
	Countries       []string `toml:"countries"`        // abroad: these
	CountryCount    int      `toml:"country_count"`    // abroad: or as many
	Prefixes        int      `toml:"prefixes"`         // phone prefixes in all, spread over countries or segments
	Segments        int      `toml:"segments"`         // home: operator segments that they lie in; 0 means 10
	UnknownSegments bool     `toml:"unknown_segments"` // home: which no visitor's number is in
	Record          int      `toml:"record"`           // numbers of each prefix that the attacker verified in the days before
	Repeats         int      `toml:"repeats"`          // messages to each number, as soon as the next may leave; 0 means 1

	Convert float64 `toml:"convert"` // share of messages whose code the attacker types in, to look like visitors
}

// Range says whose numbers an attacker has messages sent to.
type Range string

// The ranges.
const (
	Abroad Range = "abroad" // numbers of other countries
	Home   Range = "home"   // mainland numbers whose prefixes no visitor has
	Spray  Range = "spray"  // mainland numbers of the visitors' own prefixes
)

// Duration is a [time.Duration] that is written "90s".
type Duration time.Duration

// UnmarshalText implements [encoding.TextUnmarshaler].
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}

// defaults is what a scenario says that says nothing.
func defaults() Scenario {
	return Scenario{
		Seed:     1,
		Duration: Duration(24 * time.Hour),
		History:  14,
		Prices:   Prices{Currency: "EUR", Home: 0.03, Abroad: 0.075},
		Visitors: Visitors{
			PerHour: 500, Prefixes: 4000, Segments: 40, Solve: 0.85, SolveHard: 0.75, Tries: 3, Convert: 0.85, Mistype: 0.03,
			Resend: 0.1, Patience: Duration(time.Minute), Shared: 0.3, PerAddress: 5,
		},
	}
}

// fill puts defaults in place of zeros.
func (a *Attacker) fill() {
	orElse(&a.PerNetwork, 1)
	orElse(&a.HardAccuracy, a.Accuracy)
	orElse(&a.SolveTime, Duration(2*time.Second))
	orElse(&a.Range, Abroad)
	orElse(&a.Segments, 10)
	orElse(&a.Repeats, 1)
}

func orElse[T comparable](field *T, otherwise T) {
	var zero T
	if *field == zero {
		*field = otherwise
	}
}

// end is when the attacker stops, from the begin of the simulation.
func (a *Attacker) end() time.Duration { return time.Duration(a.Start + a.Duration) }
