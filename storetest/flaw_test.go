package storetest_test

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/storetest"
)

// flawVariable names the flaw with which TestFlawed runs the suite.
const flawVariable = "STORETEST_FLAW"

// A store with one flaw fails, in the very test that states what it lacks. Each suite that is to fail runs in a process of
// its own, with so many checks that none passes by chance: a suite ends with the first that fails.
func TestRunCatchesFlaws(t *testing.T) {
	t.Parallel()
	for name, flaw := range allFlaws() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFlawed$/^"+strings.ReplaceAll(flaw.caught, "/", "$/^")+"$",
				"-rapid.nofailfile", "-rapid.shrinktime=1ms", "-rapid.checks=1000")
			cmd.Env = append(os.Environ(), flawVariable+"="+name)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), "--- FAIL: TestFlawed/"+flaw.caught+" ") {
				t.Errorf("the suite: %v, want a failure in %s; it says:\n%s", err, flaw.caught, out)
			}
		})
	}
}

func TestFlawed(t *testing.T) {
	flaw, ok := allFlaws()[os.Getenv(flawVariable)]
	if !ok {
		return // only TestRunCatchesFlaws names a flaw, in a process of its own
	}
	storetest.Run(t, harness(flaw.make))
}

func allFlaws() map[string]flaw {
	all := maps.Clone(flaws)
	maps.Copy(all, guardFlaws)
	return all
}

// flawed is a store of which some verbs are replaced.
type flawed struct {
	cattlegrid.Store
	put     func(ctx context.Context, key string, s cattlegrid.Secret, debits []cattlegrid.Debit) error
	keep    func(ctx context.Context, key string, s cattlegrid.Secret, debits []cattlegrid.Debit) (cattlegrid.Kept, error)
	peek    func(ctx context.Context, key string) (cattlegrid.Secret, error)
	attempt func(ctx context.Context, key, guess string, wrong []cattlegrid.Debit) ([]byte, error)
	spend   func(ctx context.Context, debits []cattlegrid.Debit) error
	refund  func(ctx context.Context, debits []cattlegrid.Debit) error
	settle  func(ctx context.Context, credit cattlegrid.Debit, debits []cattlegrid.Debit) error
}

func (f flawed) Put(ctx context.Context, key string, s cattlegrid.Secret, debits ...cattlegrid.Debit) error {
	if f.put != nil {
		return f.put(ctx, key, s, debits)
	}
	return f.Store.Put(ctx, key, s, debits...)
}

func (f flawed) Keep(ctx context.Context, key string, s cattlegrid.Secret, debits ...cattlegrid.Debit) (cattlegrid.Kept, error) {
	if f.keep != nil {
		return f.keep(ctx, key, s, debits)
	}
	return f.Store.Keep(ctx, key, s, debits...)
}

func (f flawed) Peek(ctx context.Context, key string) (cattlegrid.Secret, error) {
	if f.peek != nil {
		return f.peek(ctx, key)
	}
	return f.Store.Peek(ctx, key)
}

func (f flawed) Attempt(ctx context.Context, key, guess string, wrong ...cattlegrid.Debit) ([]byte, error) {
	if f.attempt != nil {
		return f.attempt(ctx, key, guess, wrong)
	}
	return f.Store.Attempt(ctx, key, guess, wrong...)
}

func (f flawed) Spend(ctx context.Context, debits ...cattlegrid.Debit) error {
	if f.spend != nil {
		return f.spend(ctx, debits)
	}
	return f.Store.Spend(ctx, debits...)
}

func (f flawed) Refund(ctx context.Context, debits ...cattlegrid.Debit) error {
	if f.refund != nil {
		return f.refund(ctx, debits)
	}
	return f.Store.Refund(ctx, debits...)
}

func (f flawed) Settle(ctx context.Context, credit cattlegrid.Debit, debits ...cattlegrid.Debit) error {
	if f.settle != nil {
		return f.settle(ctx, credit, debits)
	}
	return f.Store.Settle(ctx, credit, debits...)
}

type flaw struct {
	caught string // the test that catches it
	make   func(s cattlegrid.Store, clock func() time.Time) cattlegrid.Store
}

// flaws are those in secrets and single charges; guardFlaws are those in what the guard is made of.
var flaws = map[string]flaw{
	"PutsBeforeCharging": {"Put/RefusedChangesNothing", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, put: func(ctx context.Context, key string, secret cattlegrid.Secret, debits []cattlegrid.Debit) error {
			if err := s.Put(ctx, key, secret); err != nil {
				return err
			}
			return s.Spend(ctx, debits...)
		}}
	}},
	"SharesPayloads": {"Put/KeepsNoReference", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		payloads := map[string][]byte{}
		return flawed{
			Store: s,
			put: func(ctx context.Context, key string, secret cattlegrid.Secret, debits []cattlegrid.Debit) error {
				payloads[key] = secret.Payload
				return s.Put(ctx, key, secret, debits...)
			},
			attempt: func(ctx context.Context, key, guess string, wrong []cattlegrid.Debit) ([]byte, error) {
				if _, err := s.Attempt(ctx, key, guess, wrong...); err != nil {
					return nil, err
				}
				return payloads[key], nil
			},
		}
	}},
	"KeepsOldLifetimes": {"Keep/LifetimeStartsAnew", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, keep: func(ctx context.Context, key string, secret cattlegrid.Secret, debits []cattlegrid.Debit) (cattlegrid.Kept, error) {
			if old, err := s.Peek(ctx, key); err == nil {
				return cattlegrid.Kept{Secret: old}, s.Spend(ctx, debits...)
			}
			return s.Keep(ctx, key, secret, debits...)
		}}
	}},
	"TellsTheWholeTTL": {"Peek/TTL", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, peek: func(ctx context.Context, key string) (cattlegrid.Secret, error) {
			secret, err := s.Peek(ctx, key)
			secret.TTL = 5 * time.Minute
			return secret, err
		}}
	}},
	"ChargesRightGuesses":  {"Attempt/DoesNotChargeRight", chargeEveryGuess},
	"ChargesAbsentSecrets": {"Attempt/AbsentChargesNothing", chargeEveryGuess},
	"ComparesBeforePaying": {"Attempt/UnpaidComparesNothing", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, attempt: func(ctx context.Context, key, guess string, wrong []cattlegrid.Debit) ([]byte, error) {
			if secret, err := s.Peek(ctx, key); err == nil && secret.Value == guess {
				wrong = nil
			}
			return s.Attempt(ctx, key, guess, wrong...)
		}}
	}},
	"TakesTheEmptyGuess": {"Guess/EmptyIsNeverRight", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, attempt: func(ctx context.Context, key, guess string, wrong []cattlegrid.Debit) ([]byte, error) {
			if secret, err := s.Peek(ctx, key); err == nil && guess == "" {
				return secret.Payload, s.Delete(ctx, key)
			}
			return s.Attempt(ctx, key, guess, wrong...)
		}}
	}},
	"TakesBeginnings": {"Guess/OnlyEqualIsRight", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, attempt: func(ctx context.Context, key, guess string, wrong []cattlegrid.Debit) ([]byte, error) {
			if secret, err := s.Peek(ctx, key); err == nil && guess != "" && strings.HasPrefix(secret.Value, guess) {
				guess = secret.Value
			}
			return s.Attempt(ctx, key, guess, wrong...)
		}}
	}},
	"GuessesInTwoSteps": {"Concurrent/OneRightGuess", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, attempt: func(ctx context.Context, key, guess string, wrong []cattlegrid.Debit) ([]byte, error) {
			if secret, err := s.Peek(ctx, key); err == nil && secret.Value == guess {
				runtime.Gosched()
				return secret.Payload, s.Delete(ctx, key)
			}
			return s.Attempt(ctx, key, guess, wrong...)
		}}
	}},
	"ExpiresLate":         {"Expiry/AtTTL", expireLate},
	"ExpiresLateAtRandom": {"Model/Shortly", expireLate},
	"ChargesOneByOne": {"Spend/AllOrNone", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, spend: func(ctx context.Context, debits []cattlegrid.Debit) error {
			for _, d := range debits {
				if err := s.Spend(ctx, d); err != nil {
					return err
				}
			}
			return nil
		}}
	}},
	"NamesTheFirst": {"Spend/NamesTheLongestWait", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, spend: func(ctx context.Context, debits []cattlegrid.Debit) error {
			for i := range debits {
				if err := s.Spend(ctx, debits[:i+1]...); err != nil {
					return err
				}
				if err := s.Refund(ctx, debits[:i+1]...); err != nil {
					return err
				}
			}
			return s.Spend(ctx, debits...)
		}}
	}},
	"ForgetsIDs": {"Spend/SameIDOnce", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, spend: func(ctx context.Context, debits []cattlegrid.Debit) error {
			for i := range debits {
				debits[i].ID = rand.Text()
			}
			return s.Spend(ctx, debits...)
		}}
	}},
	"RoundsRetryAfter": {"Window/RetryAfterIsExact", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, spend: func(ctx context.Context, debits []cattlegrid.Debit) error {
			err := s.Spend(ctx, debits...)
			if refusal, ok := errors.AsType[*cattlegrid.LimitError](err); ok {
				refusal.RetryAfter = refusal.RetryAfter.Round(time.Second)
			}
			return err
		}}
	}},
	"CountsByTheHour": {"Window/NoBurstAtTheBoundary", func(s cattlegrid.Store, clock func() time.Time) cattlegrid.Store {
		return flawed{Store: s, spend: func(ctx context.Context, debits []cattlegrid.Debit) error {
			for i := range debits {
				debits[i].Key += strconv.FormatInt(clock().Unix()/3600, 10)
			}
			return s.Spend(ctx, debits...)
		}}
	}},
	"RefundsTheLast": {"Refund/GivesBackThatCharge", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		last := map[string]string{}
		return flawed{
			Store: s,
			spend: func(ctx context.Context, debits []cattlegrid.Debit) error {
				err := s.Spend(ctx, debits...)
				for _, d := range debits {
					if err == nil {
						last[d.Key] = d.ID
					}
				}
				return err
			},
			refund: func(ctx context.Context, debits []cattlegrid.Debit) error {
				for i, d := range debits {
					debits[i].ID = last[d.Key]
				}
				return s.Refund(ctx, debits...)
			},
		}
	}},
	"ChecksTooLate": {"Budget/IsNotExceeded", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		var mu sync.Mutex
		used := map[string]int{}
		return flawed{Store: s, spend: func(_ context.Context, debits []cattlegrid.Debit) error {
			d := debits[0]
			mu.Lock()
			limit := d.Limits[0]
			fits := used[d.Key] < limit.Max
			mu.Unlock()
			if !fits {
				return cattlegrid.NewLimitError([]cattlegrid.Refusal{{Debit: d, Limit: limit, Wait: limit.Window}})
			}
			runtime.Gosched()
			mu.Lock()
			used[d.Key]++
			mu.Unlock()
			return nil
		}}
	}},
	"IgnoresInvalidDebits": {"Invalid/Debit", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, refund: func(context.Context, []cattlegrid.Debit) error { return nil }}
	}},
	"IgnoresTheContext": {"Context/Done", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, spend: func(ctx context.Context, debits []cattlegrid.Debit) error {
			return s.Spend(context.WithoutCancel(ctx), debits...)
		}}
	}},
}

func chargeEveryGuess(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
	return flawed{Store: s, attempt: func(ctx context.Context, key, guess string, wrong []cattlegrid.Debit) ([]byte, error) {
		_ = s.Spend(ctx, wrong...)
		return s.Attempt(ctx, key, guess, wrong...)
	}}
}

func expireLate(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
	return flawed{Store: s, put: func(ctx context.Context, key string, secret cattlegrid.Secret, debits []cattlegrid.Debit) error {
		if secret.Validate(key) == nil {
			secret.TTL += time.Millisecond
		}
		return s.Put(ctx, key, secret, debits...)
	}}
}
