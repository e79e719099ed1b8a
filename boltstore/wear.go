package boltstore

import (
	"bytes"
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// A commit that brings so many bytes takes out wearTimes/wearParts as many, the oldest, and brings what is still needed of them
// again. That bounds the file whatever changes how often: while a lap takes out the J bytes that were there when it began,
// J / 1.5 come, and what is alive, L, is brought again once, so that J tends to 3 L, and there never are more than 4 L.
const (
	wearTimes = 3
	wearParts = 2
)

// wear is how far the file's beginning has been taken out, in laps: see [cattlegrid.MemStore.Lap].
type wear struct {
	lap  uint64   // number of the last chunk of this lap
	owed int      // bytes that the next commit is to take out
	worn [][]byte // numbers of the chunks that it does take out
	left int      // bytes of them
	over bool     // nothing is left of the lap: the next one may begin
}

// wearOut finds the chunks that the next commit takes out, and calls renew with the keys in them. It reports whether there are any.
func (f *file) wearOut(renew func(key string)) (bool, error) {
	w := &f.wear
	if len(w.worn) > 0 {
		return false, nil // they are in a commit that failed, and will be in the next one
	}
	err := f.guard(func() error {
		return f.db.View(func(tx *bolt.Tx) error {
			oldest := tx.Bucket(journal).Cursor()
			for number, value := oldest.First(); number != nil; number, value = oldest.Next() {
				if binary.BigEndian.Uint64(number) > w.lap || len(value) > w.owed-w.left {
					break
				}
				err := chunk(value).each(func(key, _ []byte) error {
					renew(string(key))
					return nil
				})
				if err != nil {
					return err
				}
				w.worn, w.left = append(w.worn, bytes.Clone(number)), w.left+len(value)
			}
			return nil
		})
	})
	if err != nil {
		return false, fmt.Errorf("read %s: %w", f.path, err)
	}
	return len(w.worn) > 0, nil
}

// written is called after a commit, with the numbers of the oldest and the newest chunk that are there now.
func (w *wear) written(c *changes, oldest, newest uint64) {
	w.owed += (c.size-c.again)*wearTimes/wearParts - w.left
	w.worn, w.left = w.worn[:0], 0
	if oldest > w.lap {
		w.lap, w.over = newest, true
		w.owed = min(w.owed, c.size) // or it would grow without bound where hardly anything is alive
	}
}

// lapped reports, once for each, whether a lap is over.
func (f *file) lapped() bool {
	over := f.wear.over
	f.wear.over = false
	return over
}
