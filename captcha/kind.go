package captcha

import (
	"fmt"
	"strconv"
)

// Kind is what a question consists of.
type Kind int

// The kinds of questions.
const (
	Letters    Kind = iota // letters and digits to copy: the default
	Digits                 // digits to copy, for number pads
	Arithmetic             // a sum or a difference to work out
	Chinese                // common Chinese characters to copy
)

var kindNames = [...]string{"letters", "digits", "arithmetic", "chinese"}

// String returns the kind's name: letters, digits, arithmetic or chinese.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return "Kind(" + strconv.Itoa(int(k)) + ")"
	}
	return kindNames[k]
}

// MarshalText writes the name that UnmarshalText reads.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a kind's name.
func (k *Kind) UnmarshalText(text []byte) error {
	for i, name := range kindNames {
		if string(text) == name {
			*k = Kind(i)
			return nil
		}
	}
	return fmt.Errorf("want %s, %s, %s or %s", kindNames[0], kindNames[1], kindNames[2], kindNames[3])
}

// Level is how hard a picture is to read, for machines first and for people a
// little.
type Level int

// The levels. The zero value is the one to start with.
const (
	Easy   Level = -1 // no decoys: where a limit protects enough
	Normal Level = 0
	Hard   Level = 1 // for visitors who look like a script
)

// String returns the level's name: easy, normal or hard.
func (l Level) String() string {
	switch l {
	case Easy:
		return "easy"
	case Normal:
		return "normal"
	case Hard:
		return "hard"
	default:
		return "Level(" + strconv.Itoa(int(l)) + ")"
	}
}

// MarshalText writes the name that UnmarshalText reads.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads a level's name.
func (l *Level) UnmarshalText(text []byte) error {
	for _, level := range []Level{Easy, Normal, Hard} {
		if string(text) == level.String() {
			*l = level
			return nil
		}
	}
	return fmt.Errorf("want %s, %s or %s", Easy, Normal, Hard)
}
