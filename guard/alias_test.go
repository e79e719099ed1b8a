package guard_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
)

// aliased is somebody with other names besides.
func aliased(holds bool) guard.Subject {
	s := somebody
	s.Also = []guard.Alias{{Phone: "p2", Prefix: "x2", Client: "c2", Network: "n2", Holds: holds}}
	return s
}

// What lies under a name is charged under each, by a number of its own, and all else once. By an alias that holds the limits are
// the same; one that does not is charged whatever is in it, for as long.
func TestAlias(t *testing.T) {
	b := rulebook(t, guard.DefaultPolicy())
	rename := strings.NewReplacer("{p}", "{p2}", "{c}", "{c2}", "{guard}x", "{guard}x2", "{guard}n", "{guard}n2")
	for _, holds := range []bool{true, false} {
		once, all := b.Debits(guard.Send, somebody, guard.Normal, "id"), b.Debits(guard.Send, aliased(holds), guard.Normal, "id")
		if err := guard.Validate(all); err != nil {
			t.Fatalf("a store would refuse the debits: %v", err)
		}
		byKey := map[string]guard.Debit{}
		for _, d := range all {
			byKey[d.Key] = d
		}
		twins := 0
		for _, d := range once {
			twin, ok := byKey[rename.Replace(d.Key)]
			if per := d.Limits[0].Per; per != guard.PerPhone && per != guard.PerClient && per != guard.PerNetwork && per != guard.PerPrefix {
				continue
			}
			if twins++; !ok || twin.Key == d.Key {
				t.Errorf("%s is charged under one name", d.Key)
				continue
			}
			if d.ID == "p" && twin.ID != "p2" || d.ID != "p" && twin.ID != d.ID || twin.Cost != d.Cost || twin.Adds != d.Adds || twin.Longest() != d.Longest() {
				t.Errorf("%s is charged with %+v, want as %+v", twin.Key, twin, d)
			}
			if d.Record != "" && twin.Record != rename.Replace(d.Record) {
				t.Errorf("%s has the record %s", twin.Key, twin.Record)
			}
			for i, l := range twin.Limits {
				if same := l == d.Limits[i]; same != holds || !holds && (l.Max != guard.MaxUnits || l.Grow != 0) {
					t.Errorf("%s has the limit %+v where it holds: %t", twin.Key, l, holds)
				}
			}
		}
		if twins == 0 || len(all) != len(once)+twins {
			t.Errorf("%d debits, want %d and %d", len(all), len(once), twins)
		}
	}
}

// Lanes are those of the first names: all of one step have the same ranks.
func TestAliasInLane(t *testing.T) {
	p := guard.DefaultPolicy()
	p.Send = append(p.Send, guard.Limit{
		Name: "cold_per_network", Per: guard.PerNetwork, Of: guard.Unverified, Cold: guard.PerPrefix, Max: 5, Window: time.Hour,
	})
	if err := guard.Validate(rulebook(t, p).Debits(guard.Send, aliased(true), guard.Normal, "id")); err != nil {
		t.Errorf("a store would refuse the debits: %v", err)
	}
}

// An alias is settled by itself: by its own credit, with its own records, and without those of what lies under no name.
func TestAliasSettlement(t *testing.T) {
	b := rulebook(t, guard.DefaultPolicy())
	subject := aliased(true)
	credit, debits := b.Settlement(subject.Under(subject.Also[0]), "id")
	if !strings.Contains(credit.Key, "{p2}") {
		t.Errorf("the credit lies under %s, want the alias", credit.Key)
	}
	if err := guard.Validate(debits); err != nil {
		t.Errorf("a store would refuse the debits: %v", err)
	}
	for _, d := range debits {
		per := d.Limits[0].Per
		if named := per == guard.PerClient || per == guard.PerNetwork || per == guard.PerPrefix; d.ID != "p2" || (d.Record != "") != named {
			t.Errorf("%s is settled for %s with the record %q", d.Key, d.ID, d.Record)
		}
	}
	_, first := b.Settlement(subject, "id")
	if len(first) != len(debits) || len(first) == 0 {
		t.Errorf("%d debits by the first names, %d by the alias", len(first), len(debits))
	}
}
