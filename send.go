package cattlegrid

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"

	"github.com/cattlegrid/cattlegrid/guard"
)

// SendRequest asks for a code to be sent.
type SendRequest struct {
	ChallengeID string
	Answer      string     // what the visitor read; case and width of the characters do not matter; "" if there is work alone
	Work        string     // the solution of the challenge's [Task], if it has one
	Phone       string     // as typed
	Purpose     string     // one of [Options.Purposes]
	Client      netip.Addr // who asks
	Lang        string     // of the message, one of [Languages]; "" means "zh"

	// Key names the request, so that a repeat within 24 hours gets the first answer and no second message leaves, whatever
	// became of the process that was asked first: 1 to 255 visible characters of ASCII that nobody can guess, or "". A refusal
	// by limits is remembered for 10 minutes.
	Key string
}

// SendCode consumes the challenge and, if the answer is right and nothing in the policy stands against it, sends a code
// to the phone. While a code for the same purpose and phone is live, the same code is sent again and its lifetime starts
// anew, but not its attempts: messages arrive out of order.
//
// Errors, in the order in which they are decided: [ErrMissing], [ErrPhone], [ErrPurpose], [ErrChallengeID], [ErrClient],
// [ErrKey], [ErrDenied], [ErrChallengeExpired], [ErrWrongAnswer], [ErrWork], [ErrKeyReused], [ErrInProgress], [ErrMore] or
// [ErrLimit], [ErrSend]; [ErrStore] at any point before a message left. If nobody knows whether it left, the verification
// comes with [ErrSend]: should the message arrive after all, its code is good.
//
// With a Key, what was decided once the challenge was passed is remembered. A request that was cut off then is never begun
// anew: a repeat is told that nobody knows.
func (g *Gate) SendCode(ctx context.Context, r SendRequest) (Verification, error) {
	if r.ChallengeID == "" || r.Answer == "" && r.Work == "" || r.Phone == "" || r.Purpose == "" {
		return Verification{}, ErrMissing
	}
	phone, err := g.options.ParsePhone(r.Phone)
	if err != nil {
		return Verification{}, fmt.Errorf("read the phone number: %w", err)
	}
	switch {
	case !slices.Contains(g.options.Purposes, r.Purpose):
		return Verification{}, ErrPurpose
	case !isChallengeID(r.ChallengeID):
		return Verification{}, ErrChallengeID
	case !r.Client.IsValid():
		return Verification{}, ErrClient
	case r.Key != "" && !isIdempotencyKey(r.Key):
		return Verification{}, ErrKey
	}
	order := g.newOrder(phone, r)
	if err := g.admit(ctx, order); err != nil {
		return Verification{}, err
	}
	about, err := g.answerChallenge(ctx, r.ChallengeID, r.Answer)
	if errors.Is(err, ErrChallengeExpired) && r.Key != "" {
		return g.repeat(ctx, order, r)
	}
	if err != nil {
		g.tellAnswer(ctx, r.Answer == "", err)
		return Verification{}, fmt.Errorf("check the answer: %w", err)
	}
	// The challenge is used up. Whoever goes away now, or asks again, must find what became of it.
	ctx = context.WithoutCancel(ctx)
	order.Effort, err = about.prove(r.Work)
	g.tellAnswer(ctx, about.Alone, err)
	if err != nil {
		return Verification{}, fmt.Errorf("check the work: %w", err)
	}
	order.message = newDebitID()
	if order.verification, err = g.newVerificationID(order); err != nil {
		return Verification{}, err
	}
	if r.Key != "" {
		return g.sendOnce(ctx, order, about.Alone, r)
	}
	return g.deliver(ctx, order, about.Alone)
}

// order is a message that somebody asked for, and what is decided about it.
type order struct {
	Decision
	rules        *guard.Rulebook
	subject      guard.Subject
	number       guard.Number
	client       netip.Addr
	lang         string
	message      string // its id, and that of what is charged for it
	verification string // its id
	spared       bool   // a rule that is on trial stands against it: it is charged nothing, as if it had been refused
}

func (g *Gate) newOrder(phone Phone, r SendRequest) *order {
	o := &order{rules: g.rules.Load(), client: r.Client, lang: r.Lang}
	o.subject, o.number = g.subject(phone, r.Purpose, r.Client)
	o.subject.Price = g.price(o.number, r.Lang)
	o.Decision = Decision{
		Act: guard.Send, Verdict: Allowed, Client: ClientPrefix(r.Client).String(), Phone: phone, Country: o.number.Country,
		Purpose: r.Purpose, Price: o.subject.Price, Trial: o.rules.Policy().Observe,
	}
	return o
}

// admit applies the rules that need no account.
func (g *Gate) admit(ctx context.Context, o *order) error {
	if _, test := g.options.TestNumbers[o.Phone]; test {
		return nil
	}
	denied := &DeniedError{Rule: o.rules.Policy().Rules.Client(o.client), Client: true}
	if denied.Rule == "" {
		denied = &DeniedError{Rule: o.rules.Policy().Rules.Number(o.number)}
	}
	if denied.Rule == "" {
		return nil
	}
	d := o.Decision
	d.Verdict = Refused
	g.decided(ctx, d, denied)
	if o.Trial {
		o.spared = true
		return nil
	}
	return denied
}

// spareDebits are used again: those of one message are 5 KiB, a quarter of all that a send would allocate. No store may keep
// what it is given.
var spareDebits = sync.Pool{New: func() any { return new([]Debit) }}

// deliver charges the message, makes or keeps its code and sends it.
func (g *Gate) deliver(ctx context.Context, o *order, alone bool) (Verification, error) {
	code, test := g.options.TestNumbers[o.Phone]
	spare, _ := spareDebits.Get().(*[]Debit)
	defer spareDebits.Put(spare)
	debits := (*spare)[:0]
	switch {
	case test:
	case o.spared:
		debits = o.rules.Recording(o.subject, newDebitID())
	default:
		debits = o.rules.AppendDebits(debits, guard.Send, o.subject, o.Effort, o.message)
		if alone {
			debits = o.rules.AppendDebits(debits, guard.WorkAlone, o.subject, o.Effort, o.message)
		}
		*spare = debits
	}
	kept, err := g.keepCode(ctx, o, code, debits)
	if errors.Is(err, ErrLimit) {
		refusal := g.weigh(ctx, o, err)
		if !o.Trial {
			return Verification{}, fmt.Errorf("store the code: %w", refusal)
		}
		debits = o.rules.Recording(o.subject, newDebitID())
		kept, err = g.keepCode(ctx, o, code, debits)
	}
	if err != nil {
		return Verification{}, fmt.Errorf("store the code: %w", err)
	}
	v := Verification{
		ID: o.verification, Phone: o.Phone, Purpose: o.Purpose, ExpiresIn: g.options.CodeLifetime, ResendAfter: kept.next,
	}
	if test {
		return v, nil
	}
	if err := g.announce(ctx, o); err != nil {
		return Verification{}, fmt.Errorf("remember the message: %w", errors.Join(err, g.refund(ctx, debits)))
	}
	if err := g.send(ctx, o, kept.code, debits); err != nil {
		if !mayHaveLeft(err) {
			v = Verification{}
		}
		return v, fmt.Errorf("send the code: %w", err)
	}
	return v, nil
}

// mayHaveLeft reports whether, after an error of a sender's, the message may have left all the same.
func mayHaveLeft(err error) bool {
	failure, ok := errors.AsType[*SendError](err)
	return !ok || failure.Class == Unknown
}

// send hands the code to the sender. A message that left for certain, or perhaps, stays charged; one that certainly did
// not is refunded.
func (g *Gate) send(ctx context.Context, o *order, code string, debits []Debit) error {
	sendCtx, cancel := context.WithTimeout(ctx, g.options.SendTimeout)
	defer cancel()
	delivery, err := g.options.Sender.Send(sendCtx, Message{
		ID:       o.message,
		To:       o.Phone,
		Country:  o.Country,
		Code:     code,
		Text:     Text(o.lang, g.options.Brand, code, g.options.CodeLifetime, g.webOTPHost(o.Country)),
		Purpose:  o.Purpose,
		Lang:     o.lang,
		Lifetime: g.options.CodeLifetime,
	})
	d := o.Decision
	d.MessageID = o.message
	switch {
	case err == nil:
		d.Delivery = delivery
		// If the store fails, receipts find nothing; the visitor has the code all the same.
		g.decided(ctx, d, g.conclude(ctx, o, delivery, Sent))
		return nil
	case mayHaveLeft(err):
		err = errors.Join(err, g.conclude(ctx, o, Delivery{}, Unsure))
	default:
		err = errors.Join(err, g.refund(ctx, debits), g.withdraw(ctx, o))
		d.Verdict = Failed
	}
	g.decided(ctx, d, err)
	return fmt.Errorf("%w: %w", ErrSend, err)
}
