package boltstore_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/boltstore"
)

// A missing file and its directory are made, for the owner's eyes only.
func TestOpenNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "data", "cattlegrid.db")
	open(t, path, boltstore.Options{})
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700 | os.ModeDir} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("mode of %s: got %v, want %v", name, info.Mode(), want)
		}
	}
}

// A file that is open elsewhere is refused, and the error says what to do.
func TestOpenTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := dataPath(t)
		s := open(t, path, boltstore.Options{})
		begun := time.Now()
		_, err := boltstore.Open(path, boltstore.Options{})
		if err == nil || !strings.Contains(err.Error(), "used by another process; stop it or set another data directory") {
			t.Errorf("second Open: got %v, want an error that says that the file is in use", err)
		}
		if took := time.Since(begun); took > time.Second {
			t.Errorf("second Open took %v, want at most 1s", took)
		}
		closeStore(t, s)
		closeStore(t, open(t, path, boltstore.Options{}))
	})
}

// What is no store is refused with an error that says why, and not changed.
func TestOpenRefuses(t *testing.T) {
	whole := wholeFile(t, 500)
	for name, test := range map[string]struct {
		content []byte
		want    string
	}{
		"Text":          {bytes.Repeat([]byte("not a database\n"), 1000), "invalid database"},
		"OneByte":       {[]byte{1}, "invalid database"},
		"Zeros":         {make([]byte, 64<<10), "invalid database"},
		"CutInMeta":     {whole[:100], "invalid database"},
		"CutInHalf":     {whole[:len(whole)/2], "cattlegrid.db cannot be used, and was left as it is"},
		"CutAtTheEnd":   {whole[:usedSize(t, whole)-1], "it is cut off"},
		"LongPage":      {longPage(t, whole), "it is damaged: page"},
		"OtherProgram":  {boltFile(t, "users", "u", "v"), "made by another program or by another version"},
		"OlderVersion":  {boltFile(t, "cattlegrid_records_2", "key", "s"), "made by another program or by another version"},
		"BrokenState":   {boltFile(t, "cattlegrid_journal_3", "number 1", string(boltstore.Chunk("key", "s broken"))), "restore an entry"},
		"BrokenChunk":   {boltFile(t, "cattlegrid_journal_3", "number 1", "\x03ke"), "a change is cut off"},
		"ShortNumber":   {boltFile(t, "cattlegrid_journal_3", "1", string(boltstore.Chunk("key", ""))), "it is damaged: there is no chunk"},
		"ChunkIsBucket": {boltFile(t, "cattlegrid_journal_3", "number 1", ""), "it is damaged: there is no chunk"},
	} {
		t.Run(name, func(t *testing.T) {
			path := dataPath(t)
			must(t, os.WriteFile(path, test.content, 0o600))
			_, err := boltstore.Open(path, boltstore.Options{})
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "move it away") {
				t.Errorf("got error %v, want one with %q and advice", err, test.want)
			}
			after, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(after, test.content) {
				t.Errorf("the file changed (%v)", err)
			}
		})
	}
	t.Run("Directory", func(t *testing.T) {
		_, err := boltstore.Open(t.TempDir(), boltstore.Options{})
		if err == nil || !strings.Contains(err.Error(), "is a directory") || strings.Contains(err.Error(), "move it away") {
			t.Errorf("got error %v, want one that says that the path is a directory", err)
		}
	})
	t.Run("Tick", func(t *testing.T) {
		if _, err := boltstore.Open(dataPath(t), boltstore.Options{Tick: -1}); err == nil || !strings.Contains(err.Error(), "tick") {
			t.Errorf("got error %v, want one about the tick", err)
		}
	})
}

// An empty file, and one whose process was killed between making it and filling it, are new stores.
func TestOpenEmpty(t *testing.T) {
	for name, content := range map[string][]byte{"NoBytes": nil, "NoBucket": boltFile(t, "", "", "")} {
		t.Run(name, func(t *testing.T) {
			path := dataPath(t)
			must(t, os.WriteFile(path, content, 0o600))
			s := open(t, path, boltstore.Options{})
			if err := s.Put(t.Context(), "key", secret("a")); err != nil {
				t.Error(err)
			}
		})
	}
}

// However a file is damaged, the process lives on: Open refuses it, or the store does once it finds out, or nobody is hurt.
func TestOpenDamaged(t *testing.T) {
	whole := wholeFile(t, 2000)
	rounds := 100
	if testing.Short() {
		rounds = 20
	}
	random := rand.New(rand.NewPCG(1, 2))
	later := newClock()
	later.advance(24 * time.Hour)
	refused := 0
	for range rounds {
		damaged := slices.Clone(whole)
		// The first two pages are protected by checksums; the rest is what bbolt believes.
		for range 1 + random.IntN(20) {
			at := 2*os.Getpagesize() + random.IntN(len(damaged)-2*os.Getpagesize())
			if random.IntN(2) == 0 {
				at = at / os.Getpagesize() * os.Getpagesize() // the header of a page hurts most
				at += random.IntN(64)
			}
			damaged[at] ^= 1 << random.IntN(8)
		}
		path := dataPath(t)
		must(t, os.WriteFile(path, damaged, 0o600))
		s, err := boltstore.Open(path, boltstore.Options{Clock: later.now, Tick: time.Hour})
		if err != nil {
			refused++
			continue
		}
		// All has expired, so Close has much to delete. It may well stumble over the damage.
		_ = s.Close()
	}
	if refused == 0 {
		t.Errorf("none of %d damaged files was refused; the test damages nothing", rounds)
	}
	t.Logf("%d of %d refused", refused, rounds)
}

// What expired while no process ran is absent after Open.
func TestOpenLater(t *testing.T) {
	ctx, now, path := t.Context(), newClock(), dataPath(t)
	o := boltstore.Options{Clock: now.now}
	s := open(t, path, o)
	must(t, s.Put(ctx, "dead", secret("a"), once("dead account", "1")))
	now.advance(30 * time.Minute)
	must(t, s.Put(ctx, "alive", secret("b")))
	closeStore(t, s)

	now.advance(45 * time.Minute)
	s = open(t, path, o)
	if _, err := s.Peek(ctx, "dead"); !errors.Is(err, cattlegrid.ErrNotFound) {
		t.Errorf("Peek of what expired: got %v, want ErrNotFound", err)
	}
	if got, err := s.Peek(ctx, "alive"); err != nil || got.Value != "b" {
		t.Errorf("Peek of what is alive: got %q (%v)", got.Value, err)
	}
}

// A file that takes longer than two seconds to read does so with a word in the log, at the start and at the end.
func TestOpenSlow(t *testing.T) {
	path := dataPath(t)
	must(t, os.WriteFile(path, wholeFile(t, 1000), 0o600))
	for name, test := range map[string]struct {
		perLook time.Duration
		want    []string
	}{
		"Quick": {time.Millisecond, nil},
		"Slow":  {time.Second, []string{"store is still being read", "store is read"}},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			now := newClock()
			open(t, path, boltstore.Options{
				Clock: func() time.Time {
					now.advance(test.perLook)
					return now.now()
				},
				Logger: slog.New(slog.NewJSONHandler(&out, nil)),
			})
			if got := messages(t, &out); !slices.Equal(got, test.want) {
				t.Errorf("logged %q, want %q", got, test.want)
			}
		})
	}
}

// messages is what was logged as JSON.
func messages(t *testing.T, out *bytes.Buffer) (messages []string) {
	t.Helper()
	for line := range bytes.Lines(out.Bytes()) {
		var entry struct{ Msg string }
		must(t, json.Unmarshal(line, &entry))
		messages = append(messages, entry.Msg)
	}
	return messages
}

// wholeFile is the content of a store's file with n secrets.
func wholeFile(t *testing.T, n int) []byte {
	t.Helper()
	path := dataPath(t)
	now := newClock()
	s := open(t, path, boltstore.Options{Clock: now.now})
	for i := range n {
		must(t, s.Put(t.Context(), fmt.Sprintf("ImageCode_%d", i), secret("a")))
	}
	closeStore(t, s)
	return readFile(t, path)
}

// boltFile is the content of a bbolt file with one bucket, if it has a name, that holds one key with a value, or with a
// bucket if the value is empty.
func boltFile(t *testing.T, bucket, key, value string) []byte {
	t.Helper()
	path := dataPath(t)
	db, err := bolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error {
		if bucket == "" {
			return nil
		}
		b, err := tx.CreateBucket([]byte(bucket))
		if err != nil {
			return err
		}
		if value == "" {
			_, err := b.CreateBucket([]byte(key))
			return err
		}
		return b.Put([]byte(key), []byte(value))
	}))
	must(t, db.Close())
	return readFile(t, path)
}

// usedSize is how much of a bbolt file's content bbolt knows of.
func usedSize(t *testing.T, content []byte) (size int64) {
	t.Helper()
	view(t, content, func(tx *bolt.Tx) error {
		size = tx.Size()
		return nil
	})
	return size
}

// longPage is a bbolt file's content in which a page with data says that it is two billion pages long.
func longPage(t *testing.T, content []byte) []byte {
	t.Helper()
	const header = 16 // ends with the number of further pages, in four bytes
	damaged := slices.Clone(content)
	view(t, content, func(tx *bolt.Tx) error {
		for id := 2; ; id++ {
			page, err := tx.Page(id)
			if err != nil || page == nil {
				return fmt.Errorf("no leaf among %d pages: %w", id, err)
			}
			if page.Type == "leaf" {
				damaged[id*tx.DB().Info().PageSize+header-1] = 0x7f
				return nil
			}
		}
	})
	return damaged
}

// view looks into a bbolt file's content.
func view(t *testing.T, content []byte, look func(tx *bolt.Tx) error) {
	t.Helper()
	path := dataPath(t)
	must(t, os.WriteFile(path, content, 0o600))
	db, err := bolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, db.View(look))
	must(t, db.Close())
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	must(t, err)
	return content
}
