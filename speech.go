package cattlegrid

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// MaxSpeeches is how often one challenge is spoken. Each rendering sounds different, but their average would not.
const MaxSpeeches = 3

// SpeechRequest asks for a challenge that is shown to be spoken, too.
type SpeechRequest struct {
	ID     string     // of the challenge
	Lang   string     // of the voice, "zh" or "en"; "" means "zh"
	Client netip.Addr // who asks
}

// Speech is a challenge to listen to.
type Speech struct {
	Audio     []byte
	MediaType string
	ExpiresIn time.Duration // what is left of the challenge's lifetime
}

// Speak speaks a challenge without using it up, at most [MaxSpeeches] times however many ask at once.
//
// Errors, in the order in which they are decided: [ErrChallengeID], [ErrClient], [ErrLanguage], [ErrChallengeExpired],
// [ErrUnspeakable], [ErrSpeechLimit]; [ErrStore] at any point.
func (g *Gate) Speak(ctx context.Context, r SpeechRequest) (Speech, error) {
	if r.Lang == "" {
		r.Lang = "zh"
	}
	switch {
	case !isChallengeID(r.ID):
		return Speech{}, ErrChallengeID
	case !r.Client.IsValid():
		return Speech{}, ErrClient
	case !slices.Contains(g.speaker.Languages(), r.Lang):
		return Speech{}, ErrLanguage
	}
	challenge, err := g.peekChallenge(ctx, r.ID)
	if err != nil {
		return Speech{}, fmt.Errorf("look up the challenge: %w", err)
	}
	if !g.speaker.Speaks(challenge.Value) {
		return Speech{}, ErrUnspeakable
	}
	if err := g.spendSpeech(ctx, r.ID, challenge.Value); err != nil {
		return Speech{}, fmt.Errorf("charge the speech: %w", err)
	}
	// Spoken last: whom the limit refuses costs no speaking.
	source, err := g.newSource()
	if err != nil {
		return Speech{}, err
	}
	audio, err := g.speaker.Speak(challenge.Value, r.Lang, source)
	if err != nil {
		return Speech{}, fmt.Errorf("speak the challenge: %w", err)
	}
	g.tell(ctx, false, ChallengeSpoken)
	return Speech{Audio: audio, MediaType: captcha.SpeechMediaType, ExpiresIn: challenge.TTL}, nil
}
