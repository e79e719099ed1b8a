package main

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"github.com/cattlegrid/cattlegrid"
)

// introduce says so if the gates before this one on a shared store had none of its hash keys: limits are by what they name.
// While keys are rotated neighbouring steps have one in common.
func (c *config) introduce(ctx context.Context, store cattlegrid.Store, keys cattlegrid.Keys, logger *slog.Logger) {
	shared, ok := store.(interface {
		Introduce(ctx context.Context, ids []string) (before []string, err error)
	})
	if !ok {
		return
	}
	var ids []string
	for _, key := range [][]byte{keys.Hash, keys.Rotation.Hash} {
		if key != nil {
			ids = append(ids, cattlegrid.HashKeyID(key))
		}
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	before, err := shared.Introduce(ctx, ids)
	if err != nil {
		logger.WarnContext(ctx, "it could not be looked at whether other gates on this Redis have the same keys", slog.Any("error", err))
		return
	}
	if len(before) > 0 && !slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(before, id) }) {
		logger.ErrorContext(ctx, "gates before this one on this Redis had another hash key: it counts apart from them, so that together they grant"+
			" each limit twice, and what one begins the other cannot end; processes that share this Redis must share their keys, so copy sign.key and"+
			" hash.key of the data directory, or set CATTLEGRID_KEYS_SIGN_FILE and CATTLEGRID_KEYS_HASH_FILE; if all of them have this key from now on,"+
			" limits began anew, and nothing is left to do",
			slog.String("hash", strings.Join(ids, " ")), slog.String("before", strings.Join(before, " ")))
	}
}
