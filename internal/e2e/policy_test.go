package e2e_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/guard"
)

// thirtyPerClient is the limit that ships without the steps up to it.
const thirtyPerClient = "limits.sends_per_client_hour = { max = 30, hard = 0, work = 0, grow = 0 }"

// guard writes a configuration with these lines in the section [guard], and returns the flag that names it.
func (w *world) guard(lines ...string) string {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), "cattlegrid.toml")
	w.rewriteGuard(path, lines...)
	return configFlag + path
}

const configFlag = "-config="

// rewriteGuard writes the configuration again.
func (w *world) rewriteGuard(path string, lines ...string) {
	w.t.Helper()
	if err := os.WriteFile(path, []byte("[guard]\n"+strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		w.t.Fatalf("write the configuration: %v", err)
	}
}

// withoutBudgets returns the lines, and before them those that take away by name all budgets for numbers that are not
// verified, but for those kept: for tests in which strangers come from one client, or to one prefix, and never verify.
func withoutBudgets(kept []string, lines ...string) []string {
	var section []string
	for _, l := range guard.DefaultPolicy().Send {
		if (l.Of == guard.Unverified || l.Of == guard.UnverifiedSends) && !slices.Contains(kept, l.Name) {
			section = append(section, "limits."+l.Name+".off = true")
		}
	}
	return append(section, lines...)
}

// writeFile writes a file of the test's and returns where it lies.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
