package redisstore

import "github.com/redis/rueidis"

// NewWithClock returns a store whose clock is a Lua expression, in microseconds.
func NewWithClock(client rueidis.Client, clock string) (*Store, error) {
	return NewWith(client, clock, Options{})
}

// NewWith is NewWithClock with options.
func NewWith(client rueidis.Client, clock string, o Options) (*Store, error) {
	s, err := New(client, o)
	if err == nil {
		s.scripts = newScripts("local function clock()\n  return " + clock + "\nend\n")
	}
	return s, err
}
