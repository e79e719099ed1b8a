package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/cattlegrid/cattlegrid/bench/rivals"
)

// samples is what the command was asked for.
type samples struct {
	rival     rivals.Rival
	size      rivals.Size
	number    int
	directory string
}

// write draws all samples to files in a new directory, and their answers to
// labels.tsv.
func (s samples) write(ctx context.Context) (err error) {
	generator, err := s.rival.New(s.size)
	if err != nil {
		return err
	}
	if err := os.Mkdir(s.directory, 0o750); err != nil {
		return fmt.Errorf("%w; name a directory that is not there yet", err)
	}
	directory, err := os.OpenRoot(s.directory)
	if err != nil {
		return fmt.Errorf("open the directory: %w", err)
	}
	defer directory.Close()
	labels, err := directory.Create("labels.tsv")
	if err != nil {
		return fmt.Errorf("create the labels: %w", err)
	}
	defer func() { err = errors.Join(err, labels.Close()) }()
	digits := len(strconv.Itoa(s.number))
	var challenge bytes.Buffer
	for i := range s.number {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("stopped after %d of %d: %w", i, s.number, err)
		}
		challenge.Reset()
		answer, err := generator.Draw(&challenge)
		if err != nil {
			return fmt.Errorf("%s: %w", s.rival.Name, err)
		}
		name := fmt.Sprintf("%0*d.%s", digits, i+1, s.rival.Format)
		if err := directory.WriteFile(name, challenge.Bytes(), 0o640); err != nil {
			return fmt.Errorf("write a challenge: %w", err)
		}
		if _, err := fmt.Fprintf(labels, "%s\t%s\n", name, answer); err != nil {
			return fmt.Errorf("write a label: %w", err)
		}
	}
	return nil
}
