package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The samples are files of a new directory, numbered, with a label each.
func TestSamples(t *testing.T) {
	directory := filepath.Join(t.TempDir(), "samples")
	args := []string{"-g", "dchest", "-n", "10", "-dir", directory, "-width", "120", "-height", "40", "-length", "4"}
	if err := run(t.Context(), args, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	labels, err := os.ReadFile(filepath.Join(directory, "labels.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^01\.png\t\d{4}\n(\d\d\.png\t\d{4}\n){8}10\.png\t\d{4}\n$`).Match(labels) {
		t.Errorf("got labels %q, want ten of four digits", labels)
	}
	for line := range strings.Lines(string(labels)) {
		name, _, _ := strings.Cut(line, "\t")
		picture, err := os.ReadFile(filepath.Join(directory, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(picture, []byte("\x89PNG")) {
			t.Errorf("%s is no PNG", name)
		}
	}
	if err := run(t.Context(), args, &bytes.Buffer{}); !errors.Is(err, os.ErrExist) {
		t.Errorf("the same directory again: got error %v, want %v", err, os.ErrExist)
	}
}

// The list has a line for each generator.
func TestList(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-list"}, &out); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "\n"); got != 10 || !strings.Contains(out.String(), "gocaptcha") {
		t.Errorf("got %d lines, want 10:\n%s", got, out.String())
	}
}

// A command line that makes no sense is refused before anything is written.
func TestErrFlags(t *testing.T) {
	directory := filepath.Join(t.TempDir(), "samples")
	for want, args := range map[string][]string{
		`"x" is no flag`:                {"x"},
		"-n 0 is not between":           {"-g", "dchest", "-n", "0", "-dir", directory},
		"-dir is missing":               {"-g", "dchest"},
		`-g: no rival is called ""`:     {"-dir", directory},
		"dchest: width 9 is not":        {"-g", "dchest", "-dir", directory, "-width", "9"},
		"read flags: flag provided but": {"-x"},
	} {
		err := run(t.Context(), args, &bytes.Buffer{})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v: got error %v, want %s…", args, err, want)
		}
	}
	if _, err := os.Stat(directory); !errors.Is(err, os.ErrNotExist) {
		t.Error("the directory was made")
	}
}

// An interrupt ends the work and says how far it is.
func TestErrStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	err := run(ctx, []string{"-g", "dchest", "-dir", filepath.Join(t.TempDir(), "samples")}, &bytes.Buffer{})
	if !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), "stopped after 0 of 24") {
		t.Errorf("got error %v, want one of being stopped", err)
	}
}
