//go:build unix

package e2e_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/internal/skiptest"
)

// versionBefore is the commit that stands for the version before this one.
const versionBefore = "ad833d6d919c808edb45da3adc5f9d160f201b35"

// Two gates of the version before this one are replaced in turn by ones of this version, and back, under load. What one
// version made the other one takes: codes, proofs, requests under a key; and limits are exact over both.
func TestTwoVersions(t *testing.T) {
	t.Parallel()
	if err := git(t.Context(), "GIT_OPTIONAL_LOCKS=0", "cat-file", "-e", versionBefore+"^{commit}"); err != nil {
		skiptest.Missing(t, "the version before this one is not here: it takes git and a clone that is not shallow (git fetch --unshallow)")
	}
	server := redistest.Start(t)
	r := newRoll(t, server.URL(), server)
	r.get = func(key string) string { return server.Do(t, "GET", key) }
	for i := range r.gates {
		r.gates[i] = r.begin(commandBefore, r.data)
	}
	for _, version := range []func() (string, error){command, commandBefore} {
		for i := range r.gates {
			r.visits(t, func() { r.replace(t, i, r.begin(version, r.data)) })
		}
	}
	r.visits(t, func() { r.replace(t, 0, r.begin(command, r.data)) })
	r.visits(t, func() {})
	r.wantLimits(t)
}

// commandBefore builds the command as it was in the version before this one, once, and returns where it lies. The build is
// cached like any other: nothing in it tells the directory that it is built in.
var commandBefore = sync.OnceValues(func() (string, error) {
	directory, err := buildDirectory()
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), buildTimeout)
	defer cancel()
	source, index := filepath.Join(directory, "before"), "GIT_INDEX_FILE="+filepath.Join(directory, "index")
	for _, args := range [][]string{{"read-tree", versionBefore}, {"checkout-index", "--all", "--prefix=" + source + "/"}} {
		if err := git(ctx, index, args...); err != nil {
			return "", err
		}
	}
	path := filepath.Join(directory, "cattlegrid-before")
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-trimpath", "-o", path, commandPackage)
	build.Dir = source
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the version before this one: %w\n%s", err, output)
	}
	return path, nil
})

// git runs git on the repository, with a variable more.
func git(ctx context.Context, variable string, args ...string) error {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", "../.."}, args...)...)
	cmd.Env = append(os.Environ(), variable)
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("git %s: %w\n%s", args[0], err, output)
	}
	return nil
}
