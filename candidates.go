package cattlegrid

import (
	"context"
	"errors"
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
	ring, err := g.ringOfCandidates(ctx, r.ID, challenge.Value)
	if err != nil {
		return nil, fmt.Errorf("choose candidates: %w", err)
	}
	var seed [32]byte
	copy(seed[:], ring.candidates.mac(r.ID, challenge.Value))
	candidates, err := painter.Candidates(challenge.Value, mathrand.NewChaCha8(seed))
	if err != nil {
		// A challenge in another style, from before the configuration changed: there should be a new one.
		return nil, fmt.Errorf("%w: %w", ErrChallengeExpired, err)
	}
	return candidates, nil
}

// ringOfCandidates is the keyring that chooses the candidates of a challenge: the one in use or, while keys are exchanged,
// the one that was first to do so at any replica.
func (g *Gate) ringOfCandidates(ctx context.Context, id, answer string) (*keyring, error) {
	if len(g.keys.others()) == 0 {
		return g.keys.keyring, nil
	}
	for _, ring := range g.keys.all {
		bounded, cancel := g.bound(ctx)
		err := storeError(g.store.Spend(bounded, g.challengeDebits("candidates_per_challenge", 1, id, answer, ring.id)...))
		cancel()
		if !errors.Is(err, ErrLimit) {
			return ring, err
		}
	}
	return nil, ErrChallengeExpired // chosen with a key that is not known here
}
