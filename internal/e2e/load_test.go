package e2e_test

import (
	"math/rand/v2"
	"slices"
	"time"
)

// visit is what one visitor did, as far as the gate answered.
type visit struct {
	kind     visitKind
	number   string
	solved   challenge
	office   bool      // the visitor comes from the address that many share
	answered time.Time // when the challenge had been answered, zero if it is not certain that it was
	sent     time.Time // when the message arrived at the provider, zero if none did
	code     string

	verification string // its id
	wrong        []time.Time
	approved     time.Time
	proof        string
}

// visitKind is how far a visitor goes.
type visitKind int

const (
	crosses   visitKind = iota // all the way
	waits                      // with the code
	guesses                    // wrong codes, wrongGuesses of them
	misreads                   // the picture
	kindCount int       = iota

	wrongGuesses = 2
)

// Load is one visit every pace, each of which takes the longer the slower the provider is.
const (
	pace     = 6 * time.Millisecond
	slowness = 400 * time.Millisecond // of the provider, at most
	inFlight = 64                     // visits, at most
	enough   = 3                      // visits of each kind done before the clock of the kill starts
)

// load has visitors come, and calls midst, which ends the gate, when visitors of each kind are done, a time has passed,
// and others are at it. It returns what the visitors did; without calling midst if there were too few of them.
func (g *gate) load(solved []challenge, office string, after time.Duration, midst func()) []*visit {
	w := g.world
	w.provider.answersAfter(func(gone <-chan struct{}) {
		timer := time.NewTimer(rand.N(slowness))
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-gone:
		}
	})
	defer w.provider.answersAfter(nil)

	var visits []*visit
	done := make(chan *visit, len(solved))
	var kinds [kindCount]int // how many are done; those of the office are not counted
	offices, under := 0, 0   // how many of the office are done, how many visits are under way
	come := time.NewTicker(pace)
	defer come.Stop()
	var end <-chan time.Time
	for ended := false; !ended || under > 0; {
		select {
		case <-come.C:
			if ended || under == inFlight || len(visits) == len(solved) {
				continue
			}
			v := &visit{kind: visitKind(len(visits) % kindCount), number: w.number(), solved: solved[len(visits)]}
			v.office = len(visits)%(4*kindCount) == int(waits)
			visits = append(visits, v)
			under++
			go func() {
				g.visit(v, office)
				done <- v
			}()
		case v := <-done:
			under--
			if v.office {
				offices++
			} else {
				kinds[v.kind]++
			}
			if end == nil && offices > 0 && slices.Min(kinds[:]) >= enough {
				timer := time.NewTimer(after)
				defer timer.Stop()
				end = timer.C
			}
			if end == nil && under == 0 && len(visits) == len(solved) {
				ended = true // without having called midst
			}
		case <-end:
			midst()
			ended = true
		}
	}
	for _, v := range visits {
		if to := w.provider.sentTo(v.number); len(to) > 0 {
			v.sent, v.code = to[0].at, to[0].Code
		}
	}
	return visits
}

// visit goes as far as the visitor does and the gate is there.
func (g *gate) visit(v *visit, office string) {
	answer, from := v.solved, ""
	if v.kind == misreads {
		answer.answer = "0000"
	}
	if v.office {
		from = office
	}
	r := g.smsCode(v.number, answer, from)
	if r.err != nil {
		return
	}
	v.answered, v.verification = r.at, r.verification()
	code := g.world.provider.code(v.number)
	switch v.kind {
	case crosses:
		if r := g.check(v.verification, code); r.outcome() == "200" {
			v.approved, v.proof = r.at, r.Proof
		}
	case guesses:
		for range wrongGuesses {
			if r := g.check(v.verification, otherThan(code)); r.outcome() == "wrong-code" {
				v.wrong = append(v.wrong, r.at)
			}
		}
	case waits, misreads:
	}
}
