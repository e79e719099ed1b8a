package redisstore

import (
	"context"
	"strings"

	"github.com/redis/rueidis"
)

// idsKey holds what the gate that was started last goes by.
const idsKey = "cattlegrid_keys{" + markerTag + "}"

// Introduce leaves word of who uses the store from now on, by ids without white space, those of its keys for instance. It
// returns those of who was introduced last: whoever has none in common with them names accounts and secrets otherwise, so that
// neither finds the other's.
func (s *Store) Introduce(ctx context.Context, ids []string) (before []string, err error) {
	cmd := s.client.B().Set().Key(idsKey).Value(strings.Join(ids, " ")).Get().Build()
	text, err := s.do(ctx, cmd).ToString()
	if err != nil && !rueidis.IsRedisNil(err) {
		return nil, failure(ctx, "introduce", err)
	}
	return strings.Fields(text), nil
}
