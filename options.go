package cattlegrid

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid/captcha"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/work"
)

// Options configures a [Gate]. Only Sender is required.
type Options struct {
	Sender Sender // delivers the messages
	Store  Store  // nil means a new [MemStore]: one process, nothing kept over a restart
	Keys   Keys   // zero means fresh random ones: what was stored and signed before a restart is worth nothing after it

	// ParsePhone reads what a visitor typed; its error is [ErrPhone]. Package phone has one that knows the countries'
	// numbers. Nil means [ParseE164].
	ParsePhone func(typed string) (Phone, error)

	// Style is how challenges look. Without a Key of its own the family that they belong to is derived from Keys.Hash, so
	// that each deployment has another one.
	Style captcha.Style

	// StyleRotation is how long a family lasts, at least 1 hour; 0 means for good. The next one is derived from the style's
	// key and the number of the period since 1970, UTC: replicas agree on it without a word.
	StyleRotation time.Duration

	Policy *guard.Policy // how much is allowed; nil means [guard.DefaultPolicy]. [Gate.SetPolicy] changes it
	// Describe says what is known of a number. Package phone has one that knows the world's. Nil means that numbers of
	// mainland China are known, and that all others have no country, which is one that the default policy does not serve.
	Describe func(Phone) guard.Number
	// Price is what one SMS to a number costs, in ten thousandths of the currency in which the policy limits [guard.Money]. A
	// message that takes several, as its text and package segment say, costs as many. Nil means nothing.
	Price func(guard.Number) int
	// TestNumbers have a fixed code each, of CodeDigits digits. Nothing is sent to them, charged for them or decided about them.
	TestNumbers map[Phone]string
	Work        WorkOptions // how much work is to be proved, where the policy asks for it
	// OnDecision is told what the gate decided, for logs, metrics and events. It is called on the visitor's way, from many
	// goroutines, and must not block.
	OnDecision func(context.Context, Decision)
	// OnChallenge is told what became of a challenge, for metrics. It is called on the visitor's way, from many goroutines, and
	// must not block.
	OnChallenge func(context.Context, ChallengeKind, ChallengeOutcome)
	// OnReport is told what providers report of messages, see [Gate.Receive]; it must not block. If it is nil, nothing is
	// remembered of a message once it has left, and receipts are about none.
	OnReport func(context.Context, Report)

	Purposes []string // what a code may be for; nil means register, login and reset
	Brand    string   // who signs the messages; "" means "cattlegrid"
	// WebOTPHost is the host of the pages that ask for codes, without scheme and port: browsers there may read a code from the
	// message by themselves. "" means that they do not. Senders who take templates do not send it, nor is it sent to the mainland.
	WebOTPHost string
	Issuer     string // "iss" of proofs; "" means "cattlegrid"
	Audience   string // "aud" of proofs: the site that accepts them; "" means "cattlegrid"

	ChallengeLifetime time.Duration // 0 means 5 minutes
	CodeLifetime      time.Duration // 0 means 5 minutes; whole minutes, since the message names them
	CodeDigits        int           // 4 to 8; 0 means 6
	CodeAttempts      int           // wrong codes before one is burned; 0 means 5
	ProofLifetime     time.Duration // 0 means 10 minutes

	StoreTimeout time.Duration // within which each step of the store must be done, else nothing is sent; 0 means 1 second
	SendTimeout  time.Duration // within which the provider must answer; 0 means 5 seconds

	Clock  func() time.Time // nil means time.Now
	Random io.Reader        // source of every secret; nil means crypto/rand.Reader, and only tests want another
}

// withDefaults fills what is zero.
func (o Options) withDefaults() (Options, error) {
	if o.Store == nil {
		o.Store = NewMemStore(MemOptions{Clock: o.Clock})
	}
	if o.Keys.Sign == nil && o.Keys.Hash == nil {
		if r := o.Keys.Rotation; r.Sign != nil || r.Hash != nil || r.Step != 0 {
			return o, errors.New("options: Keys has a Rotation, but not the keys that it takes the place of")
		}
		var err error
		if o.Keys, err = NewKeys(); err != nil {
			return o, err
		}
	}
	if o.ParsePhone == nil {
		o.ParsePhone = ParseE164
	}
	if o.Policy == nil {
		policy := guard.DefaultPolicy()
		o.Policy = &policy
	}
	if o.Describe == nil {
		o.Describe = describe
	}
	if o.Purposes == nil {
		o.Purposes = []string{"register", "login", "reset"}
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	orElse(&o.Brand, "cattlegrid")
	orElse(&o.Issuer, "cattlegrid")
	orElse(&o.Audience, "cattlegrid")
	orElse(&o.ChallengeLifetime, 5*time.Minute)
	orElse(&o.CodeLifetime, 5*time.Minute)
	orElse(&o.CodeDigits, 6)
	orElse(&o.CodeAttempts, 5)
	orElse(&o.ProofLifetime, 10*time.Minute)
	orElse(&o.StoreTimeout, time.Second)
	orElse(&o.SendTimeout, 5*time.Second)
	orElse(&o.Work.Count, 16)
	orElse(&o.Work.Bits, 15)
	orElse(&o.Work.AloneBits, 17)
	return o, o.validate()
}

func orElse[T comparable](field *T, otherwise T) {
	var zero T
	if *field == zero {
		*field = otherwise
	}
}

// validate reports the first option that cannot work, by name.
func (o Options) validate() error {
	switch {
	case o.Sender == nil:
		return errors.New("options: Sender is nil; sms/console prints messages, sms/webhook posts them")
	case o.StyleRotation != 0 && o.StyleRotation < time.Hour:
		return fmt.Errorf("options: StyleRotation is %v, want 0 or at least 1h", o.StyleRotation)
	case o.ChallengeLifetime < time.Second || o.ChallengeLifetime > time.Hour:
		return fmt.Errorf("options: ChallengeLifetime is %v, want 1s to 1h", o.ChallengeLifetime)
	case o.CodeLifetime < time.Minute || o.CodeLifetime > 10*time.Minute || o.CodeLifetime%time.Minute != 0:
		return fmt.Errorf("options: CodeLifetime is %v, want whole minutes from 1m to 10m (NIST SP 800-63B allows at most ten)", o.CodeLifetime)
	case o.CodeDigits < 4 || o.CodeDigits > 8:
		return fmt.Errorf("options: CodeDigits is %d, want 4 to 8", o.CodeDigits)
	case o.CodeAttempts < 1 || o.CodeAttempts > 10:
		return fmt.Errorf("options: CodeAttempts is %d, want 1 to 10", o.CodeAttempts)
	case o.ProofLifetime < time.Second || o.ProofLifetime > 24*time.Hour:
		return fmt.Errorf("options: ProofLifetime is %v, want 1s to 24h", o.ProofLifetime)
	case o.StoreTimeout < 0:
		return fmt.Errorf("options: StoreTimeout is %v, want more than 0", o.StoreTimeout)
	case o.SendTimeout < 0:
		return fmt.Errorf("options: SendTimeout is %v, want more than 0", o.SendTimeout)
	case o.Work.Count < 1 || o.Work.Count > work.MaxCount || min(o.Work.Bits, o.Work.AloneBits) < 1 || max(o.Work.Bits, o.Work.AloneBits) > work.MaxBits:
		return fmt.Errorf("options: Work is %+v, want a count of 1 to %d and 1 to %d bits", o.Work, work.MaxCount, work.MaxBits)
	case o.WebOTPHost != "" && !isHost(o.WebOTPHost):
		return fmt.Errorf("options: WebOTPHost is %q, want for example %q", o.WebOTPHost, "www.example.com")
	case len(o.Purposes) == 0:
		return errors.New("options: Purposes is empty; leave it nil for register, login and reset")
	}
	for phone, code := range o.TestNumbers {
		if !isCode(code, o.CodeDigits) {
			return fmt.Errorf("options: TestNumbers: the code of %v is not %d digits", phone, o.CodeDigits)
		}
	}
	if i := slices.IndexFunc(o.Purposes, func(p string) bool { return !isName(p, 1, 32) }); i >= 0 {
		return fmt.Errorf("options: Purposes has %q, want 1 to 32 letters, digits, %q or %q", o.Purposes[i], "-", "_")
	}
	return nil
}

// isHost reports whether s can be the name of a host: letters, digits, "-" and ".", in small letters.
func isHost(s string) bool {
	return len(s) <= 253 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789.-") == "" && strings.Trim(s, ".-") == s && strings.Contains(s, ".")
}

// isName reports whether s consists of least to most letters, digits, "-" and "_".
func isName(s string, least, most int) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return len(s) >= least && len(s) <= most
}
