package boltstore_test

import (
	"bufio"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/boltstore"
)

const killTick = 50 * time.Millisecond

// After a kill -9 nothing is forgotten that was acknowledged before the last commit began, which is what is older than one
// tick and one commit: used secrets are absent, wrong guesses counted, charges made. With Sync nothing acknowledged is
// forgotten at all. No step is there by half.
func TestKill(t *testing.T) {
	rounds := 3
	if testing.Short() {
		rounds = 1
	}
	for _, sync := range []bool{false, true} {
		t.Run(map[bool]string{false: "WriteBehind", true: "Sync"}[sync], func(t *testing.T) {
			for range rounds {
				path := dataPath(t)
				life := time.Duration(rand.Int64N(int64(500 * time.Millisecond)))
				survived(t, path, runChild(t, path, sync, life), sync)
			}
		})
	}
}

// runChild starts a child, kills it when it has reported five commits and for as long as life, and returns all reports.
func runChild(t *testing.T, path string, sync bool, life time.Duration) (reports []report) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childPath+"="+path)
	if sync {
		cmd.Env = append(cmd.Env, childSync+"=1")
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	killed, commits := false, 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		r, ok := readReport(lines.Text())
		if !ok {
			t.Errorf("the child reports %q", lines.Text())
			break
		}
		reports = append(reports, r)
		if r.event == commitDone {
			commits++
		}
		if !killed && commits >= 5 && r.at-reports[0].at >= int64(life) {
			killed = true
			must(t, cmd.Process.Kill())
		}
	}
	_ = cmd.Process.Kill()
	if err := cmd.Wait(); err == nil || !killed {
		t.Fatalf("the child ended by itself: %v", err)
	}
	return reports
}

func readReport(line string) (r report, ok bool) {
	at, rest, _ := strings.Cut(line, " ")
	event, number, _ := strings.Cut(rest, " ")
	var errAt, errNumber error
	r.at, errAt = strconv.ParseInt(at, 10, 64)
	r.number, errNumber = strconv.Atoi(number)
	r.event = event
	return r, errAt == nil && errNumber == nil && event != failed
}

// survived checks that what was promised is in the file.
func survived(t *testing.T, path string, reports []report, sync bool) {
	t.Helper()
	var bound, committed int64
	last := 0
	for _, r := range reports {
		last = max(last, r.number)
		if r.event == commitDone {
			// What a commit has is collected after the one before it is done.
			bound, committed = committed, r.at
		}
	}
	ctx := t.Context()
	s := open(t, path, boltstore.Options{})
	charged := func(account string) bool { return errors.Is(s.Spend(ctx, once(account, "2")), cattlegrid.ErrLimit) }

	whole := 0
	for number := 2; number < last; number += 3 {
		_, err := s.Peek(ctx, numberKey(number))
		stored, paid := err == nil, charged(putAccount(number))
		if stored != paid {
			t.Errorf("%d is there by half: stored %t, charged %t", number, stored, paid)
		}
		if stored {
			whole++
		}
	}
	checked, behind := 0, 0
	for _, r := range reports {
		if r.event == commitDone {
			continue
		}
		if !sync && r.at > bound {
			behind++
			continue
		}
		checked++
		got, err := s.Peek(ctx, numberKey(r.number))
		switch r.event {
		case putDone:
			if r.number%3 == 2 && err != nil {
				t.Errorf("%d was put and is forgotten: %v", r.number, err)
			}
			// The others' accounts have not been looked at above.
			if r.number%3 != 2 && !charged(putAccount(r.number)) {
				t.Errorf("%d was put and its charge is forgotten", r.number)
			}
		case rightDone:
			if !errors.Is(err, cattlegrid.ErrNotFound) {
				t.Errorf("%d was used and is back: %v", r.number, err)
			}
		case wrongDone:
			if err != nil || got.Attempts != 2 {
				t.Errorf("%d was guessed wrong and has %d attempts left (%v), want 2", r.number, got.Attempts, err)
			}
			if !charged(wrongAccount(r.number)) {
				t.Errorf("%d was guessed wrong and the charge is forgotten", r.number)
			}
		}
		if t.Failed() {
			break
		}
	}
	t.Logf("%d steps checked, %d too young to be promised, %d put and left alone", checked, behind, whole)
	if checked < 5 || whole == 0 {
		t.Errorf("%d steps checked, want more", checked)
	}
	closeStore(t, s)
}
