package cattlegrid

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// receiptLifetime is how long a message is remembered, so that receipts find it. Providers give up after three days at most.
const receiptLifetime = 72 * time.Hour

// Receipt is what a provider reports of a message after it took it.
type Receipt struct {
	Provider  string       // short name, as in [Delivery]
	ID        string       // the provider's own id of the message, as in [Delivery]
	MessageID string       // [Message].ID, if the provider repeats it
	State     ReceiptState // what became of the message
	Code      string       // the provider's own code for it, "" if there is none
	At        time.Time    // when that was, as the provider says; zero if it does not
}

// ReceiptState is what became of a message.
type ReceiptState string

// The states of receipts.
const (
	Sent      ReceiptState = "sent"      // on its way; another receipt will follow
	Delivered ReceiptState = "delivered" // the phone has it
	Lost      ReceiptState = "lost"      // it will never arrive
	Unsure    ReceiptState = "unknown"   // no receipt says so: nobody knows whether the message left
)

// Report is a receipt, and the message that it is about.
type Report struct {
	Receipt
	Phone   string // masked
	Country string
	Purpose string
	SentAt  time.Time
	Repeat  bool // the message was in this state already
}

// ErrNoMessage means that a receipt is about no message that is remembered.
var ErrNoMessage = errors.New("no such message")

// sentMessage is what is remembered of a message before it leaves: a receipt may be quicker than the provider's answer.
type sentMessage struct {
	Phone   string `json:"p"` // masked
	Country string `json:"c"`
	Purpose string `json:"u"`
	At      int64  `json:"t"` // milliseconds since the Unix epoch
}

// fate is what is known of a message since. There are two notes of it: one that whoever sent the message makes, unless a receipt
// was first, and one of the final state.
type fate struct {
	Provider string       `json:"r,omitempty"` // "" if nobody knows who took it
	ID       string       `json:"i,omitempty"` // the provider's
	State    ReceiptState `json:"s"`
	Code     string       `json:"o,omitempty"`
}

// Receive takes a receipt: it remembers the state of the message and tells [Options.OnReport]. A state that is final stays.
//
// Errors: [ErrNoMessage], also if [Options.OnReport] is nil; [ErrStore].
func (g *Gate) Receive(ctx context.Context, r Receipt) error {
	if g.options.OnReport == nil {
		return ErrNoMessage
	}
	// The provider's own id goes first: what it repeats of ours may be less than all of it.
	if alias, err := g.alias(ctx, r.Provider, r.ID); err == nil {
		r.MessageID = alias.Value
	} else if !errors.Is(err, ErrNoMessage) {
		return fmt.Errorf("look up the receipt: %w", err)
	}
	var m sentMessage
	if err := g.recall(ctx, messageKey(r.MessageID), &m); err != nil {
		return fmt.Errorf("look up the message: %w", err)
	}
	f, err := g.fateOf(ctx, r.MessageID)
	if err != nil {
		return fmt.Errorf("look up the message: %w", err)
	}
	if f.Provider != "" && r.Provider != f.Provider || f.ID != "" && r.ID != "" && r.ID != f.ID {
		return ErrNoMessage // it is about another message
	}
	report := Report{Receipt: r, Phone: m.Phone, Country: m.Country, Purpose: m.Purpose, SentAt: time.UnixMilli(m.At).UTC()}
	if report.Repeat, err = g.settleFate(ctx, r, f); err != nil {
		return fmt.Errorf("remember the receipt: %w", err)
	}
	g.options.OnReport(ctx, report)
	return nil
}

// settleFate notes what a receipt says, and reports whether it is no news. Of two final states the first stays.
func (g *Gate) settleFate(ctx context.Context, r Receipt, f fate) (repeat bool, err error) {
	news := fate{r.Provider, cmp.Or(r.ID, f.ID), r.State, r.Code}
	if r.State != Delivered && r.State != Lost {
		if f.State != Unsure {
			return true, nil
		}
		key := fateKey(r.MessageID)
		return false, g.put(ctx, key, g.newNote(key, news, receiptLifetime))
	}
	key := finalKey(r.MessageID)
	s := g.newNote(key, news, receiptLifetime)
	ctx, cancel := g.bound(ctx)
	defer cancel()
	kept, err := g.store.Keep(ctx, key, s)
	return kept.Value != s.Value, storeError(err)
}

// announce lets receipts find a message that is about to leave.
func (g *Gate) announce(ctx context.Context, o *order) error {
	if g.options.OnReport == nil {
		return nil
	}
	key := messageKey(o.message)
	m := sentMessage{Phone: o.Phone.String(), Country: o.Country, Purpose: o.Purpose, At: g.clock().UnixMilli()}
	return g.put(ctx, key, g.newNote(key, m, receiptLifetime))
}

// withdraw forgets a message that did not leave.
func (g *Gate) withdraw(ctx context.Context, o *order) error {
	if g.options.OnReport == nil {
		return nil
	}
	return g.forget(ctx, messageKey(o.message))
}

// conclude notes who took a message, if anybody knows, unless a receipt has done so.
func (g *Gate) conclude(ctx context.Context, o *order, d Delivery, state ReceiptState) error {
	if g.options.OnReport == nil {
		return nil
	}
	var alias error
	var both sync.WaitGroup
	if d.ID != "" {
		both.Go(func() {
			alias = g.put(ctx, g.keys.aliasKey(d.Provider, d.ID), Secret{Value: o.message, Attempts: 1, TTL: receiptLifetime})
		})
	}
	key := fateKey(o.message)
	bounded, cancel := g.bound(ctx)
	defer cancel()
	_, err := g.store.Keep(bounded, key, g.newNote(key, fate{Provider: d.Provider, ID: d.ID, State: state}, receiptLifetime))
	both.Wait()
	return errors.Join(storeError(err), alias)
}

// Fate is what is known of the message of a verification, as [Gate.SendCode] gave its id: [Sent] until a receipt says more.
//
// Errors: [ErrVerificationExpired], [ErrNoMessage], also if [Options.OnReport] is nil; [ErrStore].
func (g *Gate) Fate(ctx context.Context, verificationID string) (ReceiptState, error) {
	t, err := g.readVerificationID(verificationID)
	if err != nil {
		return "", err
	}
	f, err := g.fateOf(ctx, t.Message)
	return f.State, err
}

func (g *Gate) fateOf(ctx context.Context, message string) (fate, error) {
	f := fate{State: Unsure}
	err := g.recall(ctx, finalKey(message), &f)
	if errors.Is(err, ErrNoMessage) {
		err = g.recall(ctx, fateKey(message), &f)
	}
	if errors.Is(err, ErrNoMessage) {
		err = g.recall(ctx, messageKey(message), &sentMessage{}) // it may be on its way
	}
	return f, err
}

func messageKey(id string) string { return "Message_" + id }
func fateKey(id string) string    { return "Fate_" + id }
func finalKey(id string) string   { return "Final_" + id }

// aliasKey is where the provider's id of a message leads to ours. It is hashed: providers choose its length.
func (k *keyring) aliasKey(provider, id string) string {
	return "MessageOf_" + k.hash("provider's id", provider, id)
}

func (g *Gate) alias(ctx context.Context, provider, id string) (Secret, error) {
	s, _, err := g.lookUp(ctx, func(k *keyring) string { return k.aliasKey(provider, id) })
	return s, err
}

// recall reads a note into what it is. There is none under a key that is not one of a message of ours.
func (g *Gate) recall(ctx context.Context, key string, note any) error {
	if !isName(key, len(fateKey(""))+1, 64) {
		return ErrNoMessage
	}
	s, err := g.peek(ctx, key)
	if err != nil {
		return err
	}
	if !g.readNote(key, s, note) {
		return ErrNoMessage
	}
	return nil
}
