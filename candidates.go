package cattlegrid

import (
	"context"
	"fmt"
	mathrand "math/rand/v2"
	"net/netip"
)

// CandidatesRequest asks for characters to pick the answer to a challenge from.
type CandidatesRequest struct {
	ID     string     // of the challenge
	Client netip.Addr // who asks
}

// Candidates returns the characters to pick an answer in Chinese from, for devices where typing it is tiresome. Asked
// again, it returns the same in the same order: what two sets have in common would be the answer. For kinds that are typed
// there are none. The challenge is not used up.
//
// Errors: [ErrChallengeID], [ErrClient], [ErrChallengeExpired], [ErrStore].
func (g *Gate) Candidates(ctx context.Context, r CandidatesRequest) ([]string, error) {
	if !isChallengeID(r.ID) {
		return nil, ErrChallengeID
	}
	if !r.Client.IsValid() {
		return nil, ErrClient
	}
	challenge, err := g.peekChallenge(ctx, r.ID)
	if err != nil {
		return nil, fmt.Errorf("look up the challenge: %w", err)
	}
	painter, err := g.painters.at(g.options.Style.Level)
	if err != nil {
		return nil, fmt.Errorf("choose candidates: %w", err)
	}
	var seed [32]byte
	copy(seed[:], g.keys.candidates.mac(r.ID, challenge.Value))
	candidates, err := painter.Candidates(challenge.Value, mathrand.NewChaCha8(seed))
	if err != nil {
		// A challenge in another style, from before the configuration changed: there should be a new one.
		return nil, fmt.Errorf("%w: %w", ErrChallengeExpired, err)
	}
	return candidates, nil
}
