package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

var settleCases = []testCase{
	{"Records", settleRecords},
	{"OnceADay", settleOnceADay},
	{"CreditIsCharged", settleCreditIsCharged},
	{"CreditOfTheSameID", settleCreditOfTheSameID},
	{"NothingCharged", settleNothingCharged},
	{"RecordedOnce", settleRecordedOnce},
	{"SeveralRecords", settleSeveralRecords},
	{"Refunded", settleRefunded},
	{"AfterTheWindow", settleAfterTheWindow},
	{"LanesDoNotMatter", settleLanesDoNotMatter},
	{"RecordsExpire", settleRecordsExpire},
}

// recording is a debit whose charge is recorded when it is settled.
func recording(key, id, record string) cattlegrid.Debit {
	d := debit(key, id, 100)
	d.Record = record
	return d
}

// daily is a credit that one number has once a day.
func daily(number, id string) cattlegrid.Debit {
	return within(debit("credit of "+number, id, 1), 24*time.Hour)
}

// A number that is verified is one more on the record of what was charged.
func settleRecords(t *testing.T, r rig) {
	for n, id := range []string{"1", "2", "3"} {
		r.base(t, "record", time.Hour, n)
		r.spend(t, recording("a", id, "record"))
		r.base(t, "record", time.Hour, n)
		r.settle(t, daily(id, "1"), recording("a", id, "record"))
		r.base(t, "record", time.Hour, n+1)
		r.base(t, "record", 24*time.Hour, n+1)
	}
	r.base(t, "other record", time.Hour, 0)
}

// If the credit does not fit, what was charged is taken back all the same, and nothing recorded.
func settleOnceADay(t *testing.T, r rig) {
	r.noon()
	d := recording("a", "1", "record")
	for i, recorded := range []int{1, 1, 1} {
		r.spend(t, d)
		r.settle(t, daily("number", string(rune('1'+i))), d)
		r.base(t, "record", 24*time.Hour, recorded)
		r.room(t, debit("a", "", 3), 3)
		r.advance(time.Hour)
	}
	r.almost(21 * time.Hour)
	r.spend(t, d)
	r.settle(t, daily("number", "4"), d)
	r.rest()
	r.spend(t, d)
	r.settle(t, daily("number", "5"), d)
	r.base(t, "record", 24*time.Hour, 2)
}

// The credit is charged like any debit, also when there is nothing to settle; refused it is not.
func settleCreditIsCharged(t *testing.T, r rig) {
	credit := debit("credit", "1", 5)
	credit.Cost = 2
	r.settle(t, credit, recording("a", "1", "record"))
	credit.ID = "2"
	r.settle(t, credit)
	credit.ID, credit.Cost = "3", 3
	r.settle(t, credit)
	r.room(t, credit, 1)
}

// A credit whose ID was charged before fits, and is not charged again.
func settleCreditOfTheSameID(t *testing.T, r rig) {
	d := recording("a", "1", "record")
	for n := range 3 {
		r.spend(t, d)
		r.settle(t, daily("number", "1"), d)
		r.base(t, "record", time.Hour, n+1)
	}
}

// Where nothing was charged nothing is recorded: not on another key, not under another ID, not a second time.
func settleNothingCharged(t *testing.T, r rig) {
	r.spend(t, recording("a", "1", "record"), recording("b", "2", "record"))
	r.settle(t, daily("one", "1"), recording("a", "2", "record"), recording("never", "1", "record"))
	r.settle(t, daily("two", "1"), recording("b", "1", "record"))
	r.base(t, "record", time.Hour, 0)
	r.settle(t, daily("three", "1"), recording("a", "1", "record"))
	r.settle(t, daily("four", "1"), recording("a", "1", "record"))
	r.base(t, "record", time.Hour, 1)
}

// A number counts once on a record, though several debits name it, and several limits stand on their accounts.
func settleRecordedOnce(t *testing.T, r rig) {
	several := under(recording("a", "1", "record"), guard.Limit{Name: "short", Max: 100, Window: time.Minute})
	debits := []cattlegrid.Debit{several, recording("b", "1", "record"), recording("c", "1", "record")}
	r.spend(t, debits...)
	r.spend(t, debits...)
	r.settle(t, daily("number", "1"), slices.Concat(debits, []cattlegrid.Debit{recording("never", "1", "record")})...)
	r.base(t, "record", time.Hour, 1)
	r.room(t, debit("c", "", 100), 100)
}

// Each record gets its number if a charge that names it was there, and no other one does.
func settleSeveralRecords(t *testing.T, r rig) {
	charged := []cattlegrid.Debit{recording("a", "1", "one"), recording("b", "1", "two"), recording("c", "1", "")}
	r.spend(t, charged...)
	r.settle(t, daily("number", "1"), slices.Concat(charged, []cattlegrid.Debit{recording("d", "1", "three")})...)
	for record, n := range map[string]int{"one": 1, "two": 1, "three": 0} {
		r.base(t, record, time.Hour, n)
	}
}

// A charge that was taken back is not settled; one of which a free one was taken back is.
func settleRefunded(t *testing.T, r rig) {
	d := recording("a", "1", "record")
	r.spend(t, d)
	r.refund(t, d)
	r.settle(t, daily("one", "1"), d)
	r.base(t, "record", time.Hour, 0)
	r.spend(t, d)
	r.spend(t, d)
	r.refund(t, d)
	r.settle(t, daily("two", "1"), d)
	r.base(t, "record", time.Hour, 1)
}

// A charge can be settled until its window has passed.
func settleAfterTheWindow(t *testing.T, r rig) {
	in, out := recording("a", "1", "in"), recording("b", "1", "out")
	r.spend(t, in, out)
	r.almost(time.Hour)
	r.settle(t, daily("one", "1"), in)
	r.rest()
	r.settle(t, daily("two", "1"), out)
	r.base(t, "in", time.Hour, 1)
	r.base(t, "out", time.Hour, 0)
}

// What was charged in a lane is taken back and recorded, whatever lane the number would be in now; so it is by a refund.
func settleLanesDoNotMatter(t *testing.T, r rig) {
	cold := func(id string) cattlegrid.Debit {
		d := recording("a", id, "lane")
		d.Lane = &guard.Lane{Ranks: []guard.Rank{{Record: "rank", Least: 1}}}
		return d
	}
	r.spend(t, cold("1"))
	r.spend(t, cold("2"))
	r.verified(t, "rank", 1)
	r.settle(t, daily("one", "1"), cold("1"))
	r.base(t, "lane", time.Hour, 1)
	r.refund(t, cold("2"))
	r.room(t, debit("a", "", 100), 100)
}

// A record is forgotten with the last of its days.
func settleRecordsExpire(t *testing.T, r rig) {
	r.noon()
	r.verified(t, "record", 6)
	r.advance(12 * 24 * time.Hour)
	r.base(t, "record", 24*time.Hour, 6)
	r.verified(t, "record", 1)
	r.advance(2 * 24 * time.Hour)
	r.base(t, "record", 24*time.Hour, 1)
	r.advance(12 * 24 * time.Hour)
	r.base(t, "record", 24*time.Hour, 0)
}
