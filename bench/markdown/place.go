// Package markdown puts tables into documents, between markers:
//
//	<!-- table:draw -->
//	<!-- /table:draw -->
package markdown

import (
	"bytes"
	"errors"
	"fmt"
	"os"
)

// ErrNoMarkers means that a document has no place for any of the tables.
var ErrNoMarkers = errors.New("no markers")

func startMarker(name string) string { return "<!-- table:" + name + " -->" }
func endMarker(name string) string   { return "<!-- /table:" + name + " -->" }

// Place is where a table goes: what is between its markers.
type Place struct {
	start, end int // offsets in the document
}

// Find returns the place of the named table, or false if the document has none of its markers. One marker without the other,
// in the wrong order or twice is an error.
func Find(document []byte, name string) (Place, bool, error) {
	first, last := []byte(startMarker(name)), []byte(endMarker(name))
	starts, ends := bytes.Count(document, first), bytes.Count(document, last)
	if starts == 0 && ends == 0 {
		return Place{}, false, nil
	}
	p := Place{start: bytes.Index(document, first) + len(first), end: bytes.Index(document, last)}
	if starts != 1 || ends != 1 || p.end < p.start {
		return Place{}, false, fmt.Errorf("want %s once and %s once after it", first, last)
	}
	return p, true, nil
}

// Fill returns the document with the text in the place, on lines of its own.
func (p Place) Fill(document []byte, text string) []byte {
	return bytes.Join([][]byte{document[:p.start], []byte("\n\n" + text + "\n"), document[p.end:]}, nil)
}

// Renew writes tables, by name, into the document at path. Those that it has no place for are left out; if that is all, the
// error is [ErrNoMarkers].
func Renew(path string, tables map[string]string) error {
	document, err := os.ReadFile(path) //nolint:gosec // the operator names it
	if err != nil {
		return fmt.Errorf("read the document: %w", err)
	}
	found := false
	for name, text := range tables {
		place, ok, err := Find(document, name)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if ok {
			document, found = place.Fill(document, text), true
		}
	}
	if !found {
		return fmt.Errorf("%s: %w", path, ErrNoMarkers)
	}
	if err := os.WriteFile(path, document, 0o644); err != nil { //nolint:gosec // documents are for everybody
		return fmt.Errorf("write the document: %w", err)
	}
	return nil
}
