package cattlegrid

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/netip"
	"slices"
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
	keys     *keyring
	signer   *signer
}

// New returns a gate, or says which option cannot work.
func New(o Options) (*Gate, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	keys, err := newKeyring(o.Keys.Hash)
	if err != nil {
		return nil, fmt.Errorf("options: Keys: %w", err)
	}
	signer, err := newSigner(o.Keys.Sign)
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
	return &Gate{
		options: o, clock: o.Clock, store: o.Store, painters: painters, speaker: speaker, keys: keys, signer: signer,
	}, nil
}

// ChallengeRequest asks for a challenge.
type ChallengeRequest struct {
	ID       string         // chosen by the page, normally a UUID: 8 to 64 letters, digits, "-" or "_"
	Previous string         // the challenge that this one replaces on the page, if any; it is destroyed
	Client   netip.Addr     // who asks
	Format   captcha.Format // PNG unless set

	// Level, if set, goes before that of [Options.Style], for example new(captcha.Hard) for a client who looks like a
	// script. Who asks must not choose it.
	Level *captcha.Level
}

// Challenge is a question to show.
type Challenge struct {
	Image     []byte
	MediaType string
	ExpiresIn time.Duration
}

// Challenge draws a fresh challenge and stores its answer under the request's ID, in place of any there.
//
// Errors: [ErrChallengeID], [ErrClient], [ErrLimit], [ErrStore].
func (g *Gate) Challenge(ctx context.Context, r ChallengeRequest) (Challenge, error) {
	if !isChallengeID(r.ID) || r.Previous != "" && !isChallengeID(r.Previous) {
		return Challenge{}, ErrChallengeID
	}
	subject, err := g.subject(Phone{}, r.Client)
	if err != nil {
		return Challenge{}, err
	}
	painter, err := g.painters.at(r.Level)
	if err != nil {
		return Challenge{}, fmt.Errorf("make a challenge: %w", err)
	}
	question, err := painter.Question(g.options.Random)
	if err != nil {
		return Challenge{}, fmt.Errorf("make a challenge: %w", err)
	}
	debits := guard.Debits(g.options.Policy.Challenge, subject, newDebitID())
	if err := g.putChallenge(ctx, r.ID, question.Answer, debits); err != nil {
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
	return Challenge{Image: image, MediaType: r.Format.MediaType(), ExpiresIn: g.options.ChallengeLifetime}, nil
}

// SendRequest asks for a code to be sent.
type SendRequest struct {
	ChallengeID string
	Answer      string     // what the visitor read; case and width of the characters do not matter
	Phone       string     // as typed
	Purpose     string     // one of [Options.Purposes]
	Client      netip.Addr // who asks
	Lang        string     // of the message: "en", else Chinese
}

// SendCode consumes the challenge and, if the answer is right and no limit stands against it, sends a code to the phone.
// While a code for the same purpose and phone is live, the same code is sent again and its lifetime starts anew, but not
// its attempts: messages arrive out of order.
//
// Errors, in the order in which they are decided: [ErrMissing], [ErrPhone], [ErrPurpose], [ErrChallengeID], [ErrClient],
// [ErrChallengeExpired], [ErrWrongAnswer], [ErrLimit], [ErrSend]; [ErrStore] at any point before a message left.
func (g *Gate) SendCode(ctx context.Context, r SendRequest) (Verification, error) {
	if r.ChallengeID == "" || r.Answer == "" || r.Phone == "" || r.Purpose == "" {
		return Verification{}, ErrMissing
	}
	phone, err := g.options.ParsePhone(r.Phone)
	if err != nil {
		return Verification{}, fmt.Errorf("read the phone number: %w", err)
	}
	if !slices.Contains(g.options.Purposes, r.Purpose) {
		return Verification{}, ErrPurpose
	}
	if !isChallengeID(r.ChallengeID) {
		return Verification{}, ErrChallengeID
	}
	subject, err := g.subject(phone, r.Client)
	if err != nil {
		return Verification{}, err
	}
	if err := g.answerChallenge(ctx, r.ChallengeID, r.Answer); err != nil {
		return Verification{}, fmt.Errorf("check the answer: %w", err)
	}
	debits := guard.Debits(g.options.Policy.Send, subject, newDebitID())
	code, err := g.keepCode(ctx, r.Purpose, phone, debits)
	if err != nil {
		return Verification{}, fmt.Errorf("store the code: %w", err)
	}
	id, err := g.newVerificationID(phone, r.Purpose)
	if err != nil {
		return Verification{}, err
	}
	if err := g.send(ctx, phone, code, r, debits); err != nil {
		return Verification{}, fmt.Errorf("send the code: %w", err)
	}
	return Verification{
		ID:          id,
		Phone:       phone,
		Purpose:     r.Purpose,
		ExpiresIn:   g.options.CodeLifetime,
		ResendAfter: g.options.Policy.ResendAfter(),
	}, nil
}

// CheckRequest asks whether a code is right.
type CheckRequest struct {
	VerificationID string // as [Gate.SendCode] gave it
	Code           string // what the visitor typed
}

// CheckCode consumes one attempt at the verification's code and, if it is right, the verification itself: it signs the
// proof that the number belongs to the visitor.
//
// Errors: [ErrMissing], [ErrVerificationExpired], [ErrCode], [ErrLimit], [ErrWrong] as [*WrongError], [ErrStore].
func (g *Gate) CheckCode(ctx context.Context, r CheckRequest) (Proof, error) {
	if r.VerificationID == "" || r.Code == "" {
		return Proof{}, ErrMissing
	}
	phone, purpose, err := g.readVerificationID(r.VerificationID)
	if err != nil {
		return Proof{}, err
	}
	code := fold(r.Code)
	if !isCode(code, g.options.CodeDigits) {
		return Proof{}, ErrCode
	}
	wrong := guard.Debits(g.options.Policy.WrongCode, guard.Subject{Phone: g.keys.hash("phone", phone.E164())}, newDebitID())
	if err := g.attemptCode(ctx, purpose, phone, code, wrong); err != nil {
		return Proof{}, fmt.Errorf("check the code: %w", err)
	}
	return g.sign(phone, purpose)
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

// send hands the code to the sender. A message that left for certain, or perhaps, stays charged; one that certainly did
// not is refunded.
func (g *Gate) send(ctx context.Context, phone Phone, code string, r SendRequest, debits []Debit) error {
	// A visitor who closes the page must not leave us guessing whether the message left.
	ctx = context.WithoutCancel(ctx)
	sendCtx, cancel := context.WithTimeout(ctx, g.options.SendTimeout)
	defer cancel()
	_, err := g.options.Sender.Send(sendCtx, Message{
		To:       phone,
		Code:     code,
		Text:     text(r.Lang, g.options.Brand, code, g.options.CodeLifetime),
		Purpose:  r.Purpose,
		Lang:     r.Lang,
		Lifetime: g.options.CodeLifetime,
	})
	if err == nil {
		return nil
	}
	var failure *SendError
	if errors.As(err, &failure) && failure.Class != Unknown {
		err = errors.Join(err, g.refund(ctx, debits))
	}
	return fmt.Errorf("%w: %w", ErrSend, err)
}

// subject names whom an act is charged to.
func (g *Gate) subject(phone Phone, client netip.Addr) (guard.Subject, error) {
	if !client.IsValid() {
		return guard.Subject{}, ErrClient
	}
	return guard.Subject{
		Phone:  g.keys.hash("phone", phone.E164()),
		Client: g.keys.hash("client", ClientPrefix(client).String()),
	}, nil
}

// ClientPrefix is what counts as one client: an IPv4 address (also one mapped into IPv6), or the /64 of an IPv6 address,
// which is what a single subscriber is given at least.
func ClientPrefix(addr netip.Addr) netip.Prefix {
	addr = addr.Unmap().WithZone("")
	length := 32
	if addr.Is6() {
		length = 64
	}
	return netip.PrefixFrom(addr, length).Masked()
}

// newDebitID names the charges of one request.
func newDebitID() string { return rand.Text() }

// newSource returns the randomness of one picture or speech: nobody must be able to make it again.
func (g *Gate) newSource() (mathrand.Source, error) {
	var seed [32]byte
	if _, err := io.ReadFull(g.options.Random, seed[:]); err != nil {
		return nil, fmt.Errorf("seed a challenge: %w", err)
	}
	return mathrand.NewChaCha8(seed), nil
}
