package main

import (
	"bytes"
	"fmt"
)

func startMarker(name string) string { return "<!-- table:" + name + " -->" }
func endMarker(name string) string   { return "<!-- /table:" + name + " -->" }

// place is where a table goes: what is between its markers.
type place struct {
	start, end int // offsets in the document
}

// findMarkers returns the place of the named table, or false if the document has
// none of its markers. One marker without the other, in the wrong order or twice
// is an error.
func findMarkers(document []byte, name string) (place, bool, error) {
	first, last := []byte(startMarker(name)), []byte(endMarker(name))
	starts, ends := bytes.Count(document, first), bytes.Count(document, last)
	if starts == 0 && ends == 0 {
		return place{}, false, nil
	}
	p := place{start: bytes.Index(document, first) + len(first), end: bytes.Index(document, last)}
	if starts != 1 || ends != 1 || p.end < p.start {
		return place{}, false, fmt.Errorf("want %s once and %s once after it", first, last)
	}
	return p, true, nil
}

// fill returns the document with the text in the place, on lines of its own.
func (p place) fill(document []byte, text string) []byte {
	return bytes.Join([][]byte{document[:p.start], []byte("\n\n" + text + "\n"), document[p.end:]}, nil)
}
