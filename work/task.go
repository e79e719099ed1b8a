package work

import (
	"encoding/base32"
	"fmt"
	"io"
)

// Task is work to be done: Count nonces, the i-th of which, counted from 0, makes SHA-256(Salt "." i "." nonce), all
// numbers in decimal, begin with Bits zero bits. It takes about Count × 2^Bits hashes. Many small parts rather than one
// large one make the time even, and let a page show how far it has come.
type Task struct {
	Salt  string `json:"salt"`  // makes the task unlike any other
	Bits  int    `json:"bits"`  // 1 to MaxBits
	Count int    `json:"count"` // 1 to MaxCount
}

// Bounds of a Task.
const (
	MaxBits  = 30
	MaxCount = 64
)

// Bounds of what goes with a Task.
const (
	MaxSaltLen     = 32                         // bytes: a message of a salt, a part and a nonce fits one block
	MaxDigits      = 12                         // of a nonce; more would take 900 times as long as a part of MaxBits does
	MaxSolutionLen = MaxCount*(MaxDigits+1) - 1 // bytes
)

// New returns a task with a salt of 128 bits from source, normally crypto/rand.Reader: nobody can have done it before. It
// fails if bits or count are out of bounds, or source does.
func New(source io.Reader, bits, count int) (Task, error) {
	var salt [16]byte
	if _, err := io.ReadFull(source, salt[:]); err != nil {
		return Task{}, fmt.Errorf("make a task: %w", err)
	}
	task := Task{Salt: base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(salt[:]), Bits: bits, Count: count}
	if err := task.Validate(); err != nil {
		return Task{}, fmt.Errorf("make a task: %w", err)
	}
	return task, nil
}

// Validate reports why the task cannot be done: a field is out of bounds.
func (t Task) Validate() error {
	switch {
	case t.Salt == "" || len(t.Salt) > MaxSaltLen:
		return fmt.Errorf("the salt is %d bytes long, want 1 to %d", len(t.Salt), MaxSaltLen)
	case t.Bits < 1 || t.Bits > MaxBits:
		return fmt.Errorf("a part has %d bits, want 1 to %d", t.Bits, MaxBits)
	case t.Count < 1 || t.Count > MaxCount:
		return fmt.Errorf("the task has %d parts, want 1 to %d", t.Count, MaxCount)
	}
	return nil
}
