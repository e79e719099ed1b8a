package redisstore_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// What the processes of TestProcesses share.
const (
	workerURL  = "CATTLEGRID_TEST_WORKER_URL"
	workerName = "CATTLEGRID_TEST_WORKER"
	workerTime = 2500 * time.Millisecond
	workerCrew = 4 // callers in each process
)

// contended is the budgets that processes compete for. The second one grows with what is settled.
func contended(id string) []cattlegrid.Debit {
	return []cattlegrid.Debit{{
		Key: "ladder_{guard}", ID: id, Cost: 1,
		Limits: []guard.Limit{{Name: "short", Max: 12, Window: 200 * time.Millisecond}, {Name: "long", Max: 40, Window: time.Second}},
	}, {
		Key: "grows_{guard}", ID: id, Cost: 1, Record: "record_{guard}",
		Limits: []guard.Limit{{Name: "grows", Max: 6, Window: 700 * time.Millisecond, Grow: 60}},
	}}
}

// entry is a grant, in nanoseconds since the Unix epoch: when it was asked for and had, and when its settling, if it was
// settled, was asked for.
type entry struct {
	ID                 string
	Asked, Had, Settle int64
}

// Never is more granted than the ceiling in any rolling window by three processes together, while they settle and the
// budget grows. What each was granted is compared with a model that looks through all of it.
func TestProcesses(t *testing.T) {
	server := redistest.Start(t)
	var mu sync.Mutex
	var entries []entry
	var workers sync.WaitGroup
	for n := range 3 {
		workers.Go(func() {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWorker$")
			cmd.Env = append(os.Environ(), workerURL+"="+server.URL(), workerName+"="+strconv.Itoa(n))
			cmd.Stderr = os.Stderr
			out, err := cmd.Output()
			if err != nil {
				t.Errorf("process %d: %v: %s", n, err, out)
			}
			mu.Lock()
			defer mu.Unlock()
			for line := range bytes.Lines(out) {
				var e entry
				if line[0] == '{' && json.Unmarshal(line, &e) == nil {
					entries = append(entries, e)
				}
			}
		})
	}
	workers.Wait()
	settled := 0
	for _, e := range entries {
		for _, d := range contended(e.ID) {
			for _, l := range d.Limits {
				if used, most := surely(entries, e, d, l); used > most {
					t.Errorf("%s: %d granted within %v, the ceiling was %d", l.Name, used, l.Window, most)
				}
			}
		}
		if e.Settle > 0 {
			settled++
		}
	}
	if len(entries) < 40 || settled < 20 {
		t.Errorf("%d grants of which %d were settled: too few to say anything", len(entries), settled)
	}
	t.Logf("%d grants, %d settled", len(entries), settled)
}

// surely is how many units were used with e's charge at the least, whatever moment each was granted at between being asked
// for and had; and the ceiling at the most.
func surely(entries []entry, e entry, d cattlegrid.Debit, l guard.Limit) (used, most int) {
	base := 0
	for _, other := range entries {
		settles := d.Record != "" && other.Settle > 0
		if settles && other.Settle <= e.Had {
			base++
		}
		within := e.Had-other.Asked < int64(l.Window)
		there := other.Had <= e.Asked && (!settles || other.Settle > e.Had)
		if other.ID == e.ID || there && within {
			used++
		}
	}
	return used, l.Ceiling(base)
}

// TestWorker is one of the processes of TestProcesses.
func TestWorker(t *testing.T) {
	url, name := os.Getenv(workerURL), os.Getenv(workerName)
	if url == "" {
		return // a process of TestProcesses, and nothing by itself
	}
	store := newStore(t, url)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	var mu sync.Mutex
	var crew sync.WaitGroup
	for caller := range workerCrew {
		crew.Go(func() {
			began := time.Now()
			for i := 0; time.Since(began) < workerTime; i++ {
				e := entry{ID: fmt.Sprintf("%s-%d-%d", name, caller, i), Asked: time.Now().UnixNano()}
				debits := contended(e.ID)
				if i%2 == 0 {
					slices.Reverse(debits)
				}
				if err := store.Spend(t.Context(), debits...); errors.Is(err, cattlegrid.ErrLimit) {
					continue
				} else if err != nil {
					t.Errorf("Spend: %v", err)
					return
				}
				e.Had = time.Now().UnixNano()
				if i%3 > 0 {
					e.Settle = time.Now().UnixNano()
					grows := debits[slices.IndexFunc(debits, func(d cattlegrid.Debit) bool { return d.Record != "" })]
					if err := store.Settle(t.Context(), debit("credit_{"+e.ID+"}", "1", 1), grows); err != nil {
						t.Errorf("Settle: %v", err)
						return
					}
				}
				line, err := json.Marshal(e)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				fmt.Fprintf(out, "%s\n", line)
				mu.Unlock()
			}
		})
	}
	crew.Wait()
}
