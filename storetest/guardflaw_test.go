package storetest_test

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"runtime"
	"slices"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

var guardFlaws = map[string]flaw{
	"AsksOnlyTheLongest": {"Ladder/Waits", spending(changed(func(d *cattlegrid.Debit) {
		longest := d.Longest()
		d.Limits = slices.DeleteFunc(d.Limits, func(l guard.Limit) bool { return l.Window < longest })
	}))},
	"KeepsDebits":            {"Spend/DebitsAreTheCallers", keepsDebits},
	"SortsLimits":            {"Spend/DebitsAreTheCallers", sortsLimits},
	"AsksOnlyTheFirst":       {"Ladder/Waits", spending(changed(onlyFirstLimit))},
	"AsksOnlyTheFirstRandom": {"Model/Shortly", spending(changed(onlyFirstLimit))},
	"ForgetsTheLastLimit": {"Ladder/MostLimits", spending(changed(func(d *cattlegrid.Debit) {
		d.Limits = d.Limits[:min(len(d.Limits), guard.MaxLimits-1)]
	}))},
	"ChargesEachLimit": {"Ladder/RemembersForTheLongest", spending(func(debits []cattlegrid.Debit) (split []cattlegrid.Debit) {
		for _, d := range debits {
			for _, limit := range d.Limits {
				of := d
				of.Key, of.Limits = d.Key+limit.Name, []guard.Limit{limit}
				split = append(split, of)
			}
		}
		return split
	})},
	"RefundsEachLimit": {"Ladder/RefundsOnce", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, refund: func(ctx context.Context, debits []cattlegrid.Debit) error {
			for _, d := range debits {
				for range d.Limits {
					if err := s.Refund(ctx, d); err != nil {
						return err
					}
				}
			}
			return nil
		}}
	}},
	"NamesAnotherLimit": {"Ladder/Waits", refusing(func(e *cattlegrid.LimitError) { e.Limit = e.Refusals[0].Limit })},
	"TellsTheFirstLimit": {"Ladder/NamesEachLimit", refusing(func(e *cattlegrid.LimitError) {
		for i, r := range e.Refusals {
			e.Refusals[i].Limit = r.Debit.Limits[0]
		}
	})},
	"TellsTheFirstLimitAtRandom": {"Model/Shortly", refusing(func(e *cattlegrid.LimitError) { e.Refusals[0].Limit = e.Refusals[0].Debit.Limits[0] })},
	"TellsByTheWait": {"Ladder/NamesEachOfSeveralAccounts", refusing(func(e *cattlegrid.LimitError) {
		slices.SortStableFunc(e.Refusals, func(a, b cattlegrid.Refusal) int { return cmp.Compare(a.Wait, b.Wait) })
	})},
	"TellsOnlyTheLongest": {"Spend/NamesAllThatDoNotFit", refusing(func(e *cattlegrid.LimitError) {
		e.Refusals = slices.DeleteFunc(e.Refusals, func(r cattlegrid.Refusal) bool { return r.Wait < e.RetryAfter })
	})},
	"TellsNothingUsed":          {"Spend/NamesAllThatDoNotFit", refusing(func(e *cattlegrid.LimitError) { e.Refusals[0].Used = 0 })},
	"TellsNoBase":               {"Grow/Refusal", refusing(func(e *cattlegrid.LimitError) { e.Refusals[0].Base = 0 })},
	"TellsLessUsedAtRandom":     {"Model/Shortly", refusing(func(e *cattlegrid.LimitError) { e.Refusals[len(e.Refusals)-1].Used-- })},
	"TellsOtherBaseAtRandom":    {"Model/Longer", refusing(func(e *cattlegrid.LimitError) { e.Refusals[0].Base++ })},
	"WaitsTooLongAboveTheLimit": {"Spend/CostAboveTheLimit", refusing(waitTwiceAboveTheLimit)},
	"TakesAllBack": {"Unverified/RefundOfAFreeOneLeavesTheFirst", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, refund: takeAllBack(s)}
	}},
	"TakesAllBackAtRandom": {"Model/Shortly", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, refund: takeAllBack(s)}
	}},
	"SettlesOne": {"Unverified/SettleGivesBack", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, settle: func(ctx context.Context, credit cattlegrid.Debit, debits []cattlegrid.Debit) error {
			if err := s.Spend(ctx, credit); err != nil {
				return err
			}
			return s.Refund(ctx, debits...)
		}}
	}},
	"NeverAdds": {"Unverified/Adds", spending(changed(func(d *cattlegrid.Debit) { d.Adds = false }))},
	"AddsANewCharge": {"Unverified/AddsMovesTheFirst", spending(changed(func(d *cattlegrid.Debit) {
		if d.Adds {
			d.ID = rand.Text()
		}
	}))},
	"AddsANewChargeRandom": {"Model/Shortly", spending(changed(func(d *cattlegrid.Debit) {
		if d.Adds {
			d.ID = rand.Text()
		}
	}))},
	"RecordsAlways": {"Settle/OnceADay", settling(func(credit *cattlegrid.Debit, _ []cattlegrid.Debit) { credit.ID, credit.Key = "1", rand.Text() })},
	"RecordsNothing": {"Settle/Records", settling(func(_ *cattlegrid.Debit, debits []cattlegrid.Debit) {
		for i := range debits {
			debits[i].Record = ""
		}
	})},
	"RecordsWhatWasNotCharged": {"Settle/NothingCharged", chargeBeforeSettling},
	"RecordsAtRandom":          {"Model/Longer", chargeBeforeSettling},
	"RecordsForEachDebit": {"Settle/RecordedOnce", func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, settle: func(ctx context.Context, credit cattlegrid.Debit, debits []cattlegrid.Debit) error {
			for i := range debits {
				if err := s.Settle(ctx, credit, debits[i]); err != nil {
					return err
				}
			}
			return nil
		}}
	}},
	"SettlesOnlyInLane": {"Settle/LanesDoNotMatter", settling(func(_ *cattlegrid.Debit, debits []cattlegrid.Debit) {
		for i := range debits {
			if debits[i].Lane != nil {
				debits[i].ID = rand.Text()
			}
		}
	})},
	"NeverGrows":       {"Grow/CeilingFollows", spending(changed(eachLimit(func(l *guard.Limit) { l.Grow = 0 })))},
	"NeverGrowsRandom": {"Model/Longer", spending(changed(eachLimit(func(l *guard.Limit) { l.Grow = 0 })))},
	"GrowsTwice":       {"Grow/Hundredths", spending(changed(eachLimit(func(l *guard.Limit) { l.Grow = min(1000, 2*l.Grow) })))},
	"IgnoresLanes":     {"Lane/ByDepth", spending(changed(func(d *cattlegrid.Debit) { d.Lane = nil }))},
	"WantsOneMore": {"Lane/ByDepth", spending(changed(func(d *cattlegrid.Debit) {
		if d.Lane != nil {
			d.Lane = &guard.Lane{Ranks: slices.Clone(d.Lane.Ranks), Depth: d.Lane.Depth}
			for i := range d.Lane.Ranks {
				d.Lane.Ranks[i].Least++
			}
		}
	}))},
	"LosesLanes": {"Lane/Refuses", spending(func(debits []cattlegrid.Debit) []cattlegrid.Debit {
		return slices.DeleteFunc(debits, func(d cattlegrid.Debit) bool { return d.Lane != nil })
	})},
	"LosesLanesAtRandom": {"Model/Longer", spending(func(debits []cattlegrid.Debit) []cattlegrid.Debit {
		return slices.DeleteFunc(debits, func(d cattlegrid.Debit) bool { return d.Lane != nil })
	})},
	"CoarseGrantsEarly":       {"Coarse/NeverMoreAndHardlyLess", spending(changed(eachLimit(coarseWindow(-1))))},
	"CoarseGrantsLate":        {"Coarse/NeverMoreAndHardlyLess", spending(changed(eachLimit(coarseWindow(2))))},
	"CoarseGrantsEarlyRandom": {"Model/Longer", spending(changed(eachLimit(coarseWindow(-1))))},
	"CoarseGrantsLateRandom":  {"Model/Longer", spending(changed(eachLimit(coarseWindow(3))))},
	"CoarseWaitsTooShort": {"Coarse/WaitIsEnough", refusing(func(e *cattlegrid.LimitError) {
		for i := range e.Refusals {
			e.Refusals[i].Wait = max(1, e.Refusals[i].Wait-time.Minute)
		}
	})},
	"CoarseCountsTooMany": {"Budget/OfEachKind", spending(changed(eachLimit(func(l *guard.Limit) {
		if l.Coarse {
			l.Max++
		}
	})))},
	"TellsNoNext": {"Next/Ladder", keeping(func(k *cattlegrid.Kept, _ []cattlegrid.Debit) { k.Next = 0 })},
	"TellsNextOfAll": {"Next/NoneAsks", keeping(func(k *cattlegrid.Kept, debits []cattlegrid.Debit) {
		for _, d := range debits {
			k.Next = max(k.Next, d.Longest())
		}
	})},
	"TellsNextRoundly":        {"Next/Longest", keeping(func(k *cattlegrid.Kept, _ []cattlegrid.Debit) { k.Next = k.Next.Truncate(time.Hour) })},
	"TellsNextTooShortly":     {"Model/Shortly", keeping(func(k *cattlegrid.Kept, _ []cattlegrid.Debit) { k.Next = max(0, k.Next-time.Millisecond) })},
	"TellsNextWithRefusals":   {"Next/Refused", keeping(func(k *cattlegrid.Kept, debits []cattlegrid.Debit) { k.Next = time.Duration(len(debits)) })},
	"KeepsOneByOne":           {"Budget/KeepAllOrNone", keepOneByOne(false)},
	"KeepsAndGivesBack":       {"Budget/RefusedTakesNothing", keepOneByOne(true)},
	"CreditsInTwoSteps":       {"Budget/CreditOnce", settleInTwoSteps},
	"AddsInTwoSteps":          {"Budget/AddsAll", spendInTwoSteps(func(d cattlegrid.Debit) bool { return d.Adds })},
	"GrowsInTwoSteps":         {"Budget/Grows", spendInTwoSteps(func(d cattlegrid.Debit) bool { return d.Limits[0].Grow > 0 })},
	"SettleIgnoresTheContext": {"Context/Done", settleWithoutContext},
}

// keepsDebits is a store that refunds what lies in the slice that it was handed when it was charged.
func keepsDebits(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
	var kept []cattlegrid.Debit
	return flawed{
		Store: s,
		spend: func(ctx context.Context, debits []cattlegrid.Debit) error {
			kept = debits
			return s.Spend(ctx, debits...)
		},
		refund: func(ctx context.Context, debits []cattlegrid.Debit) error {
			if kept != nil {
				debits = kept
			}
			return s.Refund(ctx, debits...)
		},
	}
}

// sortsLimits is a store that has the limits in an order of its own.
func sortsLimits(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
	return flawed{Store: s, spend: func(ctx context.Context, debits []cattlegrid.Debit) error {
		for _, d := range debits {
			slices.SortFunc(d.Limits, func(a, b guard.Limit) int { return cmp.Compare(a.Window, b.Window) })
		}
		return s.Spend(ctx, debits...)
	}}
}

// spending is a store that spends other debits, and refuses those that it was asked for.
func spending(change func(debits []cattlegrid.Debit) []cattlegrid.Debit) func(cattlegrid.Store, func() time.Time) cattlegrid.Store {
	return func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, spend: func(ctx context.Context, debits []cattlegrid.Debit) error {
			own := slices.Clone(debits)
			for i, d := range own {
				own[i].Limits = slices.Clone(d.Limits)
			}
			err := s.Spend(ctx, change(own)...)
			refusal, ok := errors.AsType[*cattlegrid.LimitError](err)
			if !ok {
				return err
			}
			for i, r := range refusal.Refusals {
				refusal.Refusals[i].Debit, refusal.Refusals[i].Limit = limitNamed(debits, r.Limit.Name)
			}
			return cattlegrid.NewLimitError(refusal.Refusals)
		}}
	}
}

// changed changes each debit.
func changed(change func(d *cattlegrid.Debit)) func(debits []cattlegrid.Debit) []cattlegrid.Debit {
	return func(debits []cattlegrid.Debit) []cattlegrid.Debit {
		for i := range debits {
			change(&debits[i])
		}
		return debits
	}
}

// eachLimit changes each limit of a debit.
func eachLimit(change func(l *guard.Limit)) func(d *cattlegrid.Debit) {
	return func(d *cattlegrid.Debit) {
		for i := range d.Limits {
			change(&d.Limits[i])
		}
	}
}

func onlyFirstLimit(d *cattlegrid.Debit) { d.Limits = d.Limits[:1] }

// limitNamed is the first limit of that name among debits, and its debit.
func limitNamed(debits []cattlegrid.Debit, name string) (cattlegrid.Debit, guard.Limit) {
	for _, d := range debits {
		for _, limit := range d.Limits {
			if limit.Name == name {
				return d, limit
			}
		}
	}
	panic("there is no limit " + name)
}

// coarseWindow makes the windows of coarse limits some sixtieths longer.
func coarseWindow(parts int) func(l *guard.Limit) {
	return func(l *guard.Limit) {
		if l.Coarse {
			l.Window += time.Duration(parts) * (l.Window / 60)
		}
	}
}

// refusing is a store whose Spend refuses in other words.
func refusing(change func(e *cattlegrid.LimitError)) func(cattlegrid.Store, func() time.Time) cattlegrid.Store {
	return func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, spend: func(ctx context.Context, debits []cattlegrid.Debit) error {
			err := s.Spend(ctx, debits...)
			if refusal, ok := errors.AsType[*cattlegrid.LimitError](err); ok {
				change(refusal)
			}
			return err
		}}
	}
}

func waitTwiceAboveTheLimit(e *cattlegrid.LimitError) {
	for i, r := range e.Refusals {
		if r.Debit.Cost > r.Limit.Max {
			e.Refusals[i].Wait *= 2
			e.RetryAfter = max(e.RetryAfter, e.Refusals[i].Wait)
		}
	}
}

// keeping is a store whose Keep tells something else.
func keeping(change func(k *cattlegrid.Kept, debits []cattlegrid.Debit)) func(cattlegrid.Store, func() time.Time) cattlegrid.Store {
	return func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, keep: func(ctx context.Context, key string, secret cattlegrid.Secret, debits []cattlegrid.Debit) (cattlegrid.Kept, error) {
			kept, err := s.Keep(ctx, key, secret, debits...)
			change(&kept, debits)
			return kept, err
		}}
	}
}

// settling is a store that is asked to settle something else.
func settling(change func(credit *cattlegrid.Debit, debits []cattlegrid.Debit)) func(cattlegrid.Store, func() time.Time) cattlegrid.Store {
	return func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, settle: func(ctx context.Context, credit cattlegrid.Debit, debits []cattlegrid.Debit) error {
			debits = slices.Clone(debits)
			change(&credit, debits)
			return s.Settle(ctx, credit, debits...)
		}}
	}
}

func takeAllBack(s cattlegrid.Store) func(ctx context.Context, debits []cattlegrid.Debit) error {
	return func(ctx context.Context, debits []cattlegrid.Debit) error {
		for i := range debits {
			debits[i].Record = ""
		}
		limits := []guard.Limit{{Max: 1, Window: time.Hour}}
		return s.Settle(ctx, cattlegrid.Debit{Key: "refunds", ID: "1", Cost: 1, Limits: limits}, debits...)
	}
}

func chargeBeforeSettling(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
	return flawed{Store: s, settle: func(ctx context.Context, credit cattlegrid.Debit, debits []cattlegrid.Debit) error {
		_ = s.Spend(ctx, debits...)
		return s.Settle(ctx, credit, debits...)
	}}
}

// dawdle lets the others of a crowd go first.
func dawdle() {
	for range 200 {
		runtime.Gosched()
	}
}

// keepOneByOne charges one debit after the other, and perhaps gives them back when one does not fit.
func keepOneByOne(givesBack bool) func(cattlegrid.Store, func() time.Time) cattlegrid.Store {
	return func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, keep: func(ctx context.Context, key string, secret cattlegrid.Secret, debits []cattlegrid.Debit) (cattlegrid.Kept, error) {
			for i, d := range debits {
				err := s.Spend(ctx, d)
				if err != nil && givesBack {
					err = errors.Join(err, s.Refund(ctx, debits[:i]...))
				}
				if err != nil {
					return cattlegrid.Kept{}, err
				}
				dawdle()
			}
			return s.Keep(ctx, key, secret)
		}}
	}
}

func settleInTwoSteps(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
	return flawed{Store: s, settle: func(ctx context.Context, credit cattlegrid.Debit, debits []cattlegrid.Debit) error {
		probe := credit
		probe.Cost = guard.MaxUnits
		refusal, _ := errors.AsType[*cattlegrid.LimitError](s.Spend(ctx, probe))
		dawdle()
		if refusal != nil && refusal.Refusals[0].Used == 0 {
			credit.Key = rand.Text()
		}
		return s.Settle(ctx, credit, debits...)
	}}
}

// spendInTwoSteps looks first, and spends then what seemed to fit.
func spendInTwoSteps(concerned func(d cattlegrid.Debit) bool) func(cattlegrid.Store, func() time.Time) cattlegrid.Store {
	return func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
		return flawed{Store: s, spend: func(ctx context.Context, debits []cattlegrid.Debit) error {
			if len(debits) != 1 || !concerned(debits[0]) {
				return s.Spend(ctx, debits...)
			}
			d := debits[0]
			d.Cost = guard.MaxUnits
			refusal, _ := errors.AsType[*cattlegrid.LimitError](s.Spend(ctx, d))
			dawdle()
			if r := refusal.Refusals[0]; r.Used+debits[0].Cost > r.Limit.Ceiling(r.Base) {
				return refusal
			}
			d = debits[0]
			d.Limits = slices.Clone(d.Limits)
			d.Limits[0].Max = guard.MaxUnits
			return s.Spend(ctx, d)
		}}
	}
}

func settleWithoutContext(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store {
	return flawed{Store: s, settle: func(ctx context.Context, credit cattlegrid.Debit, debits []cattlegrid.Debit) error {
		return s.Settle(context.WithoutCancel(ctx), credit, debits...)
	}}
}
