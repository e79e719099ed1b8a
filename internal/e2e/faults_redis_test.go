package e2e_test

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/faults"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

const (
	waitsForOne = "CATTLEGRID_REDIS_WAIT_REPLICAS=1"
	pausesBrief = "CATTLEGRID_REDIS_LOSS_PAUSE=2s"

	afterThePause = "challenges and codes made since then; `redis.loss_pause`, 5 minutes here, outlives those that came back unused, and then up to a limit is granted once more"
)

// redisFaults happen to a single Redis, or one with replicas.
func redisFaults() []fault {
	single := func(settings ...string) func(w *world) *site {
		return func(w *world) *site {
			server := redistest.Start(w.t)
			return newSite(w, server).open(server.URL(), 2, settings...)
		}
	}
	return []fault{
		{
			name: "Full", title: "Redis is full (`maxmemory`, `noeviction`)", open: single(), unreachable: true,
			inject: func(t *testing.T, s *site) {
				s.servers[0].Do(t, "CONFIG", "SET", "maxmemory", "1")
				s.injected = time.Now()
				s.isFailing(t, 60)
			},
			heal: func(t *testing.T, s *site) { s.servers[0].Do(t, "CONFIG", "SET", "maxmemory", "0") },
		},
		{
			name: "Emptied", title: "Redis restarts empty, `redis.loss_pause` being 2 s (by default 5 minutes)", open: single(pausesBrief), again: 1,
			inject: func(t *testing.T, s *site) {
				s.servers[0].Stop(t)
				s.injected = time.Now()
				s.isFailing(t, 20)
				s.servers[0].Restart(t)
				s.isFailing(t, 60)
			},
			lost: "what limits and challenges it held; up to a limit once more, if its window is longer than `redis.loss_pause` (here 2 s)",
		},
		{
			name: "Older", title: "Redis restarts with a snapshot from before", open: single(), stays: true,
			inject: func(t *testing.T, s *site) {
				s.servers[0].Do(t, "SAVE")
				s.isCharged(t)
				s.servers[0].Stop(t)
				s.injected = time.Now()
				s.servers[0].Restart(t)
				s.isFailing(t, 60)
			},
			lost: afterThePause,
		},
		{
			name: "SentinelMaster", title: "Sentinel: the master is killed", open: func(w *world) *site {
				sentinels := redistest.StartSentinels(w.t, 2)
				return newSite(w, sentinels.Servers...).open(sentinels.URL(), 2, waitsForOne)
			},
			inject: func(t *testing.T, s *site) {
				s.servers[0].Stop(t)
				s.injected = time.Now()
				s.isFailing(t, 20)
			},
			lost: "nothing, with `redis.wait_replicas = 1`",
		},
		{
			name: "Lagging", title: "a replica that lags is promoted", open: lagging(waitsForOne), inject: promoted, heal: demoted, unreachable: true,
			lost: "nothing, with `redis.wait_replicas = 1`",
		},
		{
			name: "LaggingUnawares", title: "the same without waiting", open: lagging(), stays: true,
			inject: func(t *testing.T, s *site) {
				s.between.Set(faults.Fault{ToClient: faults.Swallow})
				s.isCharged(t)
				promotes(t, s)
				s.injected = time.Now()
				s.isFailing(t, 60)
			},
			lost: afterThePause,
		},
	}
}

// isCharged returns when so much was charged on the first server that all gates know how far its marker has come since.
func (s *site) isCharged(t *testing.T) {
	t.Helper()
	marker := func() string {
		text, _ := s.servers[0].Look("cattlegrid_marker{guard}")
		return text
	}
	before := marker()
	s.awaits(t, "the marker to go on", func() bool { return marker() != before })
	sent := len(s.provider.sent())
	s.awaits(t, "more charges", func() bool { return len(s.provider.sent()) > sent+12 })
}

// lagging is a master and a replica, with a network between them, and an address that leads to the master.
func lagging(settings ...string) func(w *world) *site {
	return func(w *world) *site {
		master, replica := redistest.Start(w.t), redistest.Start(w.t)
		s := newSite(w, master, replica)
		master.Do(w.t, "CONFIG", "SET", "repl-diskless-sync-delay", "0")
		s.between = newFaultyNetwork(w.t, master.Addr())
		replica.FollowAt(w.t, s.between.Addr())
		return s.open(s.behindProxy(master), 2, settings...)
	}
}

// promoted has the replica get nothing more, and then take the master's place.
func promoted(t *testing.T, s *site) {
	s.between.Set(faults.Fault{ToClient: faults.Swallow})
	s.injected = time.Now()
	s.isFailing(t, 40)
	promotes(t, s)
}

func promotes(t *testing.T, s *site) {
	t.Helper()
	s.servers[1].Do(t, "REPLICAOF", "NO", "ONE")
	s.proxy.Point(s.servers[1].Addr())
	s.proxy.Cut()
}

// demoted has the old master follow the new one.
func demoted(t *testing.T, s *site) { s.servers[0].Follow(t, s.servers[1]) }
