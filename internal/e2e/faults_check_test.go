package e2e_test

import (
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
	began, ended := requests[0].began, requests[len(requests)-1].ended
	perNumber, perOffice := map[string]int{}, map[string]int{}
	clientOf, asks := map[string]string{}, map[string][]asked{}
	for _, a := range requests {
		if a.what == "send" {
			clientOf[a.number] = a.client
			asks[a.number] = append(asks[a.number], a)
		}
	}
	for _, m := range messages {
		perNumber[m.number()]++
		if client := clientOf[m.number()]; client == s.offices[0] || client == s.offices[1] {
			perOffice[client]++
		}
	}
	atMost := func(what string, got, most int) {
		found.beyond = max(found.beyond, got-most)
		if got > most*(1+again) {
			t.Errorf("%d messages %s, want at most %d", got, what, most*(1+again))
		}
	}
	minutes := 1 + int(ended.Sub(began)/time.Minute) // one message each, less would be allowed later
	for _, n := range perNumber {
		atMost("to one number", n, minutes)
	}
	for _, n := range perOffice {
		atMost("for one client", n, mostPerOffice)
	}
	atMost("in total", len(messages), mostInTotal)

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
			if first := asks[m.number()][0]; first.began.After(s.injected) && m.at.Before(s.mending) {
				t.Errorf("a message left %v after the store could not be reached any more", m.at.Sub(s.injected))
			}
		}
	}
	if len(accepted) == 0 || len(perOffice) == 0 || len(perNumber) < 20 {
		t.Errorf("%d codes accepted, %d offices, %d numbers: too few to say anything", len(accepted), len(perOffice), len(perNumber))
	}
	return found
}

// inspectChallenges makes sure that no challenge let two requests through, and returns how many did.
func (s *site) inspectChallenges(t *testing.T, requests []asked, perNumber map[string]int) (twice int) {
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
			messages[a.challenge.id] += perNumber[a.number]
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
