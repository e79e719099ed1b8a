package e2e_test

import (
	"slices"
	"testing"
	"time"
)

// verdict is how much of what must never happen did.
type verdict struct {
	beyond int // messages that were more than a limit allows
	twice  int // challenges and codes that were accepted more than once
}

// inspect checks what must never happen against the record of all requests and of all messages that left. again is how often
// limits may have been forgotten.
func (s *site) inspect(t *testing.T, again int, unreachable bool) (found verdict) {
	t.Helper()
	requests, messages := s.since(time.Time{}), s.provider.sent()
	asks := asksOf(requests)
	perNumber, perOffice, inTotal := map[string][]time.Time{}, map[string][]time.Time{}, make([]time.Time, 0, len(messages))
	for _, m := range messages {
		perNumber[m.number()] = append(perNumber[m.number()], m.at)
		if client := asks[m.number()][0].client; slices.Contains(s.offices, client) {
			perOffice[client] = append(perOffice[client], m.at)
		}
		inTotal = append(inTotal, m.at)
	}
	atMost := func(what string, most int, window time.Duration, left []time.Time) {
		got := more(left, most, window)
		found.beyond = max(found.beyond, got)
		if got > most*again {
			t.Errorf("%d messages %s beyond the limit, want at most %d", got, what, most*again)
		}
	}
	for _, left := range perNumber {
		atMost("to one number", 1, time.Minute-lateness, left)
	}
	for _, left := range perOffice {
		atMost("for one client", mostPerOffice, time.Hour, left)
	}
	atMost("in total", mostInTotal, time.Hour, inTotal)

	found.twice = s.inspectChallenges(t, requests, perNumber)
	accepted := map[string]int{}
	for _, a := range requests {
		switch {
		case a.reply.outcome() != "200" || a.what == "picture":
		case a.what == "check":
			accepted[a.verification]++
		default:
			t.Errorf("a code was accepted that is %s", a.what)
		}
	}
	for _, n := range accepted {
		if n > 1 {
			found.twice++
			t.Errorf("a code was accepted %d times", n)
		}
	}
	if unreachable {
		for _, m := range messages {
			if askedFor(asks[m.number()], m.at).After(s.injected) && m.at.Before(s.mending) {
				t.Errorf("a message left %v after the store could not be reached any more", m.at.Sub(s.injected))
			}
		}
	}
	if len(accepted) == 0 || len(perOffice) == 0 || len(perNumber) < 20 {
		t.Errorf("%d codes accepted, %d offices, %d numbers: too few to say anything", len(accepted), len(perOffice), len(perNumber))
	}
	return found
}

// lateness is how much later than granted a message may arrive.
const lateness = 3 * time.Second

// more is how many messages left although so many had left within a window before them.
func more(left []time.Time, most int, window time.Duration) (n int) {
	slices.SortFunc(left, time.Time.Compare)
	for i := most; i < len(left); i++ {
		if left[i].Sub(left[i-most]) < window {
			n++
		}
	}
	return n
}

// asksOf are the requests to send to each number.
func asksOf(requests []asked) map[string][]asked {
	asks := map[string][]asked{}
	for _, a := range requests {
		if a.what == "send" {
			asks[a.number] = append(asks[a.number], a)
		}
	}
	return asks
}

// askedFor is when the request began that a message left for: the first of those to its number that were under way then, or the
// last one before, whose visitor had gone.
func askedFor(asks []asked, left time.Time) time.Time {
	var under, gone time.Time
	for _, a := range asks {
		switch {
		case a.began.After(left):
		case a.ended.Before(left):
			gone = latest(gone, a.began)
		case under.IsZero() || a.began.Before(under):
			under = a.began
		}
	}
	if under.IsZero() {
		return gone
	}
	return under
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// inspectChallenges makes sure that no challenge let two requests through, and returns how many did.
func (s *site) inspectChallenges(t *testing.T, requests []asked, perNumber map[string][]time.Time) (twice int) {
	t.Helper()
	through, messages := map[string]int{}, map[string]int{}
	pairs := 0
	for _, a := range requests {
		if a.what != "send" {
			continue
		}
		if a.reply.outcome() == "0" || a.limited() { // which nobody is told before the challenge is passed
			through[a.challenge.id]++
		}
		if a.kind == doubling {
			pairs++
		}
		if a.kind != repeating { // others get messages to that number
			messages[a.challenge.id] += len(perNumber[a.number])
		}
	}
	for id, n := range messages {
		through[id] = max(through[id], n)
	}
	for _, n := range through {
		if n > 1 {
			twice++
			t.Errorf("one challenge let %d requests through", n)
		}
	}
	if pairs < 10 {
		t.Errorf("%d requests shared a challenge: too few to say anything", pairs)
	}
	return twice
}
