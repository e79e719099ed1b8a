package httpapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/phone"
)

// others are limits that the default policy does not have and an operator may want.
var others = []guard.Limit{
	{Name: "numbers_per_client_hour", Per: guard.PerClient, Of: guard.Numbers, Max: 5, Window: time.Hour},
	{Name: "sends_per_network_day", Per: guard.PerNetwork, Max: 100, Window: 24 * time.Hour},
	{Name: "sends_per_prefix_minute", Per: guard.PerPrefix, Max: 10, Window: time.Minute},
	{Name: "sends_per_segment_hour", Per: guard.PerSegment, Max: 10, Window: time.Hour},
	{Name: "sends_per_country_hour", Per: guard.PerCountry, Max: 1000, Window: time.Hour},
	{Name: "resets_hour", Per: guard.PerPurpose, Max: 100, Window: time.Hour},
	{Name: "sends_day", Per: guard.InTotal, Max: 10_000, Window: 24 * time.Hour},
	{Name: "spend_hour", Per: guard.InTotal, Of: guard.Money, Max: 1_000_000, Window: time.Hour},
	{Name: "spend_per_country_day", Per: guard.PerCountry, Of: guard.Money, Max: 1_000_000, Window: 24 * time.Hour},
}

// price is what a message costs in these tests.
const price = 450

// only is a policy with just one limit on messages. What a lane needs besides never runs out.
func only(l guard.Limit) guard.Policy {
	p := guard.Policy{Send: []guard.Limit{l}, Known: guard.Known{Prefix: 1, Segment: 1, Country: 1}}
	if l.Cold == "" {
		return p
	}
	for _, per := range []guard.Scope{guard.PerPrefix, guard.PerSegment, guard.PerCountry} {
		p.Send = append(p.Send, guard.Limit{
			Name: "wide_" + string(per), Per: per, Of: guard.Unverified, Max: guard.MaxUnits, Window: time.Hour, Coarse: true,
		})
	}
	return p
}

// under opens a site with a policy, messages that cost something, numbers of everywhere, and work that is done at once.
func under(t *testing.T, p guard.Policy) *site {
	t.Helper()
	parser, err := phone.New(phone.Options{Any: true})
	if err != nil {
		t.Fatal(err)
	}
	return open(t, func(o *setup) {
		o.gate.Policy, o.gate.ParsePhone, o.gate.Describe = &p, parser.Parse, parser.Describe
		o.gate.Price = func(guard.Number) int { return price }
		o.gate.Work = cattlegrid.WorkOptions{Count: 2, Bits: 2, AloneBits: 3}
	})
}

// asking is one request for a message: who wants it where.
type asking struct{ phone, from string }

// askings are requests that a limit charges to one account, and differ in all else, and one that it charges to another.
func askings(l guard.Limit) (same [3]asking, other asking) {
	for i := range same {
		same[i] = asking{fmt.Sprintf("+8613%d0%d138%03d", 3+i, i, i), fmt.Sprintf("203.0.%d.9:1", 100+i)}
	}
	other = asking{"+8615912345678", "192.0.2.77:1"}
	for i := range same {
		switch l.Per {
		case guard.PerPhone:
			same[i].phone = mobileE164
		case guard.PerClient:
			same[i].from = fmt.Sprintf("203.0.113.9:%d", 1+i)
		case guard.PerNetwork:
			same[i].from = fmt.Sprintf("[2001:db8:1:%d::%d]:1", i, i)
		case guard.PerPrefix:
			same[i].phone = fmt.Sprintf("+861380013%04d", i)
		case guard.PerSegment:
			same[i].phone = inSegment(i)
		default: // one country, one purpose
		}
		if l.Cold == guard.PerPrefix {
			same[i].phone = inSegment(i)
		}
		if l.Of == guard.Countries {
			same[i].phone = []string{mobileE164, "+447400123456", "+14155552671"}[i]
		}
	}
	if l.Per == guard.PerCountry {
		other.phone = "+447400123457"
	}
	return same, other
}

// inSegment is a number of another prefix for each i, all in one segment.
func inSegment(i int) string { return fmt.Sprintf("+86138%d013%04d", i, i) }

// know puts on record what is wider than a rank: a lane is for what is new at its rank alone.
func (s *site) know(cold guard.Scope) {
	s.t.Helper()
	switch cold {
	case guard.PerPrefix:
		s.cross(asking{inSegment(9), "192.0.2.99:1"})
	case guard.PerSegment:
		s.cross(asking{"+8618750550000", "192.0.2.99:1"})
	default: // there is nothing wider than a country
	}
}

// sendBody asks for a message, after the effort that the page is told to make.
func (s *site) sendBody(phone string, effort guard.Effort, passport bool) string {
	s.t.Helper()
	id, answer := s.challengeOf(effort)
	solution := ""
	if effort == guard.Work {
		solution = s.solve(s.get(workOf(id)))
	}
	if passport {
		return objectOf("mobile", phone, "image_code", answer, "image_code_id", id, "image_work", solution)
	}
	return objectOf("challenge_id", id, "answer", answer, "phone", phone, "purpose", "register", "work", solution)
}

func (s *site) ask(a asking, effort guard.Effort) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.do(call{method: http.MethodPost, path: "/v1/verifications", body: s.sendBody(a.phone, effort, false), from: a.from})
}

func (s *site) askPassport(a asking, effort guard.Effort) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.do(call{method: http.MethodPost, path: "/passport/sms_code", body: s.sendBody(a.phone, effort, true), from: a.from})
}

// cross has a number verified, so that it is on record.
func (s *site) cross(a asking) {
	s.t.Helper()
	w := s.ask(a, guard.Normal)
	if w = s.post(w.Header().Get("Location")+"/check", object("code", s.outbox.last(s.t).Code)); w.Code != http.StatusOK {
		s.t.Fatalf("cross: got %d %s, want 200", w.Code, w.Body)
	}
}

// wantRefused fails the test unless both dialects refuse for the limit, and say how long to wait and nothing else about it,
// while the log says which it was.
func (s *site) wantRefused(a asking, effort guard.Effort, l guard.Limit, wait int) {
	s.t.Helper()
	sent := s.outbox.count()
	number, scope, words := "4201", "", "发送过于频繁，请 %d 秒后再试"
	switch l.Per {
	case guard.PerPhone:
		scope = "phone"
	case guard.PerClient, guard.PerNetwork:
		number, scope, words = "4202", "client", "请求过于频繁，请 %d 秒后再试"
	default:
	}
	wantErrno(s.t, s.askPassport(a, effort), errno(number, fmt.Sprintf(words, wait)))
	s.wantRule(l.Name, "wait_s", float64(wait))

	w := s.ask(a, effort)
	p := wantProblem(s.t, w, "rate-limited", 429)
	if p.RetryAfter != wait || w.Header().Get("Retry-After") != strconv.Itoa(wait) || p.Scope != scope || p.Effort != "" {
		s.t.Errorf("got wait %d, header %q, scope %q, effort %q; want %d, %d, %q and none", p.RetryAfter, w.Header().Get("Retry-After"), p.Scope, p.Effort, wait, wait, scope)
	}
	if strings.Contains(w.Body.String(), l.Name) {
		s.t.Errorf("the answer names the rule: %s", w.Body)
	}
	s.wantRule(l.Name, "wait_s", float64(wait))
	s.wantSent(sent)
}

// wantRule fails the test unless the last line of the log names the rule, and what the visitor was told.
func (s *site) wantRule(rule, told string, want any) {
	s.t.Helper()
	if entry := s.log.lastEntry(s.t); entry["rule"] != rule || entry[told] != want {
		s.t.Errorf("log: got rule %v and %s %v, want %s and %v", entry["rule"], told, entry[told], rule, want)
	}
}
