package e2e_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

const (
	commandPackage = "github.com/cattlegrid/cattlegrid/cmd/cattlegrid"
	commandSource  = "../../cmd/cattlegrid"
	buildTimeout   = 5 * time.Minute
)

// command builds the command, once, and returns where it lies.
var command = sync.OnceValues(build)

// built is the directory of what was built; "" if nothing was.
var built string

// TestMain removes what was built. No test leaves a goroutine behind. The table of faults is written if all runs of all tests
// passed.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 {
		if err := passed(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	if built != "" {
		_ = os.RemoveAll(built)
	}
	os.Exit(code)
}

// passed is what remains to do when all tests have passed.
func passed() error {
	for range 3 { // the reader of a handler's probe ends once the collector has found that nobody uses the handler any more
		runtime.GC()
	}
	if err := goleak.Find(); err != nil || *faultsFile == "" {
		return err
	}
	return faultRows.write(*faultsFile)
}

// buildDirectory makes the directory of what is built, once.
var buildDirectory = sync.OnceValues(func() (directory string, err error) {
	built, err = os.MkdirTemp("", "cattlegrid-e2e")
	return built, err
})

func build() (string, error) {
	// Looked at so that go test knows what its verdict depends on: it sees what a test opens, not what a build does.
	sources, err := filepath.Glob(filepath.Join(commandSource, "*.go"))
	if err != nil {
		return "", err
	}
	for _, source := range sources {
		if _, err := os.Stat(source); err != nil {
			return "", err
		}
	}
	directory, err := buildDirectory()
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), buildTimeout)
	defer cancel()
	path := filepath.Join(directory, "cattlegrid")
	if output, err := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", path, commandPackage).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the command: %w\n%s", err, output)
	}
	return path, nil
}
