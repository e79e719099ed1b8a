package guard_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/guard"
)

// The default policy is the one that the documentation promises.
func TestDefaultPolicy(t *testing.T) {
	p := guard.DefaultPolicy()
	type rule struct {
		Per    guard.Scope
		Max    int
		Window time.Duration
	}
	rules := func(limits []guard.Limit) (rules []rule) {
		for _, l := range limits {
			rules = append(rules, rule{l.Per, l.Max, l.Window})
		}
		return rules
	}
	got := [][]rule{rules(p.Challenge), rules(p.Send), rules(p.WrongCode)}
	want := [][]rule{
		{{guard.PerClient, 30, time.Minute}},
		{{guard.PerPhone, 1, time.Minute}, {guard.PerPhone, 5, time.Hour}, {guard.PerPhone, 10, 24 * time.Hour}, {guard.PerClient, 30, time.Hour}},
		{{guard.PerPhone, 15, time.Hour}, {guard.PerPhone, 25, 24 * time.Hour}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("default policy (-want +got):\n%s", diff)
	}
	if got := p.ResendAfter(); got != time.Minute {
		t.Errorf("ResendAfter is %v, want 1m", got)
	}
}

// Every debit is charged to the account that its limit counts, and no two limits share an account.
func TestDebits(t *testing.T) {
	debits := guard.Debits(guard.DefaultPolicy().Send, guard.Subject{Phone: "p", Client: "c"}, "id")
	if err := guard.Validate(debits); err != nil {
		t.Fatalf("a store would refuse the debits: %v", err)
	}
	for _, d := range debits {
		account := map[guard.Scope]string{guard.PerPhone: "{p}", guard.PerClient: "{c}"}[d.Limit.Per]
		if !strings.HasSuffix(d.Key, account) || !strings.Contains(d.Key, d.Limit.Name) || d.ID != "id" || d.Cost != 1 {
			t.Errorf("debit %+v, want one unit named id on %s of %s", d, d.Limit.Name, account)
		}
	}
}

// Debits that cannot be charged are named.
func TestValidate(t *testing.T) {
	good := debit(2, time.Second, "id", 1)
	with := func(change func(*guard.Debit)) []guard.Debit {
		d := good
		change(&d)
		return []guard.Debit{d}
	}
	for name, tt := range map[string]struct {
		debits []guard.Debit
		want   string
	}{
		"OK":            {[]guard.Debit{good}, ""},
		"Nothing":       {nil, ""},
		"NoKey":         {with(func(d *guard.Debit) { d.Key = "" }), "key"},
		"LongKey":       {with(func(d *guard.Debit) { d.Key = strings.Repeat("k", guard.MaxKeyLen+1) }), "key"},
		"NoID":          {with(func(d *guard.Debit) { d.ID = "" }), "id"},
		"LongID":        {with(func(d *guard.Debit) { d.ID = strings.Repeat("i", guard.MaxIDLen+1) }), "id"},
		"NoWindow":      {with(func(d *guard.Debit) { d.Limit.Window = 0 }), "window"},
		"EndlessWindow": {with(func(d *guard.Debit) { d.Limit.Window = math.MaxInt64 }), "window"},
		"HugeLimit":     {with(func(d *guard.Debit) { d.Limit.Max, d.Cost = math.MaxInt, math.MaxInt }), "limit"},
		"NoCost":        {with(func(d *guard.Debit) { d.Cost = 0 }), "cost"},
		"NegativeCost":  {with(func(d *guard.Debit) { d.Cost = -1 }), "cost"},
		"OverTheLimit":  {with(func(d *guard.Debit) { d.Cost = 3 }), "cost"},
		"SharedKey":     {[]guard.Debit{good, good}, "share a key"},
	} {
		t.Run(name, func(t *testing.T) {
			err := guard.Validate(tt.debits)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("Validate: %v, want an error about %q", err, tt.want)
			}
		})
	}
}

// A policy that cannot work is refused, and the limit named.
func TestPolicyValidate(t *testing.T) {
	good := guard.Limit{Name: "good", Per: guard.PerPhone, Max: 1, Window: time.Hour}
	for name, tt := range map[string]struct {
		change func(*guard.Limit)
		want   string
	}{
		"OK":        {func(*guard.Limit) {}, ""},
		"NoName":    {func(l *guard.Limit) { l.Name = "" }, "name"},
		"LongName":  {func(l *guard.Limit) { l.Name = strings.Repeat("n", 65) }, "name"},
		"SameName":  {func(l *guard.Limit) { l.Name = "good" }, "two limits are named good"},
		"NoScope":   {func(l *guard.Limit) { l.Per = "" }, "limit other counts per"},
		"PerClient": {func(l *guard.Limit) { l.Per = guard.PerClient }, "wrong codes are counted per phone"},
		"NoMax":     {func(l *guard.Limit) { l.Max = 0 }, "limit other grants 0"},
		"NoWindow":  {func(l *guard.Limit) { l.Window = 0 }, "limit other has a window"},
		"Huge":      {func(l *guard.Limit) { l.Max = guard.MaxUnits + 1 }, "limit other grants 1000000001"},
		"Endless":   {func(l *guard.Limit) { l.Window = math.MaxInt64 }, "limit other has a window"},
		"TooBrief":  {func(l *guard.Limit) { l.Window = time.Microsecond }, "limit other has a window"},
		"Negative":  {func(l *guard.Limit) { l.Max = -1 }, "limit other grants -1"},
		"OtherName": {func(l *guard.Limit) { l.Name = "yet_another" }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			other := good
			other.Name = "other"
			tt.change(&other)
			err := guard.Policy{Send: []guard.Limit{good}, WrongCode: []guard.Limit{other}}.Validate()
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("Validate: %v, want an error about %q", err, tt.want)
			}
		})
	}
	if err := (guard.Policy{Challenge: []guard.Limit{good}}).Validate(); err == nil {
		t.Error("a limit per phone on challenges was taken")
	}
	if err := guard.DefaultPolicy().Validate(); err != nil {
		t.Errorf("the default policy: %v", err)
	}
}
