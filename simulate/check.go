package simulate

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
)

// mistake is a value that cannot work, at a key such as "attackers[0].accuracy".
type mistake struct {
	key  string
	text string // "is 2, want 0 to 1"
}

// checker collects the mistakes of a scenario.
type checker struct{ mistakes []mistake }

func (c *checker) add(key, format string, args ...any) {
	c.mistakes = append(c.mistakes, mistake{key: key, text: fmt.Sprintf(format, args...)})
}

func (c *checker) number(key string, got, least, most float64) {
	if math.IsNaN(got) || got < least || got > most {
		c.add(key, "is %v, want %v to %v", got, least, most)
	}
}

func (c *checker) share(key string, got float64) { c.number(key, got, 0, 1) }

func (c *checker) count(key string, got, least, most int) {
	if got < least || got > most {
		c.add(key, "is %d, want %d to %d", got, least, most)
	}
}

func (c *checker) time(key string, got Duration, least, most time.Duration) {
	if d := time.Duration(got); d < least || d > most {
		c.add(key, "is %v, want %v to %v", d, least, most)
	}
}

const (
	maxDuration = 31 * 24 * time.Hour
	maxHistory  = 60 // days
	maxPrice    = 1000
	maxPerHour  = 10_000_000
)

func (c *checker) scenario(s *Scenario) {
	c.time("duration", s.Duration, time.Minute, maxDuration)
	c.count("history", s.History, 0, maxHistory)
	c.number("prices.home", s.Prices.Home, 0, maxPrice)
	c.number("prices.abroad", s.Prices.Abroad, 0, maxPrice)
	for country, price := range s.Prices.Countries {
		c.number("prices.countries."+country, price, 0, maxPrice)
	}
	for name, most := range s.Policy.Limits {
		c.count("policy.limits."+name, most, 0, guard.MaxUnits)
	}
	c.visitors(&s.Visitors)
	if len(s.Attackers) > maxParties-2 {
		c.add("attackers", "are %d, want at most %d", len(s.Attackers), maxParties-2)
	}
	for i := range s.Attackers {
		c.attacker(fmt.Sprintf("attackers[%d].", i), s, &s.Attackers[i])
	}
}

func (c *checker) visitors(v *Visitors) {
	c.number("visitors.per_hour", v.PerHour, 0, maxPerHour)
	c.count("visitors.segments", v.Segments, 1, maxSegments)
	c.count("visitors.prefixes", v.Prefixes, v.Segments, v.Segments*prefixesPerSegment/2)
	c.number("visitors.zipf", v.Zipf, 0, 3)
	c.share("visitors.solve", v.Solve)
	c.share("visitors.solve_hard", v.SolveHard)
	c.count("visitors.tries", v.Tries, 1, 10)
	c.share("visitors.convert", v.Convert)
	c.number("visitors.mistype", v.Mistype, 0, 0.9)
	c.share("visitors.resend", v.Resend)
	c.time("visitors.patience", v.Patience, 0, time.Hour)
	c.share("visitors.shared", v.Shared)
	c.count("visitors.per_address", v.PerAddress, 1, 1_000_000)
}

func (c *checker) attacker(at string, s *Scenario, a *Attacker) {
	c.time(at+"start", a.Start, 0, time.Duration(s.Duration))
	c.time(at+"duration", a.Duration, time.Minute, max(time.Minute, time.Duration(s.Duration-a.Start)))
	c.number(at+"per_hour", a.PerHour, 1, maxPerHour)
	c.count(at+"per_network", a.PerNetwork, 1, addressesPerNetwork)
	c.count(at+"addresses", a.Addresses, 1, networksPerParty*max(1, a.PerNetwork))
	c.share(at+"accuracy", a.Accuracy)
	c.share(at+"hard_accuracy", a.HardAccuracy)
	c.time(at+"solve_time", a.SolveTime, 0, 4*time.Minute)
	c.share(at+"convert", a.Convert)
	c.count(at+"repeats", a.Repeats, 1, 1_000_000)
	c.count(at+"record", a.Record, 0, 1000)
	switch a.Range {
	case Spray:
		return
	case Home:
		c.count(at+"segments", a.Segments, 1, a.segmentsThere(s))
		c.count(at+"prefixes", a.Prefixes, a.Segments, max(a.Segments, a.Segments*prefixesPerSegment/4))
	case Abroad:
		c.abroad(at, a)
	default:
		c.add(at+"range", "is %q, want %s, %s or %s", a.Range, Abroad, Home, Spray)
	}
}

// segmentsThere is how many segments there are for an attacker at home to choose from.
func (a *Attacker) segmentsThere(s *Scenario) int {
	known := min(max(1, s.Visitors.Segments), maxSegments)
	if a.UnknownSegments {
		return len(mainlandSegments) - known
	}
	return known
}

func (c *checker) abroad(at string, a *Attacker) {
	for i, country := range a.Countries {
		if country == mainland || callingCode(country) == "" {
			c.add(at+"countries", "has %q, want the codes of countries abroad, such as %q", country, "ID")
		}
		if slices.Contains(a.Countries[:i], country) {
			c.add(at+"countries", "has %q twice", country)
		}
	}
	n := len(a.Countries)
	if n == 0 {
		c.count(at+"country_count", a.CountryCount, 1, len(countries)-1)
		n = max(1, a.CountryCount)
	} else if a.CountryCount != 0 {
		c.add(at+"country_count", "is %d, and countries are named too: leave one of both away", a.CountryCount)
	}
	c.count(at+"prefixes", a.Prefixes, n, n*maxPrefixesAbroad)
}

// unit is an amount in ten thousandths of the currency.
func unit(price float64) int { return int(math.Round(price * 10_000)) }
