package e2e_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

const diskFullChild = "CATTLEGRID_TEST_DISK_FULL"

// diskFaults happen to the file of the embedded store.
func diskFaults() []fault {
	return []fault{{
		name: "DiskFull", title: "embedded store: the disk is full", alone: true, unreachable: true,
		open: func(w *world) *site { return newSite(w).openEmbedded(time.Now) },
		inject: func(t *testing.T, s *site) {
			s.room = limitFiles(t, 1)
			s.isFailing(t, 1)
			s.injected = time.Now() // the tick in which it became full is over
			s.isFailing(t, 60)
		},
		heal: func(t *testing.T, s *site) { limitFiles(t, s.room) },
		lost: "nothing; a process that is killed in that state forgets what came after the last commit",
	}}
}

// happensInChild is happens in a process of its own: the limit on the size of files holds for all of it.
func (f fault) happensInChild(t *testing.T) (row faultRow) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "row.json")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFaultsChild$", "-test.timeout=5m")
	cmd.SysProcAttr = redistest.DieWithParent()
	runtime.LockOSThread() // with which the child would die
	defer runtime.UnlockOSThread()
	cmd.Env = append(os.Environ(), diskFullChild+"="+path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &row)
	}
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// TestFaultsChild is the process in which the disk is full, and nothing by itself.
func TestFaultsChild(t *testing.T) {
	path := os.Getenv(diskFullChild)
	if path == "" {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	text, err := json.Marshal(diskFaults()[0].happens(t))
	if err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// limitFiles limits how large a file this process may make, and returns the limit that was there.
func limitFiles(t *testing.T, size uint64) (before uint64) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	before, limit.Cur = limit.Cur, size
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	return before
}
