package boltstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/boltstore"
)

// The environment of a child: this test binary, run once more to be killed.
const (
	childPath = "BOLTSTORE_TEST_PATH"
	childSync = "BOLTSTORE_TEST_SYNC"
)

// A child writes a report for each acknowledged step, and for each commit, on a line of its standard output: when it was
// done, what it was, and which number it has.
type report struct {
	at     int64
	event  string
	number int
}

// What a child reports. Each number is put with one charge; then, by its remainder modulo three, it is guessed, guessed
// wrong with one charge, or left alone.
const (
	putDone    = "put"
	rightDone  = "right"
	wrongDone  = "wrong"
	commitDone = "commit"
	failed     = "failed"
)

func numberKey(number int) string        { return "number " + strconv.Itoa(number) }
func putAccount(number int) string       { return "account of put " + strconv.Itoa(number) }
func wrongAccount(number int) string     { return "account of wrong " + strconv.Itoa(number) }
func say(at time.Time, e string, no int) { _, _ = fmt.Fprintln(os.Stdout, at.UnixNano(), e, no) }

// child runs steps on a store until it is killed.
func child() {
	o := boltstore.Options{Tick: killTick, Sync: os.Getenv(childSync) != ""}
	s, err := boltstore.OpenAround(os.Getenv(childPath), o, func(commit func() error) error {
		err := commit()
		if err == nil {
			say(time.Now(), commitDone, 0)
		}
		return err
	})
	if err != nil {
		say(time.Now(), failed, 0)
		return
	}
	var workers sync.WaitGroup
	for worker := range 4 {
		workers.Go(func() {
			for number := worker; ; number += 4 {
				if childSteps(s, number) != nil {
					<-time.After(time.Millisecond) // the disk is slow today, and the store right to refuse
				}
			}
		})
	}
	workers.Wait()
}

func childSteps(s *boltstore.Store, number int) error {
	ctx, key := context.Background(), numberKey(number)
	if err := s.Put(ctx, key, secret("a"), once(putAccount(number), "1")); err != nil {
		return err
	}
	say(time.Now(), putDone, number)
	switch number % 3 {
	case 0:
		if _, err := s.Attempt(ctx, key, "a"); err != nil {
			return err
		}
		say(time.Now(), rightDone, number)
	case 1:
		if _, err := s.Attempt(ctx, key, "no", once(wrongAccount(number), "1")); !errors.Is(err, cattlegrid.ErrWrong) {
			return err
		}
		say(time.Now(), wrongDone, number)
	}
	return nil
}
