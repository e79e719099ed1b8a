package redisstore

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/redis/rueidis"
)

// Warnings says what about the servers lets limits be forgotten, or all be refused, each with what to do about it, and what
// could not be looked at. It asks every server that the client knows of, with INFO and CONFIG GET.
func (s *Store) Warnings(ctx context.Context) []string {
	var all []string
	for _, node := range s.client.Nodes() {
		for _, warning := range s.warningsOf(ctx, node) {
			if !slices.Contains(all, warning) {
				all = append(all, warning)
			}
		}
	}
	slices.Sort(all)
	return all
}

func (s *Store) warningsOf(ctx context.Context, node rueidis.Client) (all []string) {
	info := map[string]string{}
	for _, section := range []string{"memory", "persistence", "replication"} {
		text, err := s.await(ctx, func() rueidis.RedisResult {
			return node.Do(ctx, node.B().Info().Section(section).Build())
		}).ToString()
		if err != nil {
			return append(all, "it could not be looked at whether Redis may forget limits: "+failure(ctx, "info", err).Error()+
				"; the user needs +info for that")
		}
		for line := range strings.Lines(text) {
			if field, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
				info[field] = value
			}
		}
	}
	if most, policy := info["maxmemory"], info["maxmemory_policy"]; most != "0" && most != "" && policy != "noeviction" {
		all = append(all, "maxmemory-policy is "+policy+": when memory is short, Redis drops limits; set maxmemory-policy noeviction")
	}
	if info["aof_enabled"] == "0" {
		all = append(all, s.snapshots(ctx, node))
	}
	// The field is there only if both min-replicas-to-write and min-replicas-max-lag are set.
	_, bounded := info["min_slaves_good_slaves"]
	if info["role"] == "master" && info["connected_slaves"] != "0" && !bounded && s.sure == s.client {
		all = append(all, "min-replicas-to-write is 0: a master that is cut off goes on granting what its successor knows nothing of;"+
			" set redis.wait_replicas = 1, or min-replicas-to-write 1 in Redis")
	}
	if warning := s.fewReplicas(info); warning != "" {
		all = append(all, warning)
	}
	return all
}

// fewReplicas says that a master has fewer replicas than are waited for, "" if it has not.
func (s *Store) fewReplicas(info map[string]string) string {
	sure, waits := s.sure.(replicated)
	have, err := strconv.ParseInt(info["connected_slaves"], 10, 64)
	if !waits || err != nil || info["role"] != "master" || have >= sure.replicas {
		return ""
	}
	return fmt.Sprintf("redis.wait_replicas is %d, but a master has %d replicas: nothing is shown, sent or accepted that lies there; give it"+
		" more replicas, or unset redis.wait_replicas", sure.replicas, have)
}

// snapshots says what a server without append-only file forgets.
func (s *Store) snapshots(ctx context.Context, node rueidis.Client) string {
	const remedy = "; set appendonly yes"
	save, err := s.await(ctx, func() rueidis.RedisResult {
		return node.Do(ctx, node.B().ConfigGet().Parameter("save").Build())
	}).AsStrMap()
	switch {
	case err != nil:
		return "appendonly is no: a crash forgets limits since the last snapshot, or all of them if none is made" + remedy
	case save["save"] == "":
		return "persistence is off: a restart forgets all limits" + remedy
	default:
		return "appendonly is no: a crash forgets limits since the last snapshot" + remedy
	}
}
