package guard_test

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/guard"
)

var somebody = guard.Subject{
	Phone: "p", Prefix: "x", Segment: "CN+86138", Country: "CN", Client: "c", Network: "n", Purpose: "register", Price: 450,
}

func rulebook(t testing.TB, p guard.Policy) *guard.Rulebook {
	t.Helper()
	b, err := guard.NewRulebook(p)
	if err != nil {
		t.Fatalf("NewRulebook: %v", err)
	}
	return b
}

// names are the limits of debits, those on one account joined by a plus sign, by account.
func names(debits []guard.Debit) map[string]string {
	accounts := map[string]string{}
	for _, d := range debits {
		limits := make([]string, 0, len(d.Limits))
		for _, l := range d.Limits {
			limits = append(limits, l.Name)
		}
		accounts[d.Key] = strings.Join(limits, "+")
	}
	return accounts
}

// Limits on the same thing stand on one account, all others have one each, and each is tagged with the shard that it
// belongs to.
func TestDebitsShareAccounts(t *testing.T) {
	minute := guard.Limit{Name: "minute", Per: guard.PerPhone, Max: 1, Window: time.Minute}
	hour := guard.Limit{Name: "hour", Per: guard.PerPhone, Max: 5, Window: time.Hour}
	client := guard.Limit{Name: "client", Per: guard.PerClient, Max: 5, Window: time.Hour}
	phones := guard.Limit{Name: "phones", Per: guard.PerClient, Of: guard.Numbers, Max: 5, Window: time.Hour}
	total := guard.Limit{Name: "total", Per: guard.InTotal, Max: 5, Window: time.Hour}
	money := guard.Limit{Name: "money", Per: guard.InTotal, Of: guard.Money, Max: 5000, Window: time.Hour, Coarse: true}
	purpose := guard.Limit{Name: "purpose", Per: guard.PerPurpose, Max: 5, Window: time.Hour}
	p := guard.Policy{Send: []guard.Limit{minute, hour, client, phones, total, money, purpose}, WrongCode: []guard.Limit{
		{Name: "wrong", Per: guard.PerPhone, Max: 5, Window: time.Hour},
	}}
	want := map[string]string{
		"Limit_send_phone_acts_1h0m0s_{p}":               "minute+hour",
		"Limit_send_client_acts_1h0m0s_{c}":              "client",
		"Limit_send_client_numbers_1h0m0s_{c}":           "phones",
		"Limit_send_total_acts_1h0m0s_{guard}":           "total",
		"Limit_send_coarse_money_1h0m0s_{guard}":         "money",
		"Limit_send_purpose_acts_1h0m0s_{guard}register": "purpose",
	}
	b := rulebook(t, p)
	debits := b.Debits(guard.Send, somebody, guard.Normal, "id")
	if diff := cmp.Diff(want, names(debits)); diff != "" {
		t.Errorf("accounts (-want +got):\n%s", diff)
	}
	if err := guard.Validate(debits); err != nil {
		t.Errorf("a store would refuse the debits: %v", err)
	}
	for _, d := range debits {
		wantID, wantCost := "id", 1
		if d.Limits[0].Of == guard.Numbers {
			wantID = "p"
		}
		if d.Limits[0].Of == guard.Money {
			wantCost = 450
		}
		if d.ID != wantID || d.Cost != wantCost {
			t.Errorf("%s is charged %d units named %s, want %d named %s", d.Limits[0].Name, d.Cost, d.ID, wantCost, wantID)
		}
	}
	if got := names(b.Debits(guard.WrongCode, somebody, guard.Normal, "id")); got["Limit_wrong_code_phone_acts_1h0m0s_{p}"] != "wrong" {
		t.Errorf("wrong codes are charged to %v, want an account apart from the messages'", got)
	}
	grown := rulebook(t, guard.Policy{Send: []guard.Limit{
		{Name: "grows", Per: guard.PerClient, Max: 30, Grow: 200, Window: time.Hour},
		{Name: "added", Per: guard.PerClient, Max: 60, Window: 24 * time.Hour},
		{Name: "client_acts", Per: guard.PerClient, Max: 60, Window: 24 * time.Hour, Coarse: true},
	}}).Debits(guard.Send, somebody, guard.Normal, "id")
	if err := guard.Validate(grown); err != nil || len(grown) != 2 || len(grown[0].Limits) != 2 || grown[0].Record == "" {
		t.Errorf("one limit that grows beside one that does not, and a coarse one: %v, on %v", err, names(grown))
	}
	free := somebody
	free.Price = 0
	if slices.Contains(slices.Collect(maps.Values(names(b.Debits(guard.Send, free, guard.Normal, "id")))), "money") {
		t.Error("a message that costs nothing is charged")
	}
}

// The default policy can be charged as it is, whoever asks, and every limit of it is charged to somebody.
func TestDefaultPolicy(t *testing.T) {
	p := guard.DefaultPolicy()
	b := rulebook(t, p)
	for act, limits := range map[guard.Act][]guard.Limit{
		guard.Challenge: p.Challenge, guard.Send: p.Send, guard.WrongCode: p.WrongCode, guard.WorkAlone: p.WorkAlone,
	} {
		for effort := guard.Normal; effort <= guard.Work; effort++ {
			debits := b.Debits(act, somebody, effort, "id")
			if err := guard.Validate(debits); err != nil {
				t.Errorf("%s after effort %v: a store would refuse the debits: %v", act, effort, err)
			}
			charged := 0
			for _, d := range debits {
				charged += len(d.Limits)
				for _, l := range d.Limits {
					if of, ok := b.Limit(l.Name); !ok || l.Max > of.Max {
						t.Errorf("%s: %s grants %d, more than the policy's %d", act, l.Name, l.Max, of.Max)
					}
				}
			}
			if charged != len(limits) {
				t.Errorf("%s after effort %v: debits under %d limits of %d", act, effort, charged, len(limits))
			}
		}
	}
}

// Whoever makes more of an effort is granted more, up to the limit, and the policy says how much is needed.
func TestEffort(t *testing.T) {
	limit := guard.Limit{Name: "l", Per: guard.PerClient, Of: guard.Unverified, Max: 30, Hard: 10, Work: 20, Grow: 150, Window: time.Hour}
	b := rulebook(t, guard.Policy{Send: []guard.Limit{limit}})
	for effort, want := range map[guard.Effort][2]int{guard.Normal: {10, 50}, guard.Hard: {20, 100}, guard.Work: {30, 150}} {
		got := b.Debits(guard.Send, somebody, effort, "id")[0].Limits[0]
		if got.Max != want[0] || got.Grow != want[1] {
			t.Errorf("effort %v: %d units and %d percent, want %v", effort, got.Max, got.Grow, want)
		}
	}
	for _, tt := range []struct {
		used, base int
		want       guard.Effort
		ok         bool
	}{
		{9, 0, guard.Normal, true},
		{10, 0, guard.Hard, true},
		{19, 0, guard.Hard, true},
		{20, 0, guard.Work, true},
		{29, 0, guard.Work, true},
		{30, 0, 0, false},
		{30, 40, guard.Hard, true}, // 40 were verified: 20, 40 and 60 are granted
		{59, 40, guard.Work, true},
		{60, 40, 0, false},
	} {
		if got, ok := limit.Needed(tt.used, 1, tt.base); got != tt.want || ok != tt.ok {
			t.Errorf("%d used, %d verified: effort %v, %t, want %v, %t", tt.used, tt.base, got, ok, tt.want, tt.ok)
		}
	}
}

// A number's lane is that of the narrowest rank that is known, and no other.
func TestLanes(t *testing.T) {
	b := rulebook(t, guard.DefaultPolicy())
	charged := func(totals map[string]int) (lanes []string) {
		for _, d := range b.Debits(guard.Send, somebody, guard.Normal, "id") {
			if d.Lane != nil && d.Lane.Depth == guard.Depth(d.Lane.Ranks, func(record string) int { return totals[record] }) {
				for _, l := range d.Limits {
					lanes = append(lanes, l.Name)
				}
			}
		}
		return lanes
	}
	const country, segment, prefix = "Record_country_{guard}CN", "Record_segment_{guard}CN+86138", "Record_prefix_{guard}x"
	for name, tt := range map[string]struct {
		totals map[string]int
		want   string
	}{
		"Nothing":       {nil, "cold_countries_hour cold_countries_sends_hour"},
		"Country":       {map[string]int{country: 10}, "cold_segments_per_country_hour cold_segments_hour cold_segments_sends_hour"},
		"AlmostSegment": {map[string]int{country: 10, segment: 4}, "cold_segments_per_country_hour cold_segments_hour cold_segments_sends_hour"},
		"Segment":       {map[string]int{country: 10, segment: 5}, "cold_prefixes_per_segment_hour cold_prefixes_hour cold_prefixes_sends_hour"},
		"Prefix":        {map[string]int{country: 10, segment: 5, prefix: 2}, ""},
		"PrefixAlone":   {map[string]int{prefix: 2}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(charged(tt.totals), " "); got != tt.want {
				t.Errorf("lanes %q, want %q", got, tt.want)
			}
		})
	}
}

// What is given back when a number is verified is what counts numbers until they are, each account once, lanes included;
// and what stands for a number verified elsewhere is charged with all limits of the accounts, so that none forgets.
func TestSettlement(t *testing.T) {
	b := rulebook(t, guard.DefaultPolicy())
	credit, debits := b.Settlement(somebody, "id")
	if l := credit.Limits[0]; l.Max != 1 || l.Window != 24*time.Hour || !strings.Contains(credit.Key, "{p}") {
		t.Errorf("credit %+v, want one a day for the phone", credit)
	}
	accounts := names(debits)
	if len(accounts) != len(debits) {
		t.Errorf("%d debits on %d accounts", len(debits), len(accounts))
	}
	for _, d := range b.Debits(guard.Send, somebody, guard.Normal, "id") {
		_, back := accounts[d.Key]
		l := d.Limits[0]
		if want := l.Of == guard.Unverified || l.Of == guard.UnverifiedSends; back != want {
			t.Errorf("%s is given back: %t, want %t", l.Name, back, want)
		}
	}
	nobody := somebody
	nobody.Client, nobody.Network = "", ""
	_, debits = b.Settlement(nobody, "id")
	for _, d := range debits {
		if l := d.Limits[0]; l.Per == guard.PerClient || l.Per == guard.PerNetwork {
			t.Errorf("%s is given back to a client that nobody knows", l.Name)
		}
	}
	elsewhere := b.Recording(somebody, "id")
	if err := guard.Validate(elsewhere); err != nil {
		t.Errorf("a store would refuse the debits: %v", err)
	}
	charged := names(elsewhere)
	for key, limits := range names(b.Debits(guard.Send, somebody, guard.Normal, "id")) {
		if got, ok := charged[key]; ok && got != limits {
			t.Errorf("account %s is charged under %s, want %s", key, got, limits)
		}
	}
	if len(charged) != 5 {
		t.Errorf("accounts %v, want those of prefix, segment and country", charged)
	}
}

// A policy that cannot work is refused, and the limit named.
func TestPolicyValidate(t *testing.T) {
	good := guard.Limit{Name: "good", Per: guard.PerPhone, Max: 5, Window: time.Hour}
	for name, tt := range map[string]struct {
		act    guard.Act
		change func(*guard.Limit)
		want   string
	}{
		"OK":                {guard.Send, func(*guard.Limit) {}, ""},
		"NoName":            {guard.Send, func(l *guard.Limit) { l.Name = "" }, "name"},
		"OddName":           {guard.Send, func(l *guard.Limit) { l.Name = "{guard}" }, "name"},
		"LongName":          {guard.Send, func(l *guard.Limit) { l.Name = strings.Repeat("n", 65) }, "name"},
		"SameName":          {guard.Send, func(l *guard.Limit) { l.Name = "good" }, "two limits are named good"},
		"NoScope":           {guard.Send, func(l *guard.Limit) { l.Per = "" }, "limit other: it counts per"},
		"NoMax":             {guard.Send, func(l *guard.Limit) { l.Max = 0 }, "limit other grants 0"},
		"NoWindow":          {guard.Send, func(l *guard.Limit) { l.Window = 0 }, "limit other has a window"},
		"Huge":              {guard.Send, func(l *guard.Limit) { l.Max = guard.MaxUnits + 1 }, "limit other grants 1000000001"},
		"Endless":           {guard.Send, func(l *guard.Limit) { l.Window = math.MaxInt64 }, "limit other has a window"},
		"HardOverMax":       {guard.Send, func(l *guard.Limit) { l.Hard = 6 }, "limit other asks for more"},
		"WorkBeforeHard":    {guard.Send, func(l *guard.Limit) { l.Hard, l.Work = 4, 3 }, "limit other asks for more"},
		"GrowsPerPhone":     {guard.Send, func(l *guard.Limit) { l.Grow = 50 }, "limit other: it grows"},
		"GrowsTooLong":      {guard.Send, func(l *guard.Limit) { l.Per, l.Grow, l.Window = guard.PerClient, 50, 25*time.Hour }, "limit other grows"},
		"GrowsTooMuch":      {guard.Send, func(l *guard.Limit) { l.Per, l.Grow = guard.PerClient, 1001 }, "limit other grows"},
		"NumbersPerPhone":   {guard.Send, func(l *guard.Limit) { l.Of = guard.Numbers }, "limit other: it counts \"numbers\" per phone"},
		"UnknownMeasure":    {guard.Send, func(l *guard.Limit) { l.Per, l.Of = guard.InTotal, "unknown" }, "limit other: it counts \"unknown\""},
		"LaneOfActs":        {guard.Send, func(l *guard.Limit) { l.Per, l.Cold = guard.InTotal, guard.PerPrefix }, "limit other: it is a lane"},
		"LaneAlone":         {guard.Send, func(l *guard.Limit) { l.Per, l.Of, l.Cold = guard.InTotal, guard.Unverified, guard.PerPrefix }, "limit other: there are lanes"},
		"ChallengePhone":    {guard.Challenge, func(*guard.Limit) {}, "limit other: it counts per \"phone\""},
		"ChallengeHarder":   {guard.Challenge, func(l *guard.Limit) { l.Per, l.Hard = guard.PerClient, 2 }, "limit other: it asks for a harder challenge"},
		"WrongCodeClient":   {guard.WrongCode, func(l *guard.Limit) { l.Per = guard.PerClient }, "limit other: it counts per \"client\""},
		"WorkAloneMoney":    {guard.WorkAlone, func(l *guard.Limit) { l.Of = guard.Money }, "limit other: it counts \"money\""},
		"OtherName":         {guard.Send, func(l *guard.Limit) { l.Name = "yet_another" }, ""},
		"GrowsPerClient":    {guard.Send, func(l *guard.Limit) { l.Per, l.Grow = guard.PerClient, 50 }, ""},
		"ChallengesAClient": {guard.Challenge, func(l *guard.Limit) { l.Per = guard.PerClient }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			other := good
			other.Name = "other"
			tt.change(&other)
			p := guard.Policy{Send: []guard.Limit{good}}
			switch tt.act {
			case guard.Challenge:
				p.Challenge = append(p.Challenge, other)
			case guard.WrongCode:
				p.WrongCode = append(p.WrongCode, other)
			case guard.WorkAlone:
				p.WorkAlone = append(p.WorkAlone, other)
			default:
				p.Send = append(p.Send, other)
			}
			err := p.Validate()
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("Validate: %v, want an error about %q", err, tt.want)
			}
		})
	}
}
