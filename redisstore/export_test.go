package redisstore

import "github.com/redis/rueidis"

// NewWithClock returns a store whose clock is a Lua expression, in microseconds.
func NewWithClock(client rueidis.Client, clock string) (*Store, error) {
	s, err := New(client, Options{})
	if err == nil {
		s.scripts = newScripts("local function clock()\n  return " + clock + "\nend\n")
	}
	return s, err
}
