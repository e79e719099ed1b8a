package simulate

import "time"

// bearable is how many fraudulent messages within an hour still count as contained.
const bearable = 30

// Result is what a run came to. All shares are from 0 to 1, all amounts in units of the scenario's currency.
type Result struct {
	Name  string `json:"name"`
	About string `json:"about,omitempty"`

	Attempts      int `json:"attempts"`        // of attackers to make a message leave
	FraudTotal    int `json:"fraud_sms_total"` // messages that were sent for attackers, those that they verified among them
	FraudVerified int `json:"fraud_verified"`  // of these, whose code the attacker typed in

	// FraudPerHour is the mean of fraudulent messages an hour from containment to the end of the attack; without
	// containment, of the whole attack.
	FraudPerHour float64 `json:"fraud_sms_per_hour"`
	WorstHour    int     `json:"worst_hour"` // most fraudulent messages in any hour, wherever it begins, before containment too

	// ContainedAfter is the time in seconds from the begin of the first attack until the attack is contained: no hour that
	// begins later, wherever it begins, has more than 30 fraudulent messages. It is 0 if there never were more, and -1 if
	// the attack was not contained for its last hour at least (for half of one that is shorter than two): an attack that
	// ends by itself is not contained. Meaningless without an attack.
	ContainedAfter float64 `json:"contained_after_s"`

	// LegitWanted is how many visitors wanted a code, without those in LegitUnsolved.
	LegitWanted int `json:"legit_wanted"`
	// LegitUnsolved is how many gave up over wrong answers to challenges at the site's own level alone. Who did so over a
	// harder one, which the policy asked for, is among those who did not pass.
	LegitUnsolved int `json:"legit_unsolved"`
	// LegitPass is the share of those who wanted a code that got a message. Who was told to wait longer than visitors do
	// did not.
	LegitPass float64 `json:"legit_pass"`
	// LegitPassDuringAttack is the same for those who came during an attack; nil if nobody did.
	LegitPassDuringAttack *float64 `json:"legit_pass_during_attack"`
	LegitHarder           float64  `json:"legit_harder"` // share of visitors of whom a harder challenge was asked

	Messages   int     `json:"messages"`    // that left
	Spend      float64 `json:"spend"`       // on them
	FraudSpend float64 `json:"fraud_spend"` // on fraudulent ones
	Currency   string  `json:"currency"`

	Lost     []Loss `json:"lost"`     // why visitors got no message, most frequent first
	Rules    []Rule `json:"rules"`    // that stood against somebody, most frequent first
	Requests int    `json:"requests"` // to the gate: challenges, sends and checks, without those of the history

	Bins []Bin         `json:"-"` // the course of it
	Took time.Duration `json:"-"` // by the real clock

	attack   span
	duration time.Duration
}

// Loss is why visitors got no message: a limit, a rule, or "harder challenge".
type Loss struct {
	Why      string `json:"why"`
	Visitors int    `json:"visitors"`
}

// Rule is how often a limit or rule stood against a request, alone or beside others.
type Rule struct {
	Name      string `json:"name"`
	Attackers Times  `json:"attackers"`
	Visitors  Times  `json:"visitors"`
}

// Times is how often more was asked for, and how often a request was refused.
type Times struct {
	More    int `json:"more"`
	Refused int `json:"refused"`
}

func (r Rule) times() int {
	return r.Attackers.More + r.Attackers.Refused + r.Visitors.More + r.Visitors.Refused
}
