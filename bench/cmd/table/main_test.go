package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/bench/measure"
)

// A table takes the place between its markers, again and again; the rest of the
// document stays as it is.
func TestRenew(t *testing.T) {
	name := filepath.Join(t.TempDir(), "benchmarks.md")
	document := "# Before\n\n<!-- table:draw -->\nold\n<!-- /table:draw -->\n\nAfter.\n"
	if err := os.WriteFile(name, []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := run(t.Context(), []string{"-o", name, "-rounds", "1", "-time", "1ms"}, io.Discard, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	renewed, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	got := string(renewed)
	before, rest, _ := strings.Cut(got, "<!-- table:draw -->")
	table, after, _ := strings.Cut(rest, "<!-- /table:draw -->")
	if before != "# Before\n\n" || after != "\n\nAfter.\n" {
		t.Errorf("the rest of the document changed:\n%s", got)
	}
	for _, want := range []string{"**240×80, 5 characters**", "**120×40, 5 characters**", "| **cattlegrid** | PNG |", "| dchest", "go run ./cmd/table -rounds 1 -time 1ms`"} {
		if !strings.Contains(table, want) {
			t.Errorf("%q is missing in:\n%s", want, table)
		}
	}
	if strings.Contains(table, "old") || strings.Count(table, "240×80") != 1 {
		t.Errorf("the old table is still there:\n%s", table)
	}
}

// A document without markers, or with markers that make no place, is left alone.
func TestRenewErrMarkers(t *testing.T) {
	for name, document := range map[string]string{
		"none":     "# Nothing\n",
		"no end":   "<!-- table:draw -->\n",
		"no start": "<!-- /table:draw -->\n",
		"reversed": "<!-- /table:draw -->\n<!-- table:draw -->\n",
		"twice":    "<!-- table:draw -->\n<!-- /table:draw -->\n<!-- table:draw -->\n<!-- /table:draw -->\n",
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "benchmarks.md")
			if err := os.WriteFile(file, []byte(document), 0o600); err != nil {
				t.Fatal(err)
			}
			err := run(t.Context(), []string{"-o", file}, io.Discard, io.Discard)
			if err == nil || !strings.Contains(err.Error(), "<!-- table:draw -->") {
				t.Errorf("got error %v, want one that shows the marker", err)
			}
			if got, err := os.ReadFile(file); err != nil || string(got) != document {
				t.Errorf("the document became %q, error %v", got, err)
			}
		})
	}
}

// A command line that makes no sense is refused before anything is measured.
func TestErrFlags(t *testing.T) {
	for want, args := range map[string][]string{
		`"x" is no flag`:                {"x"},
		"-rounds 0 is not between":      {"-rounds", "0"},
		"-rounds 101 is not between":    {"-rounds", "101"},
		"-time 1m0s is not between":     {"-time", "1m"},
		"read flags: flag provided but": {"-x"},
		"read the document: open":       {"-o", filepath.Join(t.TempDir(), "missing.md")},
	} {
		var out bytes.Buffer
		err := run(t.Context(), args, &out, io.Discard)
		if err == nil || !strings.HasPrefix(err.Error(), want) || out.Len() > 0 {
			t.Errorf("%v: got error %v and %q, want %s…", args, err, out.String(), want)
		}
	}
}

// What others did is what the machine did without this process, for each second.
func TestOthers(t *testing.T) {
	start := moment{at: time.Unix(0, 0), own: time.Second, machine: 100 * time.Second, known: true}
	end := moment{at: time.Unix(10, 0), own: 9 * time.Second, machine: 113 * time.Second, known: true}
	if got, want := (span{start, end}).others(), "; meanwhile other programs kept 0.5 cores busy"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	end.known = false
	if got := (span{start, end}).others(); got != "" {
		t.Errorf("of an unknown machine: got %q, want nothing", got)
	}
}

// The command that is told gives the same plan again, and no more flags than needed.
func TestCircumstances(t *testing.T) {
	day := moment{at: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	for want, plan := range map[string]measure.Plan{
		"`cd bench && go run ./cmd/table`":                       {Rounds: defaultRounds, Period: defaultPeriod},
		"`cd bench && go run ./cmd/table -rounds 3 -time 500ms`": {Rounds: 3, Period: 500 * time.Millisecond},
	} {
		got := circumstances(plan, span{day, day})
		if !strings.Contains(got, want) || !strings.Contains(got, "on 2 January 2026.") {
			t.Errorf("got %q, want %q and the day in it", got, want)
		}
	}
}
