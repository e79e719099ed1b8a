package guard_test

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
)

var update = flag.Bool("update", false, "write docs/guard.md anew")

// docs/guard.md shows the limits that ship. With -update the table is written anew.
func TestDocumentedLimits(t *testing.T) {
	const path, begin, end = "../docs/guard.md", "<!-- limits -->\n", "<!-- /limits -->"
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(page), begin)
	shown, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the table", path)
	}
	want := limitTable()
	if *update {
		if err := os.WriteFile(path, []byte(head+begin+want+end+tail), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if shown != want {
		t.Errorf("%s shows other limits than the policy has; go test ./guard -update writes:\n%s", path, want)
	}
}

func limitTable() string {
	p := guard.DefaultPolicy()
	var table strings.Builder
	table.WriteString("| limit | counts | hard | work | max | grow | window |\n|---|---|---|---|---|---|---|\n")
	for _, list := range []struct {
		noun   string
		limits []guard.Limit
	}{{"challenges", p.Challenge}, {"messages", p.Send}, {"wrong codes", p.WrongCode}, {"messages for work alone", p.WorkAlone}} {
		for _, l := range list.limits {
			fmt.Fprintf(&table, "| `%s` | %s | %s | %s | %d | %s | %s |\n",
				l.Name, counted(list.noun, l), orBlank(l.Hard), orBlank(l.Work), l.Max, orBlank(l.Grow), span(l.Window))
		}
	}
	fmt.Fprintf(&table, "\nA prefix is known from %d numbers verified in 14 days on, a segment from %d, a country from %d.\n",
		p.Known.Prefix, p.Known.Segment, p.Known.Country)
	return table.String()
}

func counted(noun string, l guard.Limit) string {
	what := map[guard.Measure]string{
		guard.Acts: noun, guard.Numbers: "numbers", guard.Countries: "countries", guard.Unverified: "unverified numbers",
		guard.UnverifiedSends: "messages to unverified numbers", guard.Money: "money",
	}[l.Of]
	if l.Cold != "" {
		what += " of new " + map[guard.Scope]string{
			guard.PerPrefix: "prefixes", guard.PerSegment: "segments", guard.PerCountry: "countries",
		}[l.Cold]
	}
	if l.Per == guard.InTotal {
		return what + " in total"
	}
	return what + " per " + string(l.Per)
}

func orBlank(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func span(d time.Duration) string {
	return strings.TrimSuffix(strings.TrimSuffix(d.String(), "0s"), "0m")
}
