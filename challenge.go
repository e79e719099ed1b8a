package cattlegrid

import (
	"context"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/netip"
	"time"

	"github.com/cattlegrid/cattlegrid/captcha"
	"github.com/cattlegrid/cattlegrid/guard"
)

// ChallengeRequest asks for a challenge.
type ChallengeRequest struct {
	ID       string         // chosen by the page, normally a UUID: 8 to 64 letters, digits, "-" or "_"
	Previous string         // the challenge that this one replaces on the page, if any; it is destroyed
	Client   netip.Addr     // who asks
	Format   captcha.Format // PNG unless set
	Effort   guard.Effort   // at least how hard it is to be; [MoreError] says when more than Normal is needed
}

// Challenge is a question to show.
type Challenge struct {
	Image     []byte
	MediaType string
	ExpiresIn time.Duration
	Effort    guard.Effort // of who answers it: as asked for, or more. With Work, [Gate.Task] has the task that goes with it
}

// Challenge draws a fresh challenge and stores its answer under the request's ID, in place of any there.
//
// Errors: [ErrChallengeID], [ErrClient], [ErrLimit], [ErrStore].
func (g *Gate) Challenge(ctx context.Context, r ChallengeRequest) (Challenge, error) {
	if !isChallengeID(r.ID) || r.Previous != "" && !isChallengeID(r.Previous) {
		return Challenge{}, ErrChallengeID
	}
	subject, err := g.clientSubject(r.Client)
	if err != nil {
		return Challenge{}, err
	}
	effort := max(min(max(r.Effort, guard.Normal), guard.Work), g.hints.of(subject.Client, g.clock()))
	painter, err := g.painters.at(g.level(effort))
	if err != nil {
		return Challenge{}, fmt.Errorf("make a challenge: %w", err)
	}
	question, err := painter.Question(g.options.Random)
	if err != nil {
		return Challenge{}, fmt.Errorf("make a challenge: %w", err)
	}
	about, err := g.newPayload(effort)
	if err != nil {
		return Challenge{}, err
	}
	if err := g.storeChallenge(ctx, r.ID, fold(question.Answer), about, subject, r.Client); err != nil {
		return Challenge{}, fmt.Errorf("store the challenge: %w", err)
	}
	if r.Previous != "" && r.Previous != r.ID {
		if err := g.deleteChallenge(ctx, r.Previous); err != nil {
			return Challenge{}, fmt.Errorf("delete the previous challenge: %w", err)
		}
	}
	// Drawn last: whom a limit refuses costs no drawing.
	source, err := g.newSource()
	if err != nil {
		return Challenge{}, err
	}
	image, err := painter.Draw(question.Text, source, r.Format)
	if err != nil {
		return Challenge{}, fmt.Errorf("draw the challenge: %w", err)
	}
	g.tell(ctx, false, ChallengeMade)
	return Challenge{
		Image: image, MediaType: r.Format.MediaType(), ExpiresIn: g.options.ChallengeLifetime, Effort: effort,
	}, nil
}

// level is how a challenge looks for an effort.
func (g *Gate) level(effort guard.Effort) captcha.Level {
	if effort == guard.Normal {
		return g.options.Style.Level
	}
	return captcha.Hard
}

// newSource returns the randomness of one picture or speech: nobody must be able to make it again.
func (g *Gate) newSource() (mathrand.Source, error) {
	var seed [32]byte
	if _, err := io.ReadFull(g.options.Random, seed[:]); err != nil {
		return nil, fmt.Errorf("seed a challenge: %w", err)
	}
	return mathrand.NewChaCha8(seed), nil
}

// storeChallenge charges for a challenge and stores it.
func (g *Gate) storeChallenge(ctx context.Context, id, answer string, about *payload, subject guard.Subject, client netip.Addr) error {
	rules := g.rules.Load()
	err := g.putChallenge(ctx, id, answer, about, rules.Debits(guard.Challenge, subject, guard.Normal, newDebitID()))
	if !errors.Is(err, ErrLimit) {
		return err
	}
	d := Decision{Act: guard.Challenge, Verdict: Refused, Client: ClientPrefix(client).String(), Trial: rules.Policy().Observe}
	g.decided(ctx, d, err)
	if d.Trial {
		return g.putChallenge(ctx, id, answer, about, nil)
	}
	g.tell(ctx, about != nil && about.Alone, ChallengeRefused)
	return err
}
