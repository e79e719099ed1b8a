package redistest

import (
	_ "embed" // for the program
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/skiptest"
)

//go:embed testdata/clock.c
var clockC []byte

// Clocked is a server whose wall clock can be set.
type Clocked struct {
	*Server

	file string
}

// StartClocked returns a fresh server whose wall clock is the true one until it is set.
func StartClocked(t testing.TB) *Clocked {
	t.Helper()
	dir := t.TempDir()
	source, library := filepath.Join(dir, "clock.c"), filepath.Join(dir, "clock.so")
	if err := os.WriteFile(source, clockC, 0o600); err != nil {
		t.Fatal(err)
	}
	compiler, err := exec.LookPath("cc")
	if err != nil {
		skiptest.Missing(t, "there is no C compiler; on Debian and Ubuntu: apt-get install gcc libc6-dev")
	}
	if out, err := exec.CommandContext(t.Context(), compiler, "-shared", "-fPIC", "-O1", "-o", library, source).CombinedOutput(); err != nil { //nolint:gosec // it is cc
		t.Fatalf("compile the clock: %v\n%s", err, out)
	}
	c := &Clocked{file: filepath.Join(dir, "ahead")}
	c.SetClock(t, 0)
	c.Server = start(t, []string{"LD_PRELOAD=" + library, "CLOCK_AHEAD=" + c.file})
	return c
}

// SetClock sets the server's clock ahead of the true one, or behind, by whole seconds.
func (c *Clocked) SetClock(t testing.TB, ahead time.Duration) {
	t.Helper()
	f, err := os.OpenFile(c.file, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	seconds := uint64(ahead / time.Second) //nolint:gosec // a negative one wraps as C's do
	if _, err := f.Write(binary.NativeEndian.AppendUint64(nil, seconds)); err != nil {
		t.Fatal(err)
	}
}
