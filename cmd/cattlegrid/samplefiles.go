package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
)

// fill writes each sample to a file of its own in a new directory, and their answers to labels.tsv.
func (p *program) fill(ctx context.Context, m maker, o samples) (err error) {
	if err := os.Mkdir(o.directory, 0o750); err != nil {
		return fmt.Errorf("sample: %w; name a directory that is not there yet", err)
	}
	directory, err := os.OpenRoot(o.directory)
	if err != nil {
		return fmt.Errorf("sample: %w", err)
	}
	defer directory.Close()
	labels, err := directory.Create("labels.tsv")
	if err != nil {
		return fmt.Errorf("sample: %w", err)
	}
	defer func() { err = errors.Join(err, labels.Close()) }()
	digits := len(strconv.Itoa(o.number))
	return p.each(ctx, m, o, func(i int, answer string, content []byte) error {
		name := fmt.Sprintf("%0*d.%s", digits, i+1, o.ending())
		if err := directory.WriteFile(name, content, 0o640); err != nil {
			return fmt.Errorf("sample: %w", err)
		}
		if _, err := fmt.Fprintf(labels, "%s\t%s\n", name, answer); err != nil {
			return fmt.Errorf("sample: %w", err)
		}
		return nil
	})
}
