// Command sizing works out what a number of crossings a second needs, from what serving measured, and writes it into a document.
//
//	sizing -json ../docs/serving.json -o ../docs/sizing.md
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/cattlegrid/cattlegrid/bench/markdown"
	"github.com/cattlegrid/cattlegrid/bench/serving"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "sizing:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	set := flag.NewFlagSet("sizing", flag.ContinueOnError)
	figures := set.String("json", "", "the `file` of the figures")
	document := set.String("o", "", "a markdown `file` with markers")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *figures == "" || set.NArg() > 0 {
		return errors.New("want -json file")
	}
	text, err := os.ReadFile(*figures)
	if err != nil {
		return err
	}
	var f serving.Figures
	if err := json.Unmarshal(text, &f); err != nil {
		return fmt.Errorf("%s: %w", *figures, err)
	}
	s, err := siteOf(&f)
	if err != nil {
		return fmt.Errorf("%s: %w", *figures, err)
	}
	tables := map[string]string{"costs": s.table(), "waiting": s.replicated(true).sizes(), "sizing": s.replicated(false).sizes()}
	if *document == "" {
		for _, name := range []string{"costs", "waiting", "sizing"} {
			fmt.Fprintln(os.Stdout, tables[name])
		}
		return nil
	}
	return markdown.Renew(*document, tables)
}
