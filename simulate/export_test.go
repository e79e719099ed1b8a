package simulate

import "time"

// Visit is the end of a visit, for tests.
type Visit struct {
	At  time.Duration
	Why string // "" if a message arrived
}

// Events are what happened in a run, for tests.
type Events struct {
	Attempts []time.Duration
	Frauds   []time.Duration
	Verified int
	Honest   []time.Duration // messages to visitors
	Visits   []Visit
	Price    int
}

// Sum is the result of events, as a run's.
func Sum(s *Scenario, e Events) Result {
	t := newTally(s)
	for _, at := range e.Attempts {
		t.attempt(begin.Add(at))
	}
	for _, at := range e.Frauds {
		t.message(begin.Add(at), byAttacker, e.Price)
	}
	for _, at := range e.Honest {
		t.message(begin.Add(at), byVisitor, e.Price)
	}
	for range e.Verified {
		t.verified(begin)
	}
	for _, v := range e.Visits {
		t.visitor(begin.Add(v.At), v.Why)
	}
	r := t.result()
	r.duration = time.Duration(s.Duration)
	return r
}

// Unsolved is why nobody is to blame.
const Unsolved = unsolved

// Order is in which order events happen that were planned for these moments.
func Order(moments []int64) (order []int) {
	var q queue
	for i, at := range moments {
		q.plan(at, func() { order = append(order, i) })
	}
	for {
		e, ok := q.next()
		if !ok {
			return order
		}
		e.do()
	}
}

// Rate is how busy an hour of the day is.
func Rate(hour int) float64 { return rate(begin.Add(time.Duration(hour) * time.Hour)) }

// Arrivals is how many come in a number of days.
func Arrivals(s *Scenario, perHour float64, days int) (n int) {
	random := s.random(1)
	for at := begin; at.Before(begin.Add(time.Duration(days) * day)); n++ {
		at = arrival(at, perHour, random)
	}
	return n
}

// AttackersNumbers are all prefixes of a scenario's first attacker, and those of the visitors.
func AttackersNumbers(s *Scenario) (attacker, visitors []string) {
	v := visitorNumbers(&s.Visitors, s.random(streamNumbers))
	return attackerNumbers(s, &s.Attackers[0], v, s.random(streamNumbers+1)).prefixes, v.prefixes
}
