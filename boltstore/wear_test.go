package boltstore_test

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/boltstore"
)

// Whatever changes how often, the file holds a few changes for each entry and no more, and none that is needed is taken out.
func TestWear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, path := t.Context(), dataPath(t)
		s := open(t, path, boltstore.Options{})
		const few, busy = 3000, 400
		for i := range few {
			must(t, s.Put(ctx, "kept "+strconv.Itoa(i), secret(strconv.Itoa(i))))
		}
		var sizes []int64
		for tick := range 300 {
			for i := range busy {
				must(t, s.Put(ctx, "busy "+strconv.Itoa(i), secret(strconv.Itoa(tick))))
			}
			pass(250 * time.Millisecond)
			if tick%100 == 99 {
				info, err := os.Stat(path)
				must(t, err)
				sizes = append(sizes, info.Size())
			}
		}
		held, err := s.Held()
		must(t, err)
		if most := boltstore.MostHeld(few+busy, busy); len(held) > most {
			t.Errorf("the file holds %d changes, want at most %d", len(held), most)
		}
		if sizes[2] > sizes[0] {
			t.Errorf("the file grew: %d bytes", sizes)
		}
		closeStore(t, s)
		s = open(t, path, boltstore.Options{})
		for i := range few {
			if got, err := s.Peek(ctx, "kept "+strconv.Itoa(i)); err != nil || got.Value != strconv.Itoa(i) {
				t.Fatalf("kept %d: got %q (%v)", i, got.Value, err)
			}
		}
		for i := range busy {
			if got, err := s.Peek(ctx, "busy "+strconv.Itoa(i)); err != nil || got.Value != "299" {
				t.Fatalf("busy %d: got %q (%v), want the last one", i, got.Value, err)
			}
		}
	})
}

// While commits fail, what was to be taken out stays, and what takes its place is collected once and not every tick.
func TestWearFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, path, d := t.Context(), dataPath(t), &disk{}
		s := openOn(t, d, path, boltstore.Options{})
		wear := func(round int) {
			for i := range 1000 {
				must(t, s.Put(ctx, "busy "+strconv.Itoa(i), secret(strconv.Itoa(round))))
			}
		}
		must(t, s.Put(ctx, "used", secret("a")))
		for round := range 7 {
			wear(round)
			pass(250 * time.Millisecond)
		}
		d.fail(syscall.ENOSPC)
		wear(7)
		if _, err := s.Attempt(ctx, "used", "a"); err != nil {
			t.Fatal(err)
		}
		before, err := s.Held()
		must(t, err)
		pass(10 * time.Second)
		if after, err := s.Held(); err != nil || len(after) != len(before) {
			t.Errorf("while commits fail the file changed from %d to %d changes (%v)", len(before), len(after), err)
		}
		if got := s.Pending(); got > 3000 {
			t.Errorf("%d changes wait after forty commits that failed, want no more than after one", got)
		}
		d.heal()
		pass(250 * time.Millisecond)
		if held, err := s.Held(); err != nil || len(held) > boltstore.MostHeld(1000, 1000) {
			t.Errorf("the file holds %d changes (%v)", len(held), err)
		}
		closeStore(t, s)
		s = open(t, path, boltstore.Options{})
		if _, err := s.Peek(ctx, "used"); !errors.Is(err, cattlegrid.ErrNotFound) {
			t.Errorf("Peek of what was used: got %v, want ErrNotFound", err)
		}
		for i := range 1000 {
			if got, err := s.Peek(ctx, fmt.Sprint("busy ", i)); err != nil || got.Value != "7" {
				t.Fatalf("busy %d: got %q (%v), want the last one", i, got.Value, err)
			}
		}
	})
}
