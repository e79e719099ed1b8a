package guard

import (
	"slices"
	"time"
)

// Rulebook is a policy made ready to be applied. It is safe for concurrent use.
type Rulebook struct {
	policy Policy
	pages  map[Act]*page
	limits map[string]Limit
}

// page is what one act is charged.
type page struct {
	entries []entry
	debits  [Work + 1][]Debit // of all entries after each effort, as far as they are the same for all subjects
	keys    []stem            // of all entries
	records []stem
}

// entry is one account.
type entry struct {
	per    Scope
	of     Measure
	record int // in the page's records; -1 if there is none
	depth  int // of the lane; -1 if there is none
}

// stem is a key without the subject's name.
type stem struct {
	start string
	per   Scope
}

// NewRulebook makes a policy ready, or says which rule cannot work.
func NewRulebook(p Policy) (*Rulebook, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	b := &Rulebook{policy: p, pages: map[Act]*page{}, limits: map[string]Limit{}}
	for _, act := range acts {
		b.pages[act] = newPage(act, p.limits(act))
		for _, l := range p.limits(act) {
			b.limits[l.Name] = l
		}
	}
	for _, act := range acts {
		if err := Validate(b.Debits(act, Subject{Phone: "p", Country: "CN", Client: "c", Network: "n", Price: 1}, Normal, "id")); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func newPage(act Act, limits []Limit) *page {
	p := &page{}
	for _, l := range limits {
		i := p.entry(act, limits, l)
		for effort := range p.debits {
			d := &p.debits[effort][i]
			d.Limits = append(d.Limits, l.at(Effort(effort)))
		}
	}
	return p
}

// entry is the place of the account on which limit l stands. The account is made if it is new.
func (p *page) entry(act Act, limits []Limit, l Limit) int {
	i := place(&p.keys, stem{keyStart(act, l, longest(limits, l)), l.Per})
	if i < len(p.entries) {
		return i
	}
	e := entry{per: l.Per, of: l.Of, record: -1, depth: slices.Index(ranks[:], l.Cold)}
	if recorded(limits, l) {
		e.record = place(&p.records, stem{recordStart(l.Per, l.Cold), l.Per})
	}
	p.entries = append(p.entries, e)
	for effort := range p.debits {
		p.debits[effort] = append(p.debits[effort], Debit{Cost: 1, Adds: l.Of == UnverifiedSends, Next: act == Send && l.Per == PerPhone})
	}
	return i
}

// place is where in all a stem is, which is put there if it is not.
func place(all *[]stem, s stem) int {
	if i := slices.Index(*all, s); i >= 0 {
		return i
	}
	*all = append(*all, s)
	return len(*all) - 1
}

// Policy returns what the rulebook was made of. It must not be changed.
func (b *Rulebook) Policy() Policy { return b.policy }

// Limit returns the limit of that name as the policy has it, whatever effort it was charged for.
func (b *Rulebook) Limit(name string) (Limit, bool) {
	l, ok := b.limits[name]
	return l, ok
}

// Debits is what an act costs the subject after the given effort; id names the charge, where it is not the number or
// the country that does. The limits are the rulebook's own.
func (b *Rulebook) Debits(act Act, subject Subject, effort Effort, id string) []Debit {
	return b.AppendDebits(nil, act, subject, effort, id)
}

// AppendDebits appends to all what Debits returns.
func (b *Rulebook) AppendDebits(all []Debit, act Act, subject Subject, effort Effort, id string) []Debit {
	p := b.pages[act]
	if p == nil || len(p.entries) == 0 {
		return all
	}
	all = b.append(all, p, &subject, effort, id)
	for _, alias := range subject.Also {
		all = b.appendAlias(all, p, subject, alias, effort, id)
	}
	return all
}

// append appends what p charges the subject by its first names.
func (b *Rulebook) append(all []Debit, p *page, subject *Subject, effort Effort, id string) []Debit {
	keys := subject.keys(p.keys, p.records)
	records := keys[len(p.keys):]
	var lanes []Lane
	all = append(all, p.debits[effort]...)
	debits, n := all[len(all)-len(p.entries):], 0
	for i := range p.entries {
		e, d := &p.entries[i], &debits[i]
		if !subject.charge(d, e, id) {
			continue
		}
		if n < i {
			debits[n] = *d
			d = &debits[n]
		}
		d.Key = keys[i]
		if e.record >= 0 {
			d.Record = records[e.record]
		}
		if e.depth >= 0 {
			if lanes == nil {
				lanes = subject.lanes(b.policy.Known)
			}
			d.Lane = &lanes[e.depth]
		}
		n++
	}
	return all[:len(all)-len(debits)+n]
}

// appendAlias appends what p charges the subject by the names of an alias, where accounts lie under a name. All other
// accounts were charged by the first names. So were lanes chosen: all of one step have the same ranks.
func (b *Rulebook) appendAlias(all []Debit, p *page, subject Subject, alias Alias, effort Effort, id string) []Debit {
	named, lanes := subject.Under(alias), []Lane(nil)
	for _, d := range b.append(nil, p, &named, effort, id) {
		if !d.Limits[0].Per.isNamed() {
			continue
		}
		if d.Lane != nil {
			if lanes == nil {
				lanes = subject.lanes(b.policy.Known)
			}
			d.Lane = &lanes[d.Lane.Depth]
		}
		if !alias.Holds {
			d.Limits, d.Next = withoutEnd(d.Limits), false
		}
		all = append(all, d)
	}
	return all
}

// withoutEnd is limits of the same windows that always grant.
func withoutEnd(limits []Limit) []Limit {
	limits = slices.Clone(limits)
	for i := range limits {
		limits[i].Max, limits[i].Grow = MaxUnits, 0
	}
	return limits
}

// Settlement is what a subject whose number was verified gets back by its first names, and the credit that lets a number be
// recorded once a day; see the Settle method of stores. Its aliases are settled by themselves, see [Subject.Under]: what lies
// under no name is given back then if it was charged to the alias, but recorded only by the first names.
func (b *Rulebook) Settlement(subject Subject, id string) (credit Debit, debits []Debit) {
	return b.AppendSettlement(nil, subject, id)
}

// AppendSettlement is Settlement, whose debits it writes over those of a slice that is not needed any more.
func (b *Rulebook) AppendSettlement(spare []Debit, subject Subject, id string) (credit Debit, debits []Debit) {
	subject.Also = nil
	limit := Limit{Name: "recorded_per_phone_day", Per: PerPhone, Max: 1, Window: 24 * time.Hour}
	credit = Debit{Key: subject.in(stem{"Limit_" + limit.Name + "_", PerPhone}), ID: id, Cost: 1, Limits: []Limit{limit}}
	debits = slices.DeleteFunc(b.AppendDebits(spare[:0], Send, subject, Work, id), func(d Debit) bool { return !d.Limits[0].counts() })
	for i := range debits {
		if d := &debits[i]; subject.alias && !d.Limits[0].Per.isNamed() {
			d.Record, d.Limits = "", withoutEnd(d.Limits)
		}
	}
	return credit, debits
}

// Recording is what it takes that a number of the subject is recorded when it is settled, and no more: debits that always
// fit. A number that was verified elsewhere is charged with them and settled at once.
func (b *Rulebook) Recording(subject Subject, id string) (debits []Debit) {
	for _, d := range b.Debits(Send, subject, Work, id) {
		if l := d.Limits[0]; l.counts() && slices.Contains(ranks[:], l.Per) && d.Lane == nil {
			d.Adds, d.Limits = false, withoutEnd(d.Limits)
			debits = append(debits, d)
		}
	}
	return debits
}

// counts reports whether the limit counts what is given back when a number is verified.
func (l Limit) counts() bool { return l.Of == Unverified || l.Of == UnverifiedSends }

// sharesAccount reports whether both limits stand on the same account.
func (l Limit) sharesAccount(other Limit) bool {
	return l.Per == other.Per && l.Of == other.Of && l.Cold == other.Cold && !l.Coarse && !other.Coarse
}

// recorded reports whether debits on the account of limit name a record: they are one charge, so all do or none.
func recorded(limits []Limit, limit Limit) bool {
	return slices.ContainsFunc(limits, func(other Limit) bool {
		return (other == limit || limit.sharesAccount(other)) && (other.counts() || other.Grow > 0)
	})
}

// longest is the longest window of the limits on the account of limit.
func longest(limits []Limit, limit Limit) time.Duration {
	window := limit.Window
	for _, other := range limits {
		if limit.sharesAccount(other) {
			window = max(window, other.Window)
		}
	}
	return window
}

// keyStart is where accounts of a limit lie. It names the longest window of the limits on them: whatever they are changed
// to, what an account remembers is enough for them.
func keyStart(act Act, l Limit, longest time.Duration) string {
	start := "Limit_" + string(act) + "_"
	if l.Coarse {
		return start + "coarse_" + l.Name + "_" + l.Window.String() + "_"
	}
	of := l.Of
	if of == Acts {
		of = "acts"
	}
	return start + string(l.Per) + "_" + string(of) + "_" + cold(l.Cold) + longest.String() + "_"
}

// recordStart is where it lies what was verified in a scope, or in its lane.
func recordStart(per, lane Scope) string { return "Record_" + string(per) + "_" + cold(lane) }

func cold(lane Scope) string {
	if lane == "" {
		return ""
	}
	return "cold_" + string(lane) + "_"
}
