package boltstore_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/cattlegrid/cattlegrid/boltstore"
)

// Any bytes are either refused or read as changes that make the same bytes again; a number may be written longer than it need
// be, which nothing here does.
func FuzzChunk(f *testing.F) {
	f.Add(boltstore.Chunk())
	f.Add(boltstore.Chunk("key", "state", "gone", ""))
	f.Add([]byte("\x03ke"))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01k"))
	f.Fuzz(func(t *testing.T, c []byte) {
		var read []string
		err := boltstore.EachIn(c, func(key, state []byte) error {
			read = append(read, string(key), string(state))
			return nil
		})
		if again := boltstore.Chunk(read...); err == nil && !bytes.Equal(again, c) && len(again) >= len(c) {
			t.Errorf("%q is read as %q", c, read)
		}
	})
}

// Whoever reads a chunk can end it.
func TestChunkEnds(t *testing.T) {
	enough := errors.New("enough")
	count := 0
	err := boltstore.EachIn(boltstore.Chunk("a", "1", "b", "2", "c", ""), func(key, _ []byte) error {
		if count++; string(key) == "b" {
			return enough
		}
		return nil
	})
	if count != 2 || !errors.Is(err, enough) {
		t.Errorf("got %d changes and %v, want two and the reason", count, err)
	}
}
