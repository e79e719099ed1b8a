package guard

import (
	"fmt"
	"time"
)

// Scope says whose account a limit charges.
type Scope string

// The scopes of limits.
const (
	PerPhone   Scope = "phone"   // one phone number
	PerClient  Scope = "client"  // one client address: IPv4 /32, IPv6 /64
	PerNetwork Scope = "network" // the client's neighbourhood: IPv4 /24, IPv6 /48
	PerPrefix  Scope = "prefix"  // a phone number without its last four digits
	PerSegment Scope = "segment" // the operator segment: the country's calling code and the next three digits
	PerCountry Scope = "country" // the phone number's country
	PerPurpose Scope = "purpose" // what the code is for
	InTotal    Scope = "total"   // everything
)

// Measure says what a limit counts.
type Measure string

// The measures of limits.
const (
	Acts            Measure = ""                 // each challenge, message or wrong code
	Numbers         Measure = "numbers"          // different phone numbers
	Countries       Measure = "countries"        // different countries of phone numbers
	Unverified      Measure = "unverified"       // different phone numbers, each until it is verified
	UnverifiedSends Measure = "unverified_sends" // messages to phone numbers, until the number is verified
	Money           Measure = "money"            // what messages cost, in ten thousandths of the currency
)

// Limit is a rule: at most Max units within any rolling Window.
type Limit struct {
	Name   string        // names the rule in keys, logs and metrics, for instance "sends_per_phone_hour"
	Per    Scope         // whose account is charged
	Of     Measure       // what is counted
	Max    int           // units granted at most within one Window; 1 to MaxUnits
	Window time.Duration // length of the rolling window; 1ms to MaxWindow

	// Grow lets the limit follow what was verified: it is Grow hundredths of [Record.Base] for the Window, of a lane's
	// [Record.Within], where that is more than Max. 0 to 1000; 0 means that it does not grow.
	Grow int

	// Cold, if set, makes the limit one of a lane: it is charged only for numbers whose prefix, segment or country,
	// whichever Cold names, has no record yet, while the next wider one has. See [Known].
	Cold Scope

	// Hard and Work, if set, are units from which on the visitor has to answer a hard challenge, or to prove work as
	// well. Hard ≤ Work ≤ Max, and they grow as Max does.
	Hard, Work int

	// Coarse bounds what is remembered of a limit that is charged very often: charges older than 15 minutes are
	// remembered by the sixtieth part of the window, each part as late as its last charge. So the limit may grant that
	// much later than it could, and never more than it should.
	Coarse bool
}

// Effort is what a visitor did to be let through. Each includes the ones before it.
type Effort int

// The efforts.
const (
	Normal Effort = iota // a challenge at the level of the site's style
	Hard                 // a hard challenge
	Work                 // a hard challenge and a proof of work
)

// String returns "normal", "hard" or "work".
func (e Effort) String() string {
	switch e {
	case Hard:
		return "hard"
	case Work:
		return "work"
	default:
		return "normal"
	}
}

// max is how many units are granted to a visitor who made the effort.
func (l Limit) max(effort Effort) int {
	switch {
	case effort < Hard && l.Hard > 0:
		return l.Hard
	case effort < Work && l.Work > 0:
		return l.Work
	default:
		return l.Max
	}
}

// at is the limit as it stands for a visitor who made the effort. Both shares are kept, Max's and Grow's.
func (l Limit) at(effort Effort) Limit {
	if most := l.max(effort); most < l.Max {
		l.Grow = int(int64(l.Grow) * int64(most) / int64(l.Max))
		l.Max = most
	}
	return l
}

// Needed is the least effort at which the limit would have granted a charge that was refused when used units were
// granted, and false if none would: then the visitor has to wait. The limit is the policy's own, and base what it grows by.
func (l Limit) Needed(used, cost, base int) (Effort, bool) {
	for effort := Normal; effort <= Work; effort++ {
		if used+cost <= l.at(effort).Ceiling(base) {
			return effort, true
		}
	}
	return 0, false
}

// Ceiling is how many units are granted within one window when base numbers were verified, see Grow.
func (l Limit) Ceiling(base int) int {
	return max(l.Max, int(min(int64(l.Grow)*int64(base)/100, MaxUnits)))
}

// maxNameLen leaves room in a key for an account's name.
const maxNameLen = 64

// validate reports why the limit cannot work.
func (l Limit) validate() error {
	switch {
	case !isName(l.Name):
		return fmt.Errorf("a limit is named %.64q, want 1 to %d small letters, digits or %q", l.Name, maxNameLen, "_")
	case l.Max < 1 || l.Max > MaxUnits:
		return fmt.Errorf("limit %s grants %d, want 1 to %d", l.Name, l.Max, MaxUnits)
	case l.Window < time.Millisecond || l.Window > MaxWindow:
		return fmt.Errorf("limit %s has a window of %v, want 1ms to %v", l.Name, l.Window, MaxWindow)
	case l.Grow < 0 || l.Grow > 1000:
		return fmt.Errorf("limit %s grows by %d percent, want 0 to 1000", l.Name, l.Grow)
	case l.Grow > 0 && l.Window > MaxGrowWindow:
		return fmt.Errorf("limit %s grows with a window of %v, want at most %v", l.Name, l.Window, MaxGrowWindow)
	case l.Hard < 0 || l.Work < 0 || l.Hard > l.Max || l.Work > l.Max || l.Work > 0 && l.Hard > l.Work:
		return fmt.Errorf("limit %s asks for more from %d and %d units on, want hard ≤ work ≤ max, which is %d", l.Name, l.Hard, l.Work, l.Max)
	}
	return nil
}

func isName(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= maxNameLen
}
