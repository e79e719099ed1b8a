package main

import (
	"fmt"
	"slices"
	"strings"
)

// verdict collects what is wrong with a configuration.
type verdict struct {
	c     *config
	wrong []error
}

// that reports the value of key as wrong unless ok; what says what it is not.
func (v *verdict) that(key string, ok bool, what string) {
	if !ok {
		s := lookUp(key)
		v.because(key, s.shown(v.c)+" "+what)
	}
}

// because reports key as wrong for a reason.
func (v *verdict) because(key, reason string) {
	v.wrong = append(v.wrong, v.c.mistake(lookUp(key), reason))
}

// upTo reports the number of key as wrong unless it is one from 1 to most.
func (v *verdict) upTo(key string, n, most int) {
	v.that(key, n >= 1 && n <= most, fmt.Sprintf("is not between 1 and %d", most))
}

func (v *verdict) oneOf(key, value string, choices ...string) {
	v.that(key, slices.Contains(choices, value), "is none of "+strings.Join(choices, ", "))
}

// at says where another key was set, which a reason mentions.
func (v *verdict) at(key string) string {
	from := v.c.origins[key]
	if from.kind == byDefault {
		return ""
	}
	return " (" + from.String() + ")"
}

// lookUp returns the setting of a key, which must exist.
func lookUp(key string) setting {
	s, ok := find(key)
	if !ok {
		panic("there is no key " + key)
	}
	return s
}
