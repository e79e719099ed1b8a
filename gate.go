package cattlegrid

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/cattlegrid/cattlegrid/captcha"
	"github.com/cattlegrid/cattlegrid/guard"
)

// Gate stands in front of "send me an SMS code". It is safe for concurrent use.
type Gate struct {
	options  Options
	clock    func() time.Time
	store    Store
	painters *painters
	speaker  *captcha.Speaker
	keys     *keyrings
	signer   *signer
	rules    atomic.Pointer[guard.Rulebook]
	hints    *hints
}

// New returns a gate, or says which option cannot work.
func New(o Options) (*Gate, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := o.Keys.validate(); err != nil {
		return nil, fmt.Errorf("options: Keys: %w", err)
	}
	keys, err := newKeyrings(o.Keys)
	if err != nil {
		return nil, fmt.Errorf("options: Keys: %w", err)
	}
	signer, err := newSigner(o.Keys.inUse().Sign, o.Keys.Sign, o.Keys.Rotation.Sign)
	if err != nil {
		return nil, fmt.Errorf("options: Keys: %w", err)
	}
	orElse(&o.Style.Key, keys.style)
	painters, err := newPainters(&painters{style: o.Style, rotation: o.StyleRotation, clock: o.Clock, paint: captcha.New})
	if err != nil {
		return nil, fmt.Errorf("options: Style: %w", err)
	}
	speaker, err := captcha.NewSpeaker()
	if err != nil {
		return nil, fmt.Errorf("make a speaker: %w", err)
	}
	g := &Gate{
		options: o, clock: o.Clock, store: o.Store, painters: painters, speaker: speaker, keys: keys, signer: signer,
		hints: newHints(),
	}
	if err := g.SetPolicy(*o.Policy); err != nil {
		return nil, fmt.Errorf("options: %w", err)
	}
	return g, nil
}

// SetPolicy puts another policy in force, or says why it cannot work. Requests that are on their way are decided by the
// one before. What was charged stays charged, as far as both policies count the same: an account belongs to who is
// charged, what is counted and the longest window.
func (g *Gate) SetPolicy(p guard.Policy) error {
	rules, err := guard.NewRulebook(p)
	if err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	g.rules.Store(rules)
	return nil
}

// Kind says what challenges ask for, so that a page can have a fitting field for the answer.
func (g *Gate) Kind() captcha.Kind { return g.options.Style.Kind }

// ParsePhone reads a number as SendCode does.
func (g *Gate) ParsePhone(typed string) (Phone, error) { return g.options.ParsePhone(typed) }

// Ping reports whether the gate can serve: whether its store can.
func (g *Gate) Ping(ctx context.Context) error {
	ctx, cancel := g.bound(ctx)
	defer cancel()
	return storeError(g.store.Ping(ctx))
}
