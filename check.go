package cattlegrid

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/cattlegrid/cattlegrid/guard"
)

// CheckRequest asks whether a code is right.
type CheckRequest struct {
	VerificationID string // as [Gate.SendCode] gave it
	Code           string // what the visitor typed
}

// CheckCode consumes one attempt at the verification's code and, if it is right, the verification itself: it signs the
// proof that the number belongs to the visitor, and gives back what the policy holds against numbers that are not verified.
//
// Errors: [ErrMissing], [ErrVerificationExpired], [ErrCode], [ErrLimit], [ErrWrong] as [*WrongError], [ErrStore].
func (g *Gate) CheckCode(ctx context.Context, r CheckRequest) (Proof, error) {
	if r.VerificationID == "" || r.Code == "" {
		return Proof{}, ErrMissing
	}
	t, err := g.readVerificationID(r.VerificationID)
	if err != nil {
		return Proof{}, err
	}
	code := fold(r.Code)
	if !isCode(code, g.options.CodeDigits) {
		return Proof{}, ErrCode
	}
	subject, number := g.subject(t.phone, t.Purpose, t.Client)
	d := Decision{Act: guard.WrongCode, Verdict: Refused, Phone: t.phone, Country: number.Country, Purpose: t.Purpose}
	if t.Client.IsValid() {
		d.Client = ClientPrefix(t.Client).String()
	}
	rules := g.rules.Load()
	wrong := rules.Debits(guard.WrongCode, subject, guard.Normal, newDebitID())
	if err := g.attemptCode(ctx, t.Purpose, t.phone, code, wrong); err != nil {
		if errors.Is(err, ErrLimit) {
			g.decided(ctx, d, err)
		}
		return Proof{}, fmt.Errorf("check the code: %w", err)
	}
	if _, test := g.options.TestNumbers[t.phone]; !test {
		// The visitor has shown the code, whatever becomes of the accounts: an error here is for the operator alone.
		d.Act, d.Verdict, d.MessageID = guard.Send, Verified, t.Message
		if t.Message != "" {
			f, _ := g.fateOf(ctx, t.Message) // what is forgotten cannot be told
			d.Delivery = Delivery{Provider: f.Provider, ID: f.ID}
		}
		g.decided(ctx, d, g.settle(ctx, rules, subject))
	}
	return g.sign(t.phone, t.Purpose)
}

func (g *Gate) settle(ctx context.Context, rules *guard.Rulebook, subject guard.Subject) error {
	err := g.settleNames(ctx, rules, subject)
	for _, alias := range subject.Also {
		err = errors.Join(err, g.settleNames(ctx, rules, subject.Under(alias)))
	}
	return err
}

func (g *Gate) settleNames(ctx context.Context, rules *guard.Rulebook, subject guard.Subject) error {
	spare, _ := spareDebits.Get().(*[]Debit)
	defer spareDebits.Put(spare)
	credit, debits := rules.AppendSettlement(*spare, subject, newDebitID())
	*spare = debits
	ctx, cancel := g.bound(context.WithoutCancel(ctx))
	defer cancel()
	return storeError(g.store.Settle(ctx, credit, debits...))
}

// Vouch records numbers that were verified elsewhere, as if each had crossed just now: so that a gate which is new knows the
// prefixes, segments and countries of a site's users. Each number counts once a day. Many on one day make that the best day
// of a country and its segments for two weeks, see [guard.Record.Base]: their budgets are larger for as long.
//
// Errors: [ErrStore].
func (g *Gate) Vouch(ctx context.Context, phones ...Phone) error {
	rules := g.rules.Load()
	for _, phone := range phones {
		subject, _ := g.subject(phone, "", netip.Addr{})
		bounded, cancel := g.bound(ctx)
		err := storeError(g.store.Spend(bounded, rules.Recording(subject, newDebitID())...))
		cancel()
		if err == nil {
			err = g.settle(ctx, rules, subject)
		}
		if err != nil {
			return fmt.Errorf("vouch for a number: %w", err)
		}
	}
	return nil
}
