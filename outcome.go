package cattlegrid

import (
	"context"
	"errors"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// ChallengeKind is what a challenge asks for: the name of a [captcha.Kind], or work.
type ChallengeKind string

// WorkChallenge is the kind of challenges that are work alone, see [Gate.WorkAlone].
const WorkChallenge ChallengeKind = "work"

// ChallengeOutcome is what became of a challenge.
type ChallengeOutcome string

// The outcomes. One challenge is told of when it is made, each time that it is spoken, and when it is used up; most of those
// that nobody answers are told of no more.
const (
	ChallengeMade    ChallengeOutcome = "made"    // it is on its way to the visitor
	ChallengeRefused ChallengeOutcome = "refused" // a limit stood against it, so there is none
	ChallengeSpoken  ChallengeOutcome = "spoken"
	ChallengeSolved  ChallengeOutcome = "solved"  // the answer, and the work if there was any, was right
	ChallengeWrong   ChallengeOutcome = "wrong"   // the answer or the work was wrong
	ChallengeExpired ChallengeOutcome = "expired" // an answer came to none: never shown, expired, or answered before
)

// ChallengeKinds are all kinds.
func ChallengeKinds() []ChallengeKind {
	kinds := []ChallengeKind{WorkChallenge}
	for k := captcha.Letters; k <= captcha.Chinese; k++ {
		kinds = append(kinds, ChallengeKind(k.String()))
	}
	return kinds
}

// ChallengeOutcomes are all outcomes.
func ChallengeOutcomes() []ChallengeOutcome {
	return []ChallengeOutcome{ChallengeMade, ChallengeRefused, ChallengeSpoken, ChallengeSolved, ChallengeWrong, ChallengeExpired}
}

// tell says what became of a challenge. One that was drawn before the configuration changed counts as one of those drawn now.
func (g *Gate) tell(ctx context.Context, alone bool, outcome ChallengeOutcome) {
	if g.options.OnChallenge == nil {
		return
	}
	kind := WorkChallenge
	if !alone {
		kind = ChallengeKind(g.options.Style.Kind.String())
	}
	g.options.OnChallenge(ctx, kind, outcome)
}

// tellAnswer says what an answer made of its challenge. A failure of the store made nothing of it.
func (g *Gate) tellAnswer(ctx context.Context, alone bool, err error) {
	switch {
	case err == nil:
		g.tell(ctx, alone, ChallengeSolved)
	case errors.Is(err, ErrWrongAnswer), errors.Is(err, ErrWork):
		g.tell(ctx, alone, ChallengeWrong)
	case errors.Is(err, ErrChallengeExpired):
		g.tell(ctx, alone, ChallengeExpired)
	}
}
