package boltstore

import (
	"bytes"
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// A commit that brings c bytes may bring half as many once more, of what is still needed of the oldest that it takes out, of which
// there may be eight times as many, or one chunk. That bounds the file whatever changes how often: of the J bytes that are there
// when a lap begins, what is alive, L, is brought again once, for which it takes commits of 2 L, and the rest is gone after
// commits of J / 8; so when it ends there are J / 8 + 3 L at most, which tends to less than 4 L. Where little is gone, as in a
// store that is filling up, little is taken out.
const (
	wearAgain = 2 // what part of a commit may be brought again besides
	wearMost  = 8 // times as many bytes as a commit brings may be taken out
)

// wear is how far the file's beginning has been taken out, in laps: see [cattlegrid.MemStore.Lap].
type wear struct {
	lap   uint64   // number of the last chunk of this lap
	spare int      // bytes that may be brought again; below zero if it were too many
	worn  [][]byte // numbers of the chunks that the next commit takes out
	over  bool     // nothing is left of the lap: the next one may begin
}

// wearOut finds the chunks that the next commit takes out, which brings so many bytes, and calls renew with the keys in them, which
// reports whether what they name has to be brought again. It reports whether there are any.
func (f *file) wearOut(brings int, renew func(key string) bool) (bool, error) {
	w := &f.wear
	if len(w.worn) > 0 {
		return false, nil // they are in a commit that failed, and will be in the next one
	}
	spare, taken := min(w.spare+brings/wearAgain, brings), 0
	err := f.guard(func() error {
		return f.db.View(func(tx *bolt.Tx) error {
			oldest := tx.Bucket(journal).Cursor()
			for number, value := oldest.First(); number != nil; number, value = oldest.Next() {
				if taken += len(value); binary.BigEndian.Uint64(number) > w.lap || spare <= 0 || len(w.worn) > 0 && taken > wearMost*brings {
					break
				}
				err := chunk(value).each(func(key, state []byte) error {
					if renew(string(key)) {
						spare -= len(key) + len(state)
					}
					return nil
				})
				if err != nil {
					return err
				}
				w.worn = append(w.worn, bytes.Clone(number))
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
	brought := c.size - c.again
	w.spare = min(w.spare+brought/wearAgain, brought) - c.again
	w.worn = w.worn[:0]
	if oldest > w.lap {
		w.lap, w.over = newest, true
	}
}

// lapped reports, once for each, whether a lap is over.
func (f *file) lapped() bool {
	over := f.wear.over
	f.wear.over = false
	return over
}
