package e2e_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

var faultsFile = flag.String("faults", "", "write the table of TestFaults into this file, between its markers, if all passes")

// faultRow is what a fault did to visitors.
type faultRow struct {
	Place    int // in the table
	Title    string
	Runs     int
	Requests int // that began between the fault and the recovery
	Failed   int
	Longest  time.Duration // wait for an answer
	Recovers time.Duration // until nothing failed any more, from when its mending began, or from when it did if it mends itself
	Mended   bool          // it was mended
	Stays    bool
	Beyond   int
	Twice    int
	Again    int
	Lost     string
}

// row sums up what happened; since is when it began to be mended, or when it began if it mends itself.
func (s *site) row(f fault, since time.Time, found verdict) faultRow {
	r := faultRow{Title: f.title, Runs: 1, Beyond: found.beyond, Twice: found.twice, Again: f.again, Lost: f.lost, Mended: f.heal != nil, Stays: f.stays}
	last := since
	for _, a := range s.since(s.injected) {
		if a.failed() && a.began.After(last) {
			last = a.began
		}
	}
	r.Recovers = last.Sub(since)
	for _, a := range s.since(s.injected) {
		if a.began.After(last) || a.kind == returning {
			continue // all is well again, or it is only tried
		}
		r.Requests++
		if a.failed() {
			r.Failed++
		}
		r.Longest = max(r.Longest, a.ended.Sub(a.began))
	}
	return r
}

// faultTable collects the rows of all faults, also of several runs of the test.
type faultTable struct {
	mu   sync.Mutex
	rows map[string]faultRow
}

var faultRows = &faultTable{rows: map[string]faultRow{}}

// add adds a row, or the worst of it to what there is.
func (table *faultTable) add(place int, r faultRow) {
	table.mu.Lock()
	defer table.mu.Unlock()
	r.Place = place
	if before, ok := table.rows[r.Title]; ok {
		r.Runs += before.Runs
		r.Requests += before.Requests
		r.Failed += before.Failed
		r.Twice += before.Twice
		r.Longest, r.Recovers, r.Beyond = max(r.Longest, before.Longest), max(r.Recovers, before.Recovers), max(r.Beyond, before.Beyond)
	}
	table.rows[r.Title] = r
}

const (
	faultsBegin = "<!-- faults -->"
	faultsEnd   = "<!-- /faults -->"
)

// inShort is a time as the table has it.
func inShort(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// write puts the table between the markers of a file.
func (table *faultTable) write(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, begins := strings.Cut(string(text), faultsBegin+"\n")
	_, after, ends := strings.Cut(rest, faultsEnd)
	if !begins || !ends {
		return fmt.Errorf("%s has no markers", path)
	}
	return os.WriteFile(path, []byte(before+faultsBegin+"\n"+table.String()+faultsEnd+after), 0o600)
}

// String is the table in Markdown.
func (table *faultTable) String() string {
	var b strings.Builder
	b.WriteString("\n| what happens | runs | requests meanwhile | of them not served | longest wait | served again | sent beyond a limit | accepted twice | lost |\n|---|--:|--:|--:|--:|---|--:|--:|---|\n")
	rows := slices.SortedFunc(maps.Values(table.rows), func(a, b faultRow) int { return a.Place - b.Place })
	for _, r := range rows {
		recovers := inShort(r.Recovers) + " after it began"
		switch {
		case r.Stays:
			recovers = "when `redis.loss_pause` is over"
		case r.Failed == 0:
			recovers = "never stopped"
		case r.Mended && r.Recovers == 0:
			recovers = "as soon as it was mended"
		case r.Mended:
			recovers = inShort(r.Recovers) + " after it was mended"
		}
		beyond := "0"
		if r.Beyond > 0 {
			beyond = fmt.Sprintf("%d, of at most as many as the limit", r.Beyond)
		}
		lost := r.Lost
		if lost == "" {
			lost = "nothing"
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %s | %s | %s | %d | %s |\n",
			r.Title, r.Runs, r.Requests, r.Failed, inShort(r.Longest), recovers, beyond, r.Twice, lost)
	}
	b.WriteString("\n")
	return b.String()
}
