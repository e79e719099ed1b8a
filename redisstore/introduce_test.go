package redisstore_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// Whoever is introduced learns who was before, also as the user of the manual.
func TestIntroduce(t *testing.T) {
	server := redistest.Start(t)
	server.Do(t, userOfTheManual(t)...)
	url := strings.Replace(server.URL(), "redis://", "redis://cattlegrid:password@", 1)
	var last []string
	for _, ids := range [][]string{{"a"}, {"a", "b"}, {"b"}} {
		before, err := newStore(t, url).Introduce(t.Context(), ids)
		if diff := cmp.Diff(strings.Join(last, " "), strings.Join(before, " ")); err != nil || diff != "" {
			t.Errorf("Introduce %v: %v (-want +got):\n%s", ids, err, diff)
		}
		last = ids
	}
}
