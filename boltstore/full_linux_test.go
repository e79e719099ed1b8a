package boltstore_test

import (
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/boltstore"
)

const fullChild = "BOLTSTORE_TEST_FULL"

// When the file cannot grow the store refuses, when it can again it serves, and no acknowledged secret is lost. The limit
// on the size of files holds for a whole process, so the test gives itself one.
func TestDiskFull(t *testing.T) {
	if os.Getenv(fullChild) == "" {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDiskFull$")
		cmd.Env = append(os.Environ(), fullChild+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	ctx, path := t.Context(), dataPath(t)
	s := open(t, path, boltstore.Options{Sync: true, Tick: time.Millisecond})
	signal.Ignore(syscall.SIGXFSZ)
	room := limitFiles(t, 128<<10)
	stored := 0
	var err error
	for ; err == nil; stored++ {
		large := secret("a")
		large.Payload = make([]byte, cattlegrid.MaxPayloadLen)
		err = s.Put(ctx, strconv.Itoa(stored), large)
	}
	reason := syscall.EFBIG.Error()
	if !strings.Contains(err.Error(), reason) || stored < 10 {
		t.Errorf("Put number %d: got %v, want a refusal because the disk is full", stored, err)
	}
	if err := s.Ping(ctx); err == nil || !strings.Contains(err.Error(), reason) {
		t.Errorf("Ping on a full disk: got %v, want the reason", err)
	}
	limitFiles(t, room)
	for s.Ping(ctx) != nil {
		<-time.After(time.Millisecond)
	}
	must(t, s.Put(ctx, "after", secret("a")))
	closeStore(t, s)
	s = open(t, path, boltstore.Options{})
	for number := range stored {
		if _, err := s.Peek(ctx, strconv.Itoa(number)); err != nil {
			t.Errorf("%d of %d: %v", number, stored, err)
		}
	}
}

// limitFiles limits how large a file this process may make, and returns the limit that was there.
func limitFiles(t *testing.T, size uint64) (before uint64) {
	t.Helper()
	var limit syscall.Rlimit
	must(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit))
	before, limit.Cur = limit.Cur, size
	must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
	return before
}
