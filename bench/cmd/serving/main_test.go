package main

import (
	"os"
	"path/filepath"
	"testing"
)

// The document says what the figures that lie beside it say.
func TestDocument(t *testing.T) {
	const document = "../../../docs/benchmarks.md"
	before, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	again := filepath.Join(t.TempDir(), "benchmarks.md")
	if err := os.WriteFile(again, before, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), []string{"-json", "../../../docs/serving.json", "-o", again, "-again"}); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(again); err != nil || string(after) != string(before) {
		t.Errorf("docs/benchmarks.md is not what serving writes: %v", err)
	}
}

// A command line that makes no sense is refused before anything is measured.
func TestFlags(t *testing.T) {
	for _, args := range [][]string{{}, {"-json", "f", "-rounds", "0"}, {"-json", "f", "-time", "1ms"}, {"-json", "f", "more"}} {
		if err := run(t.Context(), args); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}
