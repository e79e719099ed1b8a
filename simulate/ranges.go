package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"strconv"
)

// prefixesPerSegment is how many prefixes of seven digits an operator segment of three has.
const prefixesPerSegment = 10_000

// maxSegments is how many of the 70 segments from 130 to 199 visitors come from at most, so that some are left.
const maxSegments = 60

// mainlandSegments are in an order in which any number of them from the start is a fair mix of operators.
var mainlandSegments = func() []string {
	segments := make([]string, 0, 70)
	for last := range 10 {
		for _, second := range "3589764" {
			segments = append(segments, fmt.Sprintf("+86"+"1%c%d", second, (last+8)%10))
		}
	}
	return segments
}()

// numbers is phone numbers of some prefixes.
type numbers struct {
	prefixes []string  // numbers without their last four digits
	sums     []float64 // of the prefixes' weights up to each; nil if all weigh the same
}

// draw returns a number.
func (n *numbers) draw(random *rand.Rand) string {
	i := random.IntN(len(n.prefixes))
	if n.sums != nil {
		i = sort.SearchFloat64s(n.sums, random.Float64()*n.sums[len(n.sums)-1])
		i = min(i, len(n.prefixes)-1)
	}
	return n.of(i, random.IntN(10_000))
}

// of returns a number of the i-th prefix by its last four digits.
func (n *numbers) of(i, last int) string {
	return n.prefixes[i] + strconv.Itoa(10_000 + last)[1:]
}

// visitorNumbers are those of visitors: prefixes spread evenly over segments, each weighing like 1/rank^zipf.
func visitorNumbers(v *Visitors, random *rand.Rand) *numbers {
	n := &numbers{prefixes: homePrefixes(v.Prefixes, mainlandSegments[:v.Segments], nil, random)}
	if v.Zipf == 0 {
		return n
	}
	// Without a shuffle the first segments would have all the common prefixes.
	random.Shuffle(len(n.prefixes), func(i, j int) { n.prefixes[i], n.prefixes[j] = n.prefixes[j], n.prefixes[i] })
	sum := 0.0
	for i := range n.prefixes {
		sum += math.Pow(float64(i+1), -v.Zipf)
		n.sums = append(n.sums, sum)
	}
	return n
}

// attackerNumbers are those that an attacker has messages sent to.
func attackerNumbers(s *Scenario, a *Attacker, visitors *numbers, random *rand.Rand) *numbers {
	switch a.Range {
	case Spray:
		return visitors
	case Home:
		taken := map[string]bool{}
		for _, p := range visitors.prefixes {
			taken[p] = true
		}
		segments := mainlandSegments[:s.Visitors.Segments]
		if a.UnknownSegments {
			segments = mainlandSegments[s.Visitors.Segments:]
		}
		return &numbers{prefixes: homePrefixes(a.Prefixes, segments[:a.Segments], taken, random)}
	default:
		return &numbers{prefixes: prefixesAbroad(a, random)}
	}
}

// homePrefixes draws n different prefixes spread evenly over segments, none of which is taken.
func homePrefixes(n int, segments []string, taken map[string]bool, random *rand.Rand) []string {
	prefixes := make([]string, 0, n)
	own := make(map[string]bool, n)
	for len(prefixes) < n {
		p := fmt.Sprintf("%s%04d", segments[len(prefixes)%len(segments)], random.IntN(prefixesPerSegment))
		if !taken[p] && !own[p] {
			own[p] = true
			prefixes = append(prefixes, p)
		}
	}
	return prefixes
}

// prefixesAbroad draws different prefixes spread evenly over the attacker's countries.
func prefixesAbroad(a *Attacker, random *rand.Rand) []string {
	calling := make([]string, 0, len(a.Countries)+a.CountryCount)
	for _, code := range a.Countries {
		calling = append(calling, callingCode(code))
	}
	for i := range a.CountryCount {
		calling = append(calling, countries[i+1].calling) // after the mainland
	}
	prefixes := make([]string, 0, a.Prefixes)
	own := make(map[string]bool, a.Prefixes)
	for len(prefixes) < a.Prefixes {
		code := calling[len(prefixes)%len(calling)]
		rest := digitsAbroad - 4 - len(code)
		p := fmt.Sprintf("+%s%0*d", code, rest, random.IntN(int(math.Pow10(rest))))
		// A number of +1 may turn out to be one of an island.
		if byLongestCode(p) == code && !own[p] {
			own[p] = true
			prefixes = append(prefixes, p)
		}
	}
	return prefixes
}

// byLongestCode is the calling code that a prefix begins with.
func byLongestCode(prefix string) (code string) {
	for length := 1; length <= 4; length++ {
		if _, ok := byCalling[prefix[1:1+length]]; ok {
			code = prefix[1 : 1+length]
		}
	}
	return code
}
