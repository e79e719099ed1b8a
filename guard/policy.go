package guard

import (
	"errors"
	"fmt"
	"slices"
)

// Policy is the rules of a gate. The zero value has none; [DefaultPolicy] is what a gate uses unless told otherwise.
type Policy struct {
	// Observe decides and records, and refuses nothing: a policy on trial. What would have been refused is charged only as
	// far as it takes to record a number that is verified later. Wrong codes are refused all the same: whoever may guess
	// without end has any number.
	Observe bool

	Challenge []Limit // charged for each challenge that is shown
	Send      []Limit // charged for each message that leaves
	WrongCode []Limit // charged for each wrong code
	WorkAlone []Limit // charged, besides Send, for each message to a visitor who proved work instead of reading a challenge

	Known Known // from when on a number's prefix, segment and country have a record of their own
	Rules Rules // whom messages go to at all
}

// Known says how many numbers must have been verified in the last [RecordDays] days for a rank to be known. Numbers of
// ranks that are not known yet share lanes, see [Limit.Cold]: one whose prefix is new has a lane beside the others of its
// segment, one whose segment is new beside the others of its country. 0 means 1.
type Known struct {
	Prefix, Segment, Country int
}

// Act is what is charged. It keeps the accounts of one list of limits apart from those of another.
type Act string

// The acts that are charged.
const (
	Challenge Act = "challenge"
	Send      Act = "send"
	WrongCode Act = "wrong_code"
	WorkAlone Act = "work_alone"
)

var acts = [...]Act{Challenge, Send, WrongCode, WorkAlone}

func (p Policy) limits(act Act) []Limit {
	switch act {
	case Challenge:
		return p.Challenge
	case Send:
		return p.Send
	case WrongCode:
		return p.WrongCode
	case WorkAlone:
		return p.WorkAlone
	default:
		return nil
	}
}

// Validate reports the first rule that cannot work, by name.
func (p Policy) Validate() error {
	seen := map[string]bool{}
	for _, act := range acts {
		for _, l := range p.limits(act) {
			if err := l.validate(); err != nil {
				return err
			}
			if seen[l.Name] {
				return fmt.Errorf("two limits are named %s", l.Name)
			}
			seen[l.Name] = true
			if err := p.fits(act, l); err != nil {
				return fmt.Errorf("limit %s: %w", l.Name, err)
			}
		}
	}
	if p.Known.Prefix < 0 || p.Known.Segment < 0 || p.Known.Country < 0 {
		return fmt.Errorf("known: %+v has a negative number", p.Known)
	}
	return p.Rules.validate()
}

// fits reports why a limit cannot be charged for the act.
func (p Policy) fits(act Act, l Limit) error {
	scopes := []Scope{PerPhone, PerClient, PerNetwork, PerPrefix, PerSegment, PerCountry, PerPurpose, InTotal}
	measures := []Measure{Acts, Numbers, Countries, Unverified, UnverifiedSends, Money}
	switch act {
	case Challenge: // no phone is known when a challenge is shown
		scopes, measures = []Scope{PerClient, PerNetwork, InTotal}, measures[:1]
	case WrongCode: // nor who asks, when a code is checked
		scopes, measures = []Scope{PerPhone}, measures[:1]
	case WorkAlone:
		measures = measures[:2]
	case Send: // takes all
	}
	switch {
	case !slices.Contains(scopes, l.Per):
		return fmt.Errorf("it counts per %q, want one of %q", l.Per, scopes)
	case !slices.Contains(measures, l.Of):
		return fmt.Errorf("it counts %q, want one of %q", l.Of, measures)
	case l.Per == PerPhone && l.Of != Acts:
		return fmt.Errorf("it counts %q per phone, where only messages can be counted", l.Of)
	case (l.Grow > 0 || l.Cold != "") && l.Per == PerPhone || l.Grow > 0 && act != Send:
		return errors.New("it grows or has a lane, which a limit of this kind cannot")
	case (l.Hard > 0 || l.Work > 0) && act != Send:
		return errors.New("it asks for a harder challenge, which only a limit on messages can")
	case l.Cold == "":
		return nil
	case !slices.Contains(ranks[:], l.Cold) || !l.counts():
		return fmt.Errorf("it is a lane of cold %q that counts %q, want one of %q that counts %q or %q",
			l.Cold, l.Of, ranks, Unverified, UnverifiedSends)
	}
	// What is known of a rank is recorded when a charge of its own is given back.
	for _, scope := range ranks {
		if !slices.ContainsFunc(p.Send, func(o Limit) bool { return o.Per == scope && o.Cold == "" && o.counts() }) {
			return fmt.Errorf("there are lanes, but no limit that counts %q per %s", Unverified, scope)
		}
	}
	return nil
}
