package simulate

import (
	"cmp"
	"slices"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// binWidth is what the course of a run is told by.
const binWidth = 5 * time.Minute

// Bin is what happened in five minutes.
type Bin struct {
	Attempts int // of attackers
	Fraud    int // messages to numbers of attackers
	Messages int // to everybody
	Spend    int // on them, in ten thousandths of the currency
	Lost     int // by fraud, in ten thousandths of the currency
	Wanted   int // visitors who came and could solve a challenge
	Passed   int // of these, who got a message
}

// unsolved is why a visitor got no message whom no policy could have helped.
const unsolved = "unsolved"

// tally counts what happens from the begin of a simulation on.
type tally struct {
	attacks []span // by time since the begin
	bins    []Bin
	frauds  []time.Duration // when, since the begin

	attempts, verifiedFraud    int
	wanted, passed, unsolved   int
	wantedDuring, passedDuring int
	harder                     int // visitors of whom more was asked
	messages, spend, lost      int
	losses                     map[string]int
	rules                      map[string]*Rule
}

// span is a time of attack.
type span struct{ start, end time.Duration }

func newTally(s *Scenario) *tally {
	t := &tally{losses: map[string]int{}, rules: map[string]*Rule{}}
	for i := range s.Attackers {
		a := &s.Attackers[i]
		t.attacks = append(t.attacks, span{start: time.Duration(a.Start), end: a.end()})
	}
	t.bins = make([]Bin, (time.Duration(s.Duration)+binWidth-1)/binWidth)
	return t
}

// bin is that of a moment; what comes after the end counts in the last one.
func (t *tally) bin(at time.Time) *Bin {
	i := int(at.Sub(begin) / binWidth)
	return &t.bins[min(max(i, 0), len(t.bins)-1)]
}

func (t *tally) attempt(at time.Time) {
	t.attempts++
	t.bin(at).Attempts++
}

func (t *tally) message(at time.Time, to party, price int) {
	b := t.bin(at)
	t.messages++
	b.Messages++
	t.spend += price
	b.Spend += price
	if to == byAttacker {
		t.frauds = append(t.frauds, at.Sub(begin))
		t.lost += price
		b.Fraud++
		b.Lost += price
	}
}

func (t *tally) verified(time.Time) { t.verifiedFraud++ }

// steppedUp counts visitors of whom more was asked, each the first time.
func (t *tally) steppedUp(time int) {
	if time == 1 {
		t.harder++
	}
}

// visitor is the end of a visit, for a reason, or "" if a message arrived.
func (t *tally) visitor(arrived time.Time, why string) {
	if why == unsolved {
		t.unsolved++
		return
	}
	since := arrived.Sub(begin)
	during := slices.ContainsFunc(t.attacks, func(s span) bool { return s.start <= since && since < s.end })
	b := t.bin(arrived)
	t.wanted++
	b.Wanted++
	if during {
		t.wantedDuring++
	}
	if why != "" {
		t.losses[why]++
		return
	}
	t.passed++
	b.Passed++
	if during {
		t.passedDuring++
	}
}

func (t *tally) decided(actor party, d cattlegrid.Decision) {
	if d.Verdict != cattlegrid.Refused && d.Verdict != cattlegrid.More {
		return
	}
	for _, name := range d.Rules {
		rule := t.rules[name]
		if rule == nil {
			rule = &Rule{Name: name}
			t.rules[name] = rule
		}
		count := &rule.Attackers
		if actor == byVisitor {
			count = &rule.Visitors
		}
		if d.Verdict == cattlegrid.More {
			count.More++
		} else {
			count.Refused++
		}
	}
}

// containedAt is what [Result.ContainedAfter] promises, as a time since the begin of the simulation, and false if the attack
// was never contained.
func containedAt(attack span, frauds []time.Duration) (time.Duration, bool) {
	at := attack.start
	// The last message that begins an hour with too many: containment comes right after it.
	for i := range frauds {
		last := i + bearable
		if frauds[i] >= attack.start && last < len(frauds) && frauds[last]-frauds[i] < time.Hour {
			at = frauds[i] + 1
		}
	}
	proof := min(time.Hour, (attack.end-attack.start)/2)
	return at, at <= attack.end-proof
}

// worstHour is the most messages in any hour.
func worstHour(frauds []time.Duration) (most int) {
	first := 0
	for i, at := range frauds {
		for at-frauds[first] >= time.Hour {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// result is what was counted, in figures.
func (t *tally) result() Result {
	r := Result{
		Attempts: t.attempts, FraudTotal: len(t.frauds), FraudVerified: t.verifiedFraud, WorstHour: worstHour(t.frauds),
		LegitWanted: t.wanted, LegitUnsolved: t.unsolved, LegitPass: ratio(t.passed, t.wanted), LegitHarder: ratio(t.harder, t.wanted+t.unsolved),
		Messages: t.messages, Spend: money(t.spend), FraudSpend: money(t.lost), Bins: t.bins,
	}
	if t.wanted == 0 {
		r.LegitPass = 1
	}
	if len(t.attacks) > 0 {
		t.attacked(&r)
	}
	for why, n := range t.losses {
		r.Lost = append(r.Lost, Loss{Why: why, Visitors: n})
	}
	slices.SortFunc(r.Lost, func(a, b Loss) int { return cmp.Or(b.Visitors-a.Visitors, cmp.Compare(a.Why, b.Why)) })
	for _, rule := range t.rules {
		r.Rules = append(r.Rules, *rule)
	}
	slices.SortFunc(r.Rules, func(a, b Rule) int { return cmp.Or(b.times()-a.times(), cmp.Compare(a.Name, b.Name)) })
	return r
}

// attacked fills in what there is to say of an attack, from the begin of the first to the end of the last.
func (t *tally) attacked(r *Result) {
	attack := t.attacks[0]
	for _, a := range t.attacks {
		attack = span{start: min(attack.start, a.start), end: max(attack.end, a.end)}
	}
	r.attack = attack
	contained, ok := containedAt(attack, t.frauds)
	r.ContainedAfter = -1
	from := attack.start
	if ok {
		from = contained
		r.ContainedAfter = (contained - attack.start).Seconds()
	}
	after := 0
	for _, at := range t.frauds {
		if at >= from {
			after++
		}
	}
	r.FraudPerHour = float64(after) / (attack.end - from).Hours()
	if t.wantedDuring > 0 {
		r.LegitPassDuringAttack = new(ratio(t.passedDuring, t.wantedDuring))
	}
}

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// money is an amount in units of the currency.
func money(tenThousandths int) float64 { return float64(tenThousandths) / 10_000 }
