package cattlegrid

import (
	"context"
	"crypto/rand"
	"encoding/json"
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

// sentMessage is what is remembered of a message, sealed.
type sentMessage struct {
	Phone    string       `json:"p"` // masked
	Country  string       `json:"c"`
	Purpose  string       `json:"u"`
	At       int64        `json:"t"`           // milliseconds since the Unix epoch
	Provider string       `json:"r,omitempty"` // "" if nobody knows who took it
	ID       string       `json:"i"`           // the provider's
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
	if r.MessageID == "" && r.ID != "" {
		alias, err := g.peek(ctx, g.aliasKey(r.Provider, r.ID))
		if err != nil {
			return fmt.Errorf("look up the receipt: %w", err)
		}
		r.MessageID = alias.Value
	}
	m, err := g.message(ctx, r.MessageID)
	if err != nil {
		return fmt.Errorf("look up the message: %w", err)
	}
	if m.Provider != "" && r.Provider != m.Provider {
		return ErrNoMessage // another one has no business with it
	}
	report := Report{Receipt: r, Phone: m.Phone, Country: m.Country, Purpose: m.Purpose, SentAt: time.UnixMilli(m.At).UTC()}
	report.Repeat = m.State == r.State || m.State == Delivered || m.State == Lost
	if !report.Repeat {
		m.Provider, m.State, m.Code = r.Provider, r.State, r.Code
		if err := g.putMessage(ctx, r.MessageID, m); err != nil {
			return fmt.Errorf("remember the receipt: %w", err)
		}
	}
	g.options.OnReport(ctx, report)
	return nil
}

// rememberMessage lets receipts find a message that left, or may have.
func (g *Gate) rememberMessage(ctx context.Context, o *order, d Delivery, state ReceiptState) error {
	if g.options.OnReport == nil {
		return nil
	}
	m := sentMessage{
		Phone: o.Phone.String(), Country: o.Country, Purpose: o.Purpose, At: g.clock().UnixMilli(), Provider: d.Provider, ID: d.ID, State: state,
	}
	var alias error
	var both sync.WaitGroup
	if d.ID != "" {
		both.Go(func() {
			alias = g.put(ctx, g.aliasKey(d.Provider, d.ID), Secret{Value: o.message, Attempts: 1, TTL: receiptLifetime})
		})
	}
	err := g.putMessage(ctx, o.message, m)
	both.Wait()
	return errors.Join(err, alias)
}

func (g *Gate) messageKey(id string) string { return "Message_" + id }

// aliasKey is where the provider's id of a message leads to ours. It is hashed: providers choose its length.
func (g *Gate) aliasKey(provider, id string) string {
	return "MessageOf_" + g.keys.hash("provider's id", provider, id)
}

// message is what is remembered of one.
func (g *Gate) message(ctx context.Context, id string) (m sentMessage, err error) {
	if !isName(id, 1, 64) {
		return m, ErrNoMessage
	}
	s, err := g.peek(ctx, g.messageKey(id))
	if err != nil {
		return m, err
	}
	plain, err := open(g.keys.payload, s.Payload, g.messageKey(id))
	if err != nil || json.Unmarshal(plain, &m) != nil {
		return m, ErrNoMessage
	}
	return m, nil
}

func (g *Gate) putMessage(ctx context.Context, id string, m sentMessage) error {
	plain, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write the message: %w", err)
	}
	key := g.messageKey(id)
	left := receiptLifetime - g.clock().Sub(time.UnixMilli(m.At))
	return g.put(ctx, key, Secret{Value: rand.Text(), Attempts: 1, Payload: seal(g.keys.payload, plain, key), TTL: max(time.Minute, left)})
}

func (g *Gate) peek(ctx context.Context, key string) (Secret, error) {
	ctx, cancel := g.bound(ctx)
	defer cancel()
	s, err := g.store.Peek(ctx, key)
	if errors.Is(err, ErrNotFound) {
		return s, ErrNoMessage
	}
	return s, storeError(err)
}

func (g *Gate) put(ctx context.Context, key string, s Secret) error {
	ctx, cancel := g.bound(context.WithoutCancel(ctx))
	defer cancel()
	return storeError(g.store.Put(ctx, key, s))
}

// Fate is what is known of the message of a verification, as [Gate.SendCode] gave its id: [Sent] until a receipt says more.
//
// Errors: [ErrVerificationExpired], [ErrNoMessage], also if [Options.OnReport] is nil; [ErrStore].
func (g *Gate) Fate(ctx context.Context, verificationID string) (ReceiptState, error) {
	t, err := g.readVerificationID(verificationID)
	if err != nil {
		return "", err
	}
	m, err := g.message(ctx, t.Message)
	return m.State, err
}
