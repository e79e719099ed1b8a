package guard

import (
	"fmt"
	"slices"
	"time"
)

// Policy is the limits of a gate. The zero value means no limits at all; [DefaultPolicy] is what a gate uses unless told
// otherwise.
type Policy struct {
	Challenge []Limit // charged for each challenge that is shown
	Send      []Limit // charged for each message that leaves
	WrongCode []Limit // charged for each wrong code
}

// Validate reports the first limit that cannot work, by name: one that grants nothing, counts nothing known, or shares
// its name and so its accounts with another.
func (p Policy) Validate() error {
	seen := map[string]bool{}
	for _, l := range slices.Concat(p.Challenge, p.Send, p.WrongCode) {
		switch {
		case l.Name == "" || len(l.Name) > maxNameLen:
			return fmt.Errorf("a limit's name is %d bytes long, want 1 to %d", len(l.Name), maxNameLen)
		case seen[l.Name]:
			return fmt.Errorf("two limits are named %s", l.Name)
		case l.Per != PerPhone && l.Per != PerClient:
			return fmt.Errorf("limit %s counts per %q, want %q or %q", l.Name, l.Per, PerPhone, PerClient)
		case l.Max < 1 || l.Max > MaxUnits:
			return fmt.Errorf("limit %s grants %d, want 1 to %d", l.Name, l.Max, MaxUnits)
		case l.Window < time.Millisecond || l.Window > MaxWindow:
			return fmt.Errorf("limit %s has a window of %v, want 1ms to %v", l.Name, l.Window, MaxWindow)
		}
		seen[l.Name] = true
	}
	for _, l := range p.Challenge {
		if l.Per != PerClient {
			return fmt.Errorf("limit %s counts per %s, but no phone is known when a challenge is shown", l.Name, l.Per)
		}
	}
	for _, l := range p.WrongCode {
		if l.Per != PerPhone {
			return fmt.Errorf("limit %s counts per %s, but wrong codes are counted per phone", l.Name, l.Per)
		}
	}
	return nil
}

// maxNameLen leaves room in a key for an account's name.
const maxNameLen = 64

// DefaultPolicy is 30 challenges a minute and 30 messages an hour per client; one message a minute, five an hour and ten
// a day per phone, which are the limits that the large mainland providers impose themselves; and 15 wrong codes an hour,
// 25 a day per phone, counted across codes so that a fresh code does not refill the guesses.
func DefaultPolicy() Policy {
	return Policy{
		Challenge: []Limit{
			{Name: "challenges_per_client_minute", Per: PerClient, Max: 30, Window: time.Minute},
		},
		Send: []Limit{
			{Name: "sends_per_phone_minute", Per: PerPhone, Max: 1, Window: time.Minute},
			{Name: "sends_per_phone_hour", Per: PerPhone, Max: 5, Window: time.Hour},
			{Name: "sends_per_phone_day", Per: PerPhone, Max: 10, Window: 24 * time.Hour},
			{Name: "sends_per_client_hour", Per: PerClient, Max: 30, Window: time.Hour},
		},
		WrongCode: []Limit{
			{Name: "wrong_codes_per_phone_hour", Per: PerPhone, Max: 15, Window: time.Hour},
			{Name: "wrong_codes_per_phone_day", Per: PerPhone, Max: 25, Window: 24 * time.Hour},
		},
	}
}

// Subject is whom an act is charged to. Phone and Client are opaque names, normally keyed hashes.
type Subject struct {
	Phone  string
	Client string
}

// Debits is what an act under limits costs subject: one unit of each limit, all named id.
func Debits(limits []Limit, subject Subject, id string) []Debit {
	debits := make([]Debit, len(limits))
	for i, limit := range limits {
		account := subject.Client
		if limit.Per == PerPhone {
			account = subject.Phone
		}
		// The braces are a Redis Cluster hash tag: all accounts of one subject lie on one shard.
		debits[i] = Debit{Limit: limit, Key: "Limit_" + limit.Name + "_{" + account + "}", ID: id, Cost: 1}
	}
	return debits
}

// ResendAfter is how long after one message the next can leave at the earliest: the longest window among the send limits
// that grant a single message.
func (p Policy) ResendAfter() time.Duration {
	var after time.Duration
	for _, limit := range p.Send {
		if limit.Max == 1 {
			after = max(after, limit.Window)
		}
	}
	return after
}
