package guard_test

import (
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
		"OK":           {[]guard.Debit{good}, ""},
		"Nothing":      {nil, ""},
		"NoKey":        {with(func(d *guard.Debit) { d.Key = "" }), "key"},
		"LongKey":      {with(func(d *guard.Debit) { d.Key = strings.Repeat("k", guard.MaxKeyLen+1) }), "key"},
		"NoID":         {with(func(d *guard.Debit) { d.ID = "" }), "id"},
		"LongID":       {with(func(d *guard.Debit) { d.ID = strings.Repeat("i", guard.MaxIDLen+1) }), "id"},
		"NoWindow":     {with(func(d *guard.Debit) { d.Limit.Window = 0 }), "window"},
		"NoCost":       {with(func(d *guard.Debit) { d.Cost = 0 }), "cost"},
		"NegativeCost": {with(func(d *guard.Debit) { d.Cost = -1 }), "cost"},
		"OverTheLimit": {with(func(d *guard.Debit) { d.Cost = 3 }), "cost"},
		"SharedKey":    {[]guard.Debit{good, good}, "share a key"},
	} {
		t.Run(name, func(t *testing.T) {
			err := guard.Validate(tt.debits)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("Validate: %v, want an error about %q", err, tt.want)
			}
		})
	}
}
