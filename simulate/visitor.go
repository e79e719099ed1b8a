package simulate

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// crowd is the visitors of a day or more.
type crowd struct {
	*world
	numbers *numbers
	stream  uint64
	random  *rand.Rand
	came    uint64
}

// visit lets visitors come until the world's end.
func (w *world) visit(numbers *numbers, stream uint64) {
	if w.scenario.Visitors.PerHour == 0 {
		return
	}
	c := &crowd{world: w, numbers: numbers, stream: stream, random: w.scenario.random(stream)}
	c.nextArrival()
}

func (c *crowd) nextArrival() {
	at := arrival(c.now, c.scenario.Visitors.PerHour, c.random)
	if at.Before(c.until) {
		c.queue.plan(at.UnixNano(), func() {
			c.nextArrival()
			c.arrive()
		})
	}
}

// visitor is one person who wants one code.
type visitor struct {
	*world
	random  *rand.Rand
	arrived time.Time
	phone   string
	client  netip.Addr

	effort  guard.Effort // of the challenge to ask for next
	wrong   int          // answers
	harder  bool         // one of these was to a harder challenge than the site's own
	asked   int          // how often more was asked for
	waited  bool
	got     bool // a message arrived
	resends bool // wants another one
	typed   int
}

func (c *crowd) arrive() {
	c.came++
	s := &c.scenario.Visitors
	random := c.scenario.random(c.stream + c.came)
	v := &visitor{world: c.world, random: random, arrived: c.now, phone: c.numbers.draw(random)}
	v.client, _ = s.address(random)
	v.resends = random.Float64() < s.Resend
	v.ask()
}

// Visitors' own addresses lie in the first half of their networks, shared ones in the second, as carriers' translators do.
const (
	ownPerNetwork    = 50
	sharedPerNetwork = 4
)

// address is that of a visitor: one of those that many share, or one's own.
func (s *Visitors) address(random *rand.Rand) (addr netip.Addr, own bool) {
	if random.Float64() >= s.Shared {
		return addresses{perNetwork: ownPerNetwork}.at(random.IntN(networksPerParty / 2 * ownPerNetwork)), true
	}
	pool := max(1, int(s.Shared*s.PerHour*24/float64(s.PerAddress)))
	const first = networksPerParty / 2 * sharedPerNetwork
	return addresses{perNetwork: sharedPerNetwork}.at(first + random.IntN(pool)%first), false
}

// ask begins with a new challenge.
func (v *visitor) ask() {
	id, takes, err := v.challenge(byVisitor, v.client, v.effort)
	if err != nil {
		v.refused("ask for a challenge", err)
		return
	}
	read := 6*time.Second + time.Duration(v.random.ExpFloat64()*float64(5*time.Second))
	v.after(min(read, time.Minute), func() { v.answer(id, takes) })
}

func (v *visitor) answer(id string, takes guard.Effort) {
	s := &v.scenario.Visitors
	ability := s.Solve
	if takes > guard.Normal {
		ability = s.SolveHard
	}
	verification, err := v.send(byVisitor, id, takes, v.random.Float64() < ability, v.phone, v.client)
	var more *cattlegrid.MoreError
	switch {
	case err == nil:
		v.receive(verification)
	case errors.Is(err, cattlegrid.ErrWrongAnswer):
		v.harder = v.harder || takes > guard.Normal
		if v.wrong++; v.wrong < s.Tries {
			v.ask()
			return
		}
		if v.harder {
			v.lose("harder challenge")
		} else {
			v.lose(unsolved)
		}
	case errors.As(err, &more):
		v.effort = more.Effort
		if v.asked++; v.asked > 3 {
			v.lose("harder challenge")
			return
		}
		v.tally.steppedUp(v.asked)
		v.ask()
	default:
		v.refused("send a code", err)
	}
}

// refused is what a visitor does who is told "later" or "not now".
func (v *visitor) refused(doing string, err error) {
	var limit *cattlegrid.LimitError
	var denied *cattlegrid.DeniedError
	switch {
	case errors.As(err, &limit):
		if !v.waited && limit.RetryAfter <= time.Duration(v.scenario.Visitors.Patience) {
			v.waited = true
			v.after(limit.RetryAfter, v.ask)
			return
		}
		v.lose(limit.Limit.Name)
	case errors.As(err, &denied):
		v.lose(denied.Rule)
	default:
		v.fail(doing, err)
	}
}

// lose is the end of a visit without a message, or without another one.
func (v *visitor) lose(why string) {
	if !v.got {
		v.tally.visitor(v.arrived, why)
	}
}

// receive is when a message arrives: the visitor types the code in, asks for another message, or does nothing.
func (v *visitor) receive(verification cattlegrid.Verification) {
	if !v.got {
		v.got = true
		v.tally.visitor(v.arrived, "")
	}
	s := &v.scenario.Visitors
	code := v.code
	if v.resends {
		v.resends = false
		v.wrong, v.waited, v.asked = 0, false, 0
		v.after(max(time.Minute, verification.ResendAfter), v.ask)
		return
	}
	if v.random.Float64() < s.Convert {
		v.after(v.pause(), func() { v.enter(verification.ID, code) })
	}
}

// pause is how long it takes to read a message and type six digits.
func (v *visitor) pause() time.Duration {
	return 8*time.Second + time.Duration(v.random.ExpFloat64()*float64(12*time.Second))
}

func (v *visitor) enter(verification, code string) {
	typed := code
	v.typed++
	if v.typed < 3 && v.random.Float64() < v.scenario.Visitors.Mistype {
		typed = other(code)
	}
	switch err := v.check(byVisitor, verification, typed); {
	case err == nil, errors.Is(err, cattlegrid.ErrVerificationExpired), errors.Is(err, cattlegrid.ErrLimit):
	case errors.Is(err, cattlegrid.ErrWrong):
		v.after(v.pause(), func() { v.enter(verification, code) })
	default:
		v.fail("check a code", err)
	}
}

// other is a code that is not the given one.
func other(code string) string {
	digits := []byte(code)
	digits[0] = '0' + (digits[0]-'0'+1)%10
	return string(digits)
}
